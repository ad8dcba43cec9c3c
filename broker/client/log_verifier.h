// Checks the broker's audit log from outside: the signature of its head, that the entries are those it was signed over,
// and that it continues what was signed earlier. Used by `waymark verify` and the demo.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "broker/client/api.h"

namespace broker::client {

struct VerifyOptions {
  // PEM of the broker's public key, got by another way than from the broker; empty: the witness's, else the one that
  // the broker gives.
  std::filesystem::path public_key;
  // Heads that verified earlier; the log has to continue them, and today's are added. Made if missing.
  std::filesystem::path witness;
  // Other parties' witnesses, read only: the broker must have shown them the same log.
  std::vector<std::filesystem::path> against;
};

struct Verification {
  uint64_t size = 0;          // entries in the log
  uint64_t entries_read = 0;  // of those that the caller may read; of the others it sees the hash
  uint64_t heads = 0;         // signed heads that it was held against, today's included
  uint64_t continues = 0;     // size of the largest head of the witnesses; 0 when there was none
  std::string key_id;
  std::string fault;  // a sentence that names the first bad entry; empty when everything holds
};

// Throws Unreachable, or std::runtime_error for an answer or a file that is none.
Verification verify_log(Api& api, const VerifyOptions& options);

// The whole log as lines: each entry in the bytes that were hashed, or `{"position","leaf"}` where it is another
// party's; `{"head":{...}}` after the entries that a signed head covers, and at last.
void export_log(Api& api, uint64_t from, std::ostream& out);
// The same checks on what export_log wrote from the first entry on; asks nobody.
Verification verify_export(std::istream& in, const VerifyOptions& options);

}  // namespace broker::client
