#include "broker/audit/jws.h"

#include <algorithm>
#include <map>
#include <optional>

#include "broker/base/text.h"

namespace broker::audit {
namespace {

constexpr size_t jws_length_max = 4096;
constexpr std::string_view detached_payload = "..";

using Header = std::map<std::string, std::string, std::less<>>;

// Reads the one kind of JSON that a header needs to be: an object of plain strings, no escapes, no name twice. A header
// with anything else is refused, so that two readers can never see two different ones.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : rest_(text) {}

  std::optional<Header> read() {
    Header header;
    if (!take('{')) return std::nullopt;
    do {
      const auto name = read_string();
      if (!name || !take(':')) return std::nullopt;
      const auto value = read_string();
      if (!value || !header.emplace(*name, *value).second) return std::nullopt;
    } while (take(','));
    if (!take('}')) return std::nullopt;
    skip_space();
    return rest_.empty() ? std::optional(header) : std::nullopt;
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  bool take(char wanted) {
    skip_space();
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<std::string> read_string() {
    if (!take('"')) return std::nullopt;
    const size_t end = rest_.find('"');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, end);
    const bool is_plain =
        std::ranges::all_of(text, [](char c) { return c != '\\' && static_cast<unsigned char>(c) >= 0x20; });
    if (!is_plain || !base::is_utf8(text)) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return std::string(text);
  }

  std::string_view rest_;
};

// Only the one spelling: there is one JWS text for one signature.
std::optional<std::string> strict_base64url(std::string_view text) {
  auto bytes = base::from_base64url(text);
  if (!bytes || base::to_base64url(*bytes) != text) return std::nullopt;
  return bytes;
}

std::string signing_input(std::string_view encoded_header, std::string_view payload) {
  return std::string(encoded_header) + '.' + base::to_base64url(payload);
}

bool brings_its_own_rules(const Header& header) {
  constexpr std::string_view refused[] = {"crit", "b64", "jwk", "jku", "x5u", "x5c", "enc", "zip"};
  return std::ranges::any_of(refused, [&header](std::string_view name) { return header.contains(name); });
}

struct Parts {
  Header header;
  std::string_view encoded_header;
  std::string signature;

  std::string algorithm() const {
    const auto named = header.find("alg");
    return named == header.end() ? std::string() : named->second;
  }
};

tl::expected<Parts, JwsError> read_jws(std::string_view jws) {
  const tl::unexpected malformed(JwsError::malformed);
  const size_t dots = jws.find(detached_payload);
  if (jws.size() > jws_length_max || dots == std::string_view::npos) return malformed;
  const std::string_view encoded_header = jws.substr(0, dots);
  const auto header_text = strict_base64url(encoded_header);
  auto signature = strict_base64url(jws.substr(dots + detached_payload.size()));
  if (!header_text || !signature) return malformed;
  auto header = HeaderReader(*header_text).read();
  if (!header || brings_its_own_rules(*header)) return malformed;
  return Parts{std::move(*header), encoded_header, std::move(*signature)};
}

}  // namespace

std::string_view words_of(JwsError error) {
  switch (error) {
    case JwsError::malformed: return "the signature is not a detached JWS that can be read";
    case JwsError::unsupported_algorithm: return "the signature is not made with the algorithm of its key";
    case JwsError::unknown_key: return "the signature names another key than one that is known";
    case JwsError::bad_signature: return "the signature does not fit what was signed";
  }
  return "";
}

std::string sign_detached_jws(const SigningKey& key, std::string_view payload) {
  const std::string header = base::to_base64url(R"({"alg":"ES256","kid":")" + key.id() + R"("})");
  return header + std::string(detached_payload) + base::to_base64url(key.sign(signing_input(header, payload)));
}

tl::expected<std::string, JwsError> verify_detached_jws(std::span<const PublicKey> keys, std::string_view payload,
                                                        std::string_view jws) {
  const auto parts = read_jws(jws);
  if (!parts) return tl::unexpected(parts.error());
  if (parts->algorithm() != "ES256") return tl::unexpected(JwsError::unsupported_algorithm);
  const auto named = parts->header.find("kid");
  const std::string input = signing_input(parts->encoded_header, payload);
  bool was_tried = false;
  for (const PublicKey& key : keys) {
    if (named != parts->header.end() && named->second != key.id()) continue;
    was_tried = true;
    if (key.verify(input, parts->signature)) return key.id();
  }
  return tl::unexpected(was_tried ? JwsError::bad_signature : JwsError::unknown_key);
}

std::string sign_detached_jws(const CallerSigner& signer, std::string_view payload) {
  const CallerKey& key = signer.key();
  const std::string header =
      base::to_base64url(R"({"alg":")" + key.algorithm() + R"(","x5t#S256":")" + key.thumbprint() + R"("})");
  return header + std::string(detached_payload) + base::to_base64url(signer.sign(signing_input(header, payload)));
}

tl::expected<void, JwsError> verify_detached_jws(const CallerKey& key, std::string_view payload, std::string_view jws) {
  const auto parts = read_jws(jws);
  if (!parts) return tl::unexpected(parts.error());
  // The key says the algorithm: a header that could choose would let an attacker choose.
  if (parts->algorithm() != key.algorithm()) return tl::unexpected(JwsError::unsupported_algorithm);
  const auto named = parts->header.find("x5t#S256");
  if (named != parts->header.end() && named->second != key.thumbprint()) return tl::unexpected(JwsError::unknown_key);
  if (!key.verify(signing_input(parts->encoded_header, payload), parts->signature)) {
    return tl::unexpected(JwsError::bad_signature);
  }
  return {};
}

}  // namespace broker::audit
