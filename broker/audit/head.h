// The signed head of the audit log: its size, its root and the time, which the broker signs and others keep outside.
// Whoever has an old one can hold today's log to it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "broker/audit/merkle.h"
#include "broker/audit/signature.h"
#include "broker/base/time.h"

namespace broker::audit {

struct Head {
  uint64_t size = 0;
  Hash root = empty_root();
  base::Time time{};
  bool operator==(const Head&) const = default;
};

// What is signed: four lines, each ended by a line feed. The first one keeps this signature from being taken for one
// over anything else.
//   waymark-log-v1
//   <size, decimal>
//   <root, base64 with padding>
//   <time, RFC 3339 in UTC with microseconds>
std::string text_of(const Head& head);
// Reads exactly what text_of writes.
std::optional<Head> parse_head(std::string_view text);

struct SignedHead {
  Head head;
  std::string key_id;
  std::string signature;  // 64 bytes, see signature.h
};

SignedHead sign_head(const SigningKey& key, const Head& head);
bool verify_head(std::span<const PublicKey> keys, const SignedHead& signed_head);

}  // namespace broker::audit
