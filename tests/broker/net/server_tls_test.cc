// Who is let in, and what those who are not let in are told.
#include "tests/broker/net/test_server.h"

namespace broker::net {
namespace {

class ServerTlsTest : public ServerTest {
 protected:
  // The answer to somebody who is not believed: 401 in words, after which the connection ends.
  std::string refusal_of(const ClientSettings& settings) {
    Client stranger(loop.executor(), settings);
    const Response response = loop.run(stranger.get("/whoami"));
    EXPECT_EQ(response.status, 401);
    EXPECT_TRUE(response.close);
    EXPECT_EQ(*response.headers.find("content-type"), "application/problem+json");
    return response.body;
  }
};

TEST_F(ServerTlsTest, KnowsTheCallerByItsCertificate) {
  serve();
  auto caller = client();
  const Response response = loop.run(caller.get("/whoami"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.size(), 64U);
  EXPECT_FALSE(response.close);
}

TEST_F(ServerTlsTest, TellsAClientWithoutACertificateInWords) {
  serve();
  EXPECT_NE(refusal_of(client_without()).find("No certificate was shown."), std::string::npos);
}

TEST_F(ServerTlsTest, ReadsNoBodyForSomebodyItDoesNotKnow) {
  size_t body_bytes = 1;
  serve([&](Request request) {
    body_bytes = request.body.size();
    return echo(std::move(request));
  });
  Client stranger(loop.executor(), client_without());
  const Response response = loop.run(stranger.post("/whoami", "text/plain", std::string(500'000, 'x'), Headers()));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(body_bytes, 0U);
}

TEST_F(ServerTlsTest, TellsAClientOfAnotherAuthority) {
  serve();
  const certs::TestAuthority other;
  const auto body = refusal_of(client_with(other.issue("urn:waymark:authority:314")));
  EXPECT_NE(body.find("not issued by an authority that is trusted here"), std::string::npos) << body;
}

TEST_F(ServerTlsTest, TellsAClientWhoseCertificateHasExpired) {
  serve();
  const auto issued = ca.issue("urn:waymark:authority:314", certs::present() - std::chrono::days(100));
  EXPECT_NE(refusal_of(client_with(issued)).find("has expired"), std::string::npos);
}

TEST_F(ServerTlsTest, TellsAClientWhoseCertificateWasRevoked) {
  const auto issued = ca.issue("urn:waymark:authority:314");
  ASSERT_TRUE(ca.authority.revoke(issued.serial, certs::RevocationReason::key_compromise, certs::present()));
  serve();
  EXPECT_NE(refusal_of(client_with(issued)).find("was revoked"), std::string::npos);
}

TEST_F(ServerTlsTest, TellsAServersCertificateThatItIsNotAClients) {
  serve();
  EXPECT_NE(refusal_of(client_with(ca.issue_server())).find("not issued for a client"), std::string::npos);
}

TEST_F(ServerTlsTest, BelievesNobodyWhenTheRevocationListIsStale) {
  ca.authority.renew_crl(certs::present() - std::chrono::days(60));
  serve();
  const auto body = refusal_of(client_with(ca.issue("urn:waymark:authority:314")));
  EXPECT_NE(body.find("not known here at present"), std::string::npos) << body;
}

TEST_F(ServerTlsTest, LosesAClientAtItsNextRequestWhenTheCheckTurnsAgainstIt) {
  bool is_revoked = false;
  peer_check = [&](const std::string&) { return PeerVerdict{!is_revoked, "It was revoked a moment ago."}; };
  serve();
  auto caller = client();
  EXPECT_EQ(loop.run(caller.get("/whoami")).status, 200);
  is_revoked = true;
  const Response response = loop.run(caller.get("/whoami"));
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.close);
  EXPECT_NE(response.body.find("revoked a moment ago"), std::string::npos);
  EXPECT_EQ(caller.connects(), 1U);
}

TEST_F(ServerTlsTest, ChecksAResumedSessionAgain) {
  bool is_revoked = false;
  peer_check = [&](const std::string&) { return PeerVerdict{!is_revoked, {}}; };
  serve();
  auto caller = client();
  EXPECT_EQ(loop.run(caller.get("/whoami")).status, 200);
  caller.close();
  EXPECT_EQ(loop.run(caller.get("/whoami")).status, 200);
  EXPECT_EQ(caller.resumptions(), 1U);
  caller.close();
  is_revoked = true;
  EXPECT_EQ(loop.run(caller.get("/whoami")).status, 401);
  EXPECT_EQ(caller.resumptions(), 2U);
}

TEST_F(ServerTlsTest, DoesNotForgetBetweenTwoSessionsThatACertificateIsBad) {
  serve();
  const auto expired = ca.issue("urn:waymark:authority:314", certs::present() - std::chrono::days(100));
  Client stranger(loop.executor(), client_with(expired));
  EXPECT_EQ(loop.run(stranger.get("/whoami")).status, 401);
  EXPECT_EQ(loop.run(stranger.get("/whoami")).status, 401);
  EXPECT_EQ(stranger.connects(), 2U);
}

TEST_F(ServerTlsTest, CutsOpenConnectionsOfARevokedCertificate) {
  serve();
  auto caller = client();
  auto other = client();
  const std::string fingerprint = loop.run(caller.get("/whoami")).body;
  EXPECT_EQ(loop.run(other.get("/whoami")).status, 200);
  EXPECT_EQ(server->close_if([&](const Peer& peer) { return peer.fingerprint == fingerprint; }), 1U);
  while (server->connections() > 1) loop.step();
  EXPECT_EQ(loop.run(other.get("/whoami")).status, 200);
  EXPECT_EQ(other.connects(), 1U);
}

TEST_F(ServerTlsTest, ShowsItsNewCertificateToNewConnectionsOnly) {
  serve();
  auto open = client();
  EXPECT_EQ(loop.run(open.get("/whoami")).status, 200);

  const certs::TestAuthority next;
  const auto issued = next.issue_server();
  TlsFiles files = tls_files();
  files.certificate = ca.directory.write("next.pem", issued.certificate_pem);
  files.private_key = ca.directory.write("next-key.pem", issued.key_pem);
  server->reload(files);

  EXPECT_EQ(loop.run(open.get("/whoami")).status, 200);
  EXPECT_EQ(open.connects(), 1U);
  ClientSettings settings = client_with(ca.issue("urn:waymark:authority:318"));
  Client distrusting(loop.executor(), settings);
  EXPECT_THROW(loop.run(distrusting.get("/whoami")), ConnectionFailed);
  settings.authorities = next.authority.certificate_file();
  Client trusting(loop.executor(), settings);
  EXPECT_EQ(loop.run(trusting.get("/whoami")).status, 200);
}

TEST_F(ServerTlsTest, TakesANewRevocationListByReload) {
  serve();
  const auto issued = ca.issue("urn:waymark:authority:314");
  const ClientSettings settings = client_with(issued);
  Client before(loop.executor(), settings);
  EXPECT_EQ(loop.run(before.get("/whoami")).status, 200);
  before.close();
  ASSERT_TRUE(ca.authority.revoke(issued.serial, certs::RevocationReason::key_compromise, certs::present()));
  server->reload(tls_files());
  EXPECT_EQ(loop.run(before.get("/whoami")).status, 401);
  EXPECT_EQ(before.resumptions(), 0U);
}

TEST_F(ServerTlsTest, KeepsItsOldFilesWhenTheNewOnesAreUnusable) {
  serve();
  TlsFiles files = tls_files();
  files.private_key = ca.directory.write("other-key.pem", ca.issue_server().key_pem);
  EXPECT_THROW(server->reload(files), TlsError);
  files = tls_files();
  files.revocations = "/nonexistent";
  EXPECT_THROW(server->reload(files), TlsError);
  auto caller = client();
  EXPECT_EQ(loop.run(caller.get("/whoami")).status, 200);
}

TEST_F(ServerTlsTest, RefusesToServePlainHttpToTheNetwork) {
  ServerSettings settings;
  settings.address = "0.0.0.0";
  EXPECT_THROW(Server(loop.executor(), settings, echo), TlsError);
}

TEST_F(ServerTlsTest, IsNotImpressedByBytesThatAreNoTls) {
  serve();
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n").find("HTTP/1.1 200"), std::string::npos);
  auto caller = client();
  EXPECT_EQ(loop.run(caller.get("/whoami")).status, 200);
}

}  // namespace
}  // namespace broker::net
