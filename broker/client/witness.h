// What an authority keeps of the audit log outside the broker: signed heads, and the key they were signed with. The log
// has to continue every one of them, whoever runs the broker. Used by `waymark verify`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "broker/audit/head.h"
#include "broker/client/json.h"

namespace broker::client {

struct Witness {
  std::string public_key;  // PEM, as it was when the witness was first made
  std::vector<audit::SignedHead> heads;

  // Of the largest head; 0 when there is none.
  uint64_t size() const;
};

// A head as the broker's JSON shows it. Throws std::runtime_error for anything else.
audit::SignedHead decode_head(const Json& json);

// Empty when there is no such file. Takes a file with one head alone too. Throws std::runtime_error when it can't be
// read: a witness that is ignored because it is damaged would help whoever damaged it.
Witness read_witness(const std::filesystem::path& file);

// Adds the heads and writes the file anew. Of those more than a week older than the newest the last of each day is
// kept.
void update_witness(const std::filesystem::path& file, Witness witness, const std::vector<audit::SignedHead>& heads);

}  // namespace broker::client
