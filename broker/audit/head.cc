#include "broker/audit/head.h"

#include <algorithm>

#include "broker/base/text.h"

namespace broker::audit {
namespace {

constexpr std::string_view first_line = "waymark-log-v1";

}  // namespace

std::string text_of(const Head& head) {
  return std::string(first_line) + '\n' + std::to_string(head.size) + '\n' + base::to_base64(bytes_of(head.root)) +
         '\n' + base::format_time(head.time) + '\n';
}

std::optional<Head> parse_head(std::string_view text) {
  const auto lines = base::split(text, '\n');
  if (lines.size() != 5) return std::nullopt;
  const auto size = base::parse_number(lines[1]);
  const auto root_bytes = base::from_base64(lines[2]);
  const auto time = base::parse_time(lines[3]);
  if (!size || !root_bytes || !time) return std::nullopt;
  const auto root = hash_from(*root_bytes);
  if (!root || static_cast<uint64_t>(*size) > tree_size_max) return std::nullopt;
  const Head head{static_cast<uint64_t>(*size), *root, *time};
  // A second spelling of the same head would have a second signature.
  if (text_of(head) != text) return std::nullopt;
  return head;
}

SignedHead sign_head(const SigningKey& key, const Head& head) {
  return {head, key.id(), key.sign(text_of(head))};
}

bool verify_head(std::span<const PublicKey> keys, const SignedHead& signed_head) {
  const auto key = std::ranges::find(keys, signed_head.key_id, &PublicKey::id);
  return key != keys.end() && key->verify(text_of(signed_head.head), signed_head.signature);
}

}  // namespace broker::audit
