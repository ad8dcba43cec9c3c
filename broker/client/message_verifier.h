// Checks messages and receipts offline: the broker's signature over each, and the caller's own where there is one. Used
// by `waymark verify --message`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace broker::client {

struct MessageVerification {
  std::string id;
  std::string type;
  std::string signed_by;     // id of the broker's key
  std::string caller;        // the authority or school that signed the request itself; empty when none did
  bool is_withheld = false;  // the caller signed, but what it signed is not shown to this recipient
  std::string payload;       // what the caller signed
  std::string fault;         // a sentence; empty when everything holds
};

// Each message of `text`: one envelope or receipt, a list or a claim of them, or one a line. `public_key` is the
// broker's; `authorities` the certificates that callers' must come from, PEM: empty, and a caller's signature counts as
// unproven. Throws std::runtime_error when there is nothing to check.
std::vector<MessageVerification> verify_messages(const std::string& text, const std::filesystem::path& public_key,
                                                 const std::filesystem::path& authorities);

}  // namespace broker::client
