// Checks the broker's audit log from outside: the signature of its head, that the entries are those it was signed over,
// and that it continues what was signed earlier. Used by `waymark verify` and the demo.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "broker/client/api.h"

namespace broker::client {

struct VerifyOptions {
  // PEM of the broker's public key, got by another way than from the broker; empty: the one that the broker gives.
  std::filesystem::path public_key;
  // Where the last head that verified is kept; the log has to continue it, and the new one takes its place.
  std::filesystem::path kept_head;
};

struct Verification {
  uint64_t size = 0;          // entries in the log
  uint64_t entries_read = 0;  // of those that the caller may read; of the others it sees the hash
  uint64_t continues = 0;     // size of the kept head that it continues; 0 when there was none
  std::string key_id;
  std::string fault;  // a sentence; empty when everything holds
};

// Throws Unreachable, or std::runtime_error for an answer that is none.
Verification verify_log(Api& api, const VerifyOptions& options);

}  // namespace broker::client
