#include "certs/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tests/certs/test_authority.h"

namespace certs {
namespace {

using std::chrono::days;

using ContextHandle = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, Freer<SSL_free>>;
using SessionHandle = std::unique_ptr<SSL_SESSION, Freer<SSL_SESSION_free>>;

ContextHandle context_of(const SSL_METHOD* method, const Issued* issued) {
  ContextHandle context(SSL_CTX_new(method));
  if (issued != nullptr) {
    SSL_CTX_use_certificate(context.get(), certificate_from_pem(issued->certificate_pem).get());
    SSL_CTX_use_PrivateKey(context.get(), private_key_from_pem(issued->key_pem).get());
  }
  return context;
}

ContextHandle server_context(const TestAuthority& ca, TlsMinimum minimum = TlsMinimum::tls_1_3) {
  const auto issued = ca.issue_server();
  auto context = context_of(TLS_server_method(), &issued);
  const auto configured =
      configure_client_verification(context.get(), ca.authority.certificate_file(), ca.authority.crl_file());
  EXPECT_TRUE(configured) << configured.error();
  require_tls(context.get(), minimum);
  return context;
}

struct Meeting {
  bool server_accepted = false;
  bool is_resumed = false;
  long verify_result = X509_V_OK;
  int version = 0;
  std::string serial;     // of the client, as the server sees it
  SessionHandle session;  // what the client may resume
};

// A whole handshake through memory, and one byte each way so that the client has read what follows it.
Meeting meet(SSL_CTX* server_side, SSL_CTX* client_side, SSL_SESSION* resumed = nullptr) {
  const SslHandle server(SSL_new(server_side));
  const SslHandle client(SSL_new(client_side));
  BIO* server_end = nullptr;
  BIO* client_end = nullptr;
  BIO_new_bio_pair(&server_end, 0, &client_end, 0);
  SSL_set_bio(server.get(), server_end, server_end);
  SSL_set_bio(client.get(), client_end, client_end);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  if (resumed != nullptr) SSL_set_session(client.get(), resumed);
  constexpr int turns_max = 20;
  for (int turn = 0; turn < turns_max; ++turn) {
    SSL_do_handshake(client.get());
    SSL_do_handshake(server.get());
  }
  Meeting meeting;
  meeting.server_accepted = SSL_is_init_finished(server.get()) == 1;
  meeting.is_resumed = SSL_session_reused(server.get()) == 1;
  meeting.verify_result = SSL_get_verify_result(server.get());
  meeting.version = SSL_version(server.get());
  if (const X509* shown = SSL_get0_peer_certificate(server.get())) meeting.serial = serial_of(shown);
  if (meeting.server_accepted) {
    char byte = 'w';
    SSL_write(server.get(), &byte, 1);
    SSL_read(client.get(), &byte, 1);
    meeting.session.reset(SSL_get1_session(client.get()));
    // A clean end, else OpenSSL calls the session bad and does not resume it.
    SSL_shutdown(client.get());
    SSL_shutdown(server.get());
  }
  ERR_clear_error();
  return meeting;
}

Meeting meet(const TestAuthority& ca, const Issued* shown) {
  const auto server = server_context(ca);
  const auto client = context_of(TLS_client_method(), shown);
  return meet(server.get(), client.get());
}

}  // namespace

TEST(ClientVerification, LetsAValidCertificateIn) {
  const TestAuthority ca;
  const auto issued = ca.issue("urn:waymark:authority:314");
  const auto meeting = meet(ca, &issued);
  EXPECT_TRUE(meeting.server_accepted);
  EXPECT_EQ(meeting.version, TLS1_3_VERSION);
  EXPECT_EQ(meeting.serial, issued.serial);
}

TEST(ClientVerification, RefusesAClientWithoutACertificate) {
  const TestAuthority ca;
  EXPECT_FALSE(meet(ca, nullptr).server_accepted);
}

TEST(ClientVerification, RefusesARevokedCertificate) {
  const TestAuthority ca;
  const auto issued = ca.issue("urn:waymark:authority:314");
  ASSERT_TRUE(ca.authority.revoke(issued.serial, RevocationReason::key_compromise, present()));
  const auto meeting = meet(ca, &issued);
  EXPECT_FALSE(meeting.server_accepted);
  EXPECT_EQ(meeting.verify_result, X509_V_ERR_CERT_REVOKED);
}

TEST(ClientVerification, RefusesTheCertificateOfAnotherAuthorityEvenOfTheSameName) {
  const TestAuthority ca;
  const TestAuthority other;
  const auto issued = other.issue("urn:waymark:authority:314");
  EXPECT_FALSE(meet(ca, &issued).server_accepted);
}

TEST(ClientVerification, RefusesAnExpiredCertificateAndOneThatIsNotYetValid) {
  const TestAuthority ca(present() - days(200));
  ca.authority.renew_crl(present());
  const auto expired = ca.issue("urn:waymark:authority:314", present() - days(100));
  EXPECT_EQ(meet(ca, &expired).verify_result, X509_V_ERR_CERT_HAS_EXPIRED);
  const auto early = ca.issue("urn:waymark:authority:314", present() + days(1));
  EXPECT_EQ(meet(ca, &early).verify_result, X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST(ClientVerification, RefusesAServersCertificateAsAClients) {
  const TestAuthority ca;
  const auto issued = ca.issue_server();
  EXPECT_EQ(meet(ca, &issued).verify_result, X509_V_ERR_INVALID_PURPOSE);
}

TEST(ClientVerification, RefusesEverybodyWhenTheRevocationListIsStale) {
  const TestAuthority ca(present() - days(40));
  const auto issued = ca.issue("urn:waymark:authority:314");
  const auto stale = meet(ca, &issued);
  EXPECT_FALSE(stale.server_accepted);
  EXPECT_EQ(stale.verify_result, X509_V_ERR_CRL_HAS_EXPIRED);
  ca.authority.renew_crl(present());
  EXPECT_TRUE(meet(ca, &issued).server_accepted);
}

TEST(ClientVerification, LeavesTwoIdentitiesForTheCallerToRefuse) {
  const TestAuthority ca;
  CertificatePlan plan;
  plan.common_name = "two";
  plan.uris = {"urn:waymark:authority:314", "urn:waymark:authority:318"};
  const auto issued = ca.issue_unchecked(plan);
  EXPECT_TRUE(meet(ca, &issued).server_accepted);
  const auto certificate = certificate_from_pem(issued.certificate_pem);
  EXPECT_EQ(caller_of(certificate.get(), [](std::string_view) { return true; }).error(), CallerError::two_identities);
}

TEST(ClientVerification, RefusesAClientThatSpeaksOnlyTls12UnlessItIsAllowed) {
  const TestAuthority ca;
  const auto issued = ca.issue("urn:waymark:authority:314");
  const auto client = context_of(TLS_client_method(), &issued);
  SSL_CTX_set_max_proto_version(client.get(), TLS1_2_VERSION);
  EXPECT_FALSE(meet(server_context(ca).get(), client.get()).server_accepted);
  const auto meeting = meet(server_context(ca, TlsMinimum::tls_1_2).get(), client.get());
  EXPECT_TRUE(meeting.server_accepted);
  EXPECT_EQ(meeting.version, TLS1_2_VERSION);
}

// TLS does not look at the list again when a session is resumed: this is why RevocationList exists.
TEST(ClientVerification, LetsARevokedClientResumeSoThatTheListMustBeAskedThen) {
  const TestAuthority ca;
  const auto issued = ca.issue("urn:waymark:authority:314");
  const auto server = server_context(ca);
  const auto client = context_of(TLS_client_method(), &issued);
  const auto first = meet(server.get(), client.get());
  ASSERT_TRUE(first.server_accepted);
  auto list = RevocationList::load(ca.authority.certificate_file(), ca.authority.crl_file()).value();
  ASSERT_TRUE(ca.authority.revoke(issued.serial, RevocationReason::key_compromise, present()));
  ASSERT_TRUE(configure_client_verification(server.get(), ca.authority.certificate_file(), ca.authority.crl_file()));
  ASSERT_TRUE(list.reload());

  const auto second = meet(server.get(), client.get(), first.session.get());
  EXPECT_TRUE(second.is_resumed);
  EXPECT_EQ(second.serial, issued.serial);
  EXPECT_TRUE(list.is_revoked(second.serial));
  EXPECT_FALSE(meet(server.get(), client.get()).server_accepted);
}

TEST(ClientVerification, TakesNewFilesIntoForceOnTheSameContext) {
  const TestAuthority ca;
  const TestAuthority next;
  const auto issued = next.issue("urn:waymark:authority:314");
  const auto server = server_context(ca);
  const auto client = context_of(TLS_client_method(), &issued);
  EXPECT_FALSE(meet(server.get(), client.get()).server_accepted);
  ASSERT_TRUE(
      configure_client_verification(server.get(), next.authority.certificate_file(), next.authority.crl_file()));
  EXPECT_TRUE(meet(server.get(), client.get()).server_accepted);
}

TEST(ClientVerification, StaysAsItWasWhenTheNewFilesAreBad) {
  const TestAuthority ca;
  const TestAuthority other;
  const auto issued = ca.issue("urn:waymark:authority:314");
  const auto server = server_context(ca);
  EXPECT_FALSE(
      configure_client_verification(server.get(), other.authority.certificate_file(), ca.authority.crl_file()));
  EXPECT_FALSE(configure_client_verification(server.get(), ca.directory / "absent", ca.authority.crl_file()));
  const auto client = context_of(TLS_client_method(), &issued);
  EXPECT_TRUE(meet(server.get(), client.get()).server_accepted);
}

}  // namespace certs
