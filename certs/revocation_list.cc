#include "certs/revocation_list.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <vector>

#include "certs/certificate.h"
#include "certs/files.h"
#include "certs/openssl.h"
#include "certs/time_text.h"

namespace certs {
namespace {

// The place of the CA that signed the list; nothing when none did. By key, because a renewed CA may keep its name.
std::optional<size_t> signer_of(X509_CRL* crl, const std::vector<CertificateHandle>& authorities) {
  for (size_t i = 0; i < authorities.size(); ++i)
    if (X509_CRL_verify(crl, X509_get0_pubkey(authorities[i].get())) == 1) return i;
  return std::nullopt;
}

std::string serial_of_entry(const X509_REVOKED* entry) {
  const NumberHandle number(ASN1_INTEGER_to_BN(X509_REVOKED_get0_serialNumber(entry), nullptr));
  require(number != nullptr, "read a serial");
  const std::unique_ptr<char, decltype([](char* text) { OPENSSL_free(text); })> hex(BN_bn2hex(number.get()));
  require(hex != nullptr, "read a serial");
  return normalised_serial(hex.get());
}

}  // namespace

tl::expected<RevocationList, std::string> RevocationList::load(const std::filesystem::path& ca_file,
                                                               const std::filesystem::path& crl_file) {
  const auto refuse = [](std::string why) { return tl::unexpected(std::move(why)); };
  RevocationList list;
  list.ca_file_ = ca_file;
  list.crl_file_ = crl_file;
  list.next_update_ = std::chrono::sys_seconds::max();
  try {
    const auto authorities = certificates_from_pem(read_file(ca_file));
    const auto crls = crls_from_pem(read_file(crl_file));
    if (authorities.empty()) return refuse(ca_file.string() + " holds no readable certificate");
    std::vector<bool> has_list(authorities.size(), false);
    for (const auto& crl : crls) {
      const auto signer = signer_of(crl.get(), authorities);
      if (!signer) return refuse(crl_file.string() + " holds a list that none of the configured authorities signed");
      if (has_list[*signer]) return refuse(crl_file.string() + " holds two lists of one authority");
      has_list[*signer] = true;
      const auto next_update = time_of(X509_CRL_get0_nextUpdate(crl.get()));
      if (!next_update) return refuse(crl_file.string() + " holds a list without the time of the next one");
      list.next_update_ = std::min(list.next_update_, *next_update);
      STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(crl.get());
      for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i)
        list.serials_.insert(serial_of_entry(sk_X509_REVOKED_value(entries, i)));
    }
    if (std::ranges::count(has_list, false) > 0)
      return refuse(crl_file.string() + " lacks the list of a configured authority, or one that can be read");
  } catch (const std::system_error& error) {
    return refuse(error.what());
  }
  return list;
}

tl::expected<void, std::string> RevocationList::reload() {
  auto fresh = load(ca_file_, crl_file_);
  if (!fresh) return tl::unexpected(fresh.error());
  *this = std::move(*fresh);
  return {};
}

}  // namespace certs
