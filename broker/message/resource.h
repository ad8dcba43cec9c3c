// The smaller resources of the API: problems, authorities, uploads, inbox, audit, whoami.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/base/result.h"
#include "broker/base/time.h"
#include "broker/message/object_writer.h"

namespace broker::message {

// RFC 9457. `instance` names this occurrence for our logs.
std::string encode_problem(const base::Problem& problem, const std::string& instance);

// A list of JSON texts.
std::string encode_items(const std::vector<std::string>& items);

struct ClaimRequest {
  int64_t max = 10;
  int64_t lease_seconds = 60;
  int64_t wait_seconds = 0;
};
base::Result<ClaimRequest> decode_claim(std::string_view body);

struct AckRequest {
  std::string lease_id;
  std::vector<std::string> ids;  // of POST /inbox/ack alone
};
base::Result<AckRequest> decode_ack(std::string_view body, bool with_ids);

// A row of an upload that was refused.
std::string encode_row_error(int64_t row, const std::string& column, const std::string& code, const std::string& reason,
                             const std::string& member);

// The members of a kept answer that are headers: `{"etag":...,"location":...}`.
std::string encode_headers(const std::vector<std::pair<std::string, std::string>>& headers);
std::vector<std::pair<std::string, std::string>> decode_headers(std::string_view text);

}  // namespace broker::message
