#include "certs/certificate_authority.h"

#include <algorithm>
#include <stdexcept>

#include "certs/caller.h"
#include "certs/files.h"
#include "certs/openssl.h"
#include "certs/time_text.h"

namespace certs {
namespace fs = std::filesystem;

struct CertificateAuthority::Keys {
  CertificateHandle certificate;
  KeyHandle key;
};

namespace {

constexpr size_t server_names_max = 100;
constexpr size_t common_name_max = 64;  // X.520, ub-common-name

const char* const key_name = "ca-key.pem";
const char* const certificate_name = "ca.pem";
const char* const crl_name = "crl.pem";
const char* const crl_number_name = "crl-number";
const char* const index_name = "index";
const char* const lock_name = "lock";
const char* const issued_folder = "issued";

tl::unexpected<Refusal> refuse(std::string reason) {
  return tl::unexpected(Refusal{std::move(reason)});
}

// Nothing wrong, or why these names may not stand in a certificate.
tl::expected<void, Refusal> check_names(const IssueRequest& request) {
  const bool is_server = !request.dns.empty() || !request.ips.empty();
  if (request.identity.empty() != is_server)
    return refuse("a certificate is for one identity, or for the DNS names and IP addresses of a server");
  if (!is_server) {
    if (const auto identity = read_identity(request.identity); !identity)
      return refuse(std::string(words_of(identity.error())));
    return {};
  }
  if (request.dns.size() + request.ips.size() > server_names_max)
    return refuse("a certificate carries at most " + std::to_string(server_names_max) + " names");
  for (const auto& dns : request.dns)
    if (!is_dns_name(dns)) return refuse("this is no DNS name: " + dns);
  for (const auto& ip : request.ips)
    if (!is_ip_address(ip)) return refuse("this is no IP address: " + ip);
  return {};
}

tl::expected<KeyHandle, Refusal> subject_key(const IssueRequest& request) {
  if (request.request_pem.empty()) return make_key();
  const RequestHandle signing_request = request_from_pem(request.request_pem);
  if (!signing_request) return refuse("the signing request is no PKCS#10 in PEM");
  KeyHandle key(X509_REQ_get_pubkey(signing_request.get()));
  if (!key || !is_p256(key.get())) return refuse("the signing request's key is not a P-256 key");
  // Shows that whoever asks has the private key.
  if (X509_REQ_verify(signing_request.get(), key.get()) != 1)
    return refuse("the signing request is not signed with its own key");
  return key;
}

std::string common_name_of(const IssueRequest& request) {
  std::string name = !request.identity.empty() ? request.identity.substr(std::string_view("urn:waymark:").size())
                     : !request.dns.empty()    ? request.dns.front()
                                               : request.ips.front();
  if (name.size() > common_name_max) name.resize(common_name_max);
  return name;
}

std::vector<std::string> names_of(const IssueRequest& request) {
  if (!request.identity.empty()) return {request.identity};
  std::vector<std::string> names;
  names.reserve(request.dns.size() + request.ips.size());
  for (const auto& dns : request.dns) names.push_back("DNS:" + dns);
  for (const auto& ip : request.ips) names.push_back("IP:" + ip);
  return names;
}

int64_t next_crl_number(const fs::path& path) {
  if (!fs::exists(path)) return 1;
  try {
    return std::stoll(read_file(path)) + 1;
  } catch (const std::logic_error&) {
    throw std::runtime_error(path.string() + " holds no number");
  }
}

}  // namespace

tl::expected<CertificateAuthority, Refusal> CertificateAuthority::init(const fs::path& directory,
                                                                       const std::string& name,
                                                                       std::chrono::days valid_for,
                                                                       std::chrono::sys_seconds now) {
  if (name.empty() || name.size() > common_name_max) return refuse("the name has 1 to 64 characters");
  if (valid_for < std::chrono::days(1) || valid_for > 2 * ca_validity)
    return refuse("an authority is valid for 1 to " + std::to_string((2 * ca_validity).count()) + " days");
  fs::create_directories(directory / issued_folder);
  const FileLock lock(directory / lock_name);
  if (fs::exists(directory / key_name) || fs::exists(directory / certificate_name))
    return refuse("there is a certificate authority in " + directory.string() + " already");

  auto keys = std::make_unique<Keys>();
  keys->key = make_key();
  CertificatePlan plan;
  plan.use = CertificateUse::certificate_authority;
  plan.common_name = name;
  plan.not_before = now - clock_skew;
  plan.not_after = now + valid_for;
  const std::string pem = make_certificate(plan, keys->key.get(), nullptr, keys->key.get());
  keys->certificate = certificate_from_pem(pem);

  CertificateAuthority made(directory, std::move(keys));
  write_index(directory / index_name, {});
  made.write_crl({}, now);
  write_file(directory / key_name, private_key_to_pem(made.keys_->key.get()), private_mode);
  // Last, because a directory with this file counts as whole.
  write_file(directory / certificate_name, pem, public_mode);
  return made;
}

tl::expected<CertificateAuthority, Refusal> CertificateAuthority::open(const fs::path& directory) {
  if (!fs::exists(directory / certificate_name))
    return refuse("there is no certificate authority in " + directory.string());
  auto keys = std::make_unique<Keys>();
  keys->certificate = certificate_from_pem(read_file(directory / certificate_name));
  keys->key = private_key_from_pem(read_file(directory / key_name));
  if (!keys->certificate || !keys->key || X509_check_private_key(keys->certificate.get(), keys->key.get()) != 1)
    throw std::runtime_error("the key and the certificate in " + directory.string() + " do not belong together");
  return CertificateAuthority(directory, std::move(keys));
}

CertificateAuthority::CertificateAuthority(fs::path directory, std::unique_ptr<Keys> keys)
    : directory_(std::move(directory)), keys_(std::move(keys)) {}
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority& CertificateAuthority::operator=(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

tl::expected<Issued, Refusal> CertificateAuthority::issue(const IssueRequest& request,
                                                          std::chrono::sys_seconds now) const {
  if (const auto checked = check_names(request); !checked) return tl::unexpected(checked.error());
  if (request.valid_for < std::chrono::days(1) || request.valid_for > issued_validity_max)
    return refuse("a certificate is valid for 1 to " + std::to_string(issued_validity_max.count()) + " days");
  if (now + request.valid_for > not_after())
    return refuse("the authority itself ends on " + format_utc(not_after()) + ", before this certificate would");
  auto key = subject_key(request);
  if (!key) return tl::unexpected(key.error());

  CertificatePlan plan;
  plan.use = request.identity.empty() ? CertificateUse::server : CertificateUse::client;
  plan.common_name = common_name_of(request);
  if (!request.identity.empty()) plan.uris = {request.identity};
  plan.dns = request.dns;
  plan.ips = request.ips;
  plan.not_before = std::max(now - clock_skew, *not_before_of(keys_->certificate.get()));
  plan.not_after = now + request.valid_for;

  Issued issued;
  issued.certificate_pem = make_certificate(plan, key->get(), keys_->certificate.get(), keys_->key.get());
  issued.serial = serial_of(certificate_from_pem(issued.certificate_pem).get());
  if (request.request_pem.empty()) issued.key_pem = private_key_to_pem(key->get());
  issued.not_after = plan.not_after;

  const FileLock lock(directory_ / lock_name);
  auto all = entries();
  all.push_back(
      {issued.serial, plan.not_before, plan.not_after, std::nullopt, RevocationReason::unspecified, names_of(request)});
  // The index first: a certificate that exists can then be revoked, whatever happens here next.
  write_index(directory_ / index_name, all);
  write_file(directory_ / issued_folder / (issued.serial + ".pem"), issued.certificate_pem, public_mode);
  return issued;
}

tl::expected<IndexEntry, Refusal> CertificateAuthority::revoke(const std::string& serial, RevocationReason reason,
                                                               std::chrono::sys_seconds now) const {
  const FileLock lock(directory_ / lock_name);
  auto all = entries();
  const auto found = std::ranges::find(all, normalised_serial(serial), &IndexEntry::serial);
  if (found == all.end()) return refuse("no certificate with this serial number was issued here");
  if (!found->revoked) {
    found->revoked = now;
    found->reason = reason;
    write_index(directory_ / index_name, all);
  }
  // Also when it was revoked before: a stop between the two files is mended by asking again.
  write_crl(all, now);
  return *found;
}

tl::expected<IndexEntry, Refusal> CertificateAuthority::revoke_certificate(const std::string& certificate_pem,
                                                                           RevocationReason reason,
                                                                           std::chrono::sys_seconds now) const {
  const CertificateHandle certificate = certificate_from_pem(certificate_pem);
  if (!certificate) return refuse("the file holds no certificate in PEM");
  if (X509_verify(certificate.get(), keys_->key.get()) != 1)
    return refuse("the certificate was not issued by this authority");
  return revoke(serial_of(certificate.get()), reason, now);
}

void CertificateAuthority::renew_crl(std::chrono::sys_seconds now) const {
  const FileLock lock(directory_ / lock_name);
  write_crl(entries(), now);
}

std::vector<IndexEntry> CertificateAuthority::entries() const {
  return read_index(directory_ / index_name);
}

std::chrono::sys_seconds CertificateAuthority::not_after() const {
  return *not_after_of(keys_->certificate.get());
}

std::chrono::sys_seconds CertificateAuthority::crl_next_update() const {
  const auto lists = crls_from_pem(read_file(crl_file()));
  const auto next = lists.size() == 1 ? time_of(X509_CRL_get0_nextUpdate(lists.front().get())) : std::nullopt;
  if (!next) throw std::runtime_error(crl_file().string() + " holds no revocation list");
  return *next;
}

fs::path CertificateAuthority::certificate_file() const {
  return directory_ / certificate_name;
}

fs::path CertificateAuthority::crl_file() const {
  return directory_ / crl_name;
}

void CertificateAuthority::write_crl(const std::vector<IndexEntry>& all, std::chrono::sys_seconds now) const {
  CrlPlan plan;
  plan.number = next_crl_number(directory_ / crl_number_name);
  plan.this_update = now - clock_skew;
  plan.next_update = now + crl_validity;
  for (const auto& entry : all) {
    // RFC 5280, 3.3: it stays on the list until one list after its own end, here for as long as a list may live.
    const bool is_over = entry.not_after + crl_validity < now;
    if (entry.revoked && !is_over) plan.revocations.push_back({entry.serial, *entry.revoked, entry.reason});
  }
  // The number first: a number may be skipped, but never used twice.
  write_file(directory_ / crl_number_name, std::to_string(plan.number) + "\n", public_mode);
  write_file(crl_file(), make_crl(plan, keys_->certificate.get(), keys_->key.get()), public_mode);
}

}  // namespace certs
