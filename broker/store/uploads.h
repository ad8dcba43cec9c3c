// Uploads, their refused rows, and matches as a caller may read them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/domain/match.h"
#include "broker/store/read.h"
#include "broker/store/world.h"

namespace broker::store {

struct StoredUpload {
  UploadRow upload;
  int64_t matches = 0;  // found so far
};
boost::asio::awaitable<std::optional<StoredUpload>> find_upload(postgres::Pool& pool, Viewer viewer, std::string id);

// `after` is the number of the last error read.
boost::asio::awaitable<Listed<UploadError>> list_upload_errors(postgres::Pool& pool, Viewer viewer, std::string id,
                                                               Page page);

// A match with those of its two children that the viewer's rows hold.
struct StoredMatch {
  domain::Match match;
  std::optional<matcher::PupilRecord> seeker_child;
  std::optional<matcher::PupilRecord> holder_child;
};
struct MatchFilter {
  std::string status;  // empty: any
  std::string upload;  // found for a row of this upload; empty: any
};
boost::asio::awaitable<std::optional<StoredMatch>> find_match(postgres::Pool& pool, Viewer viewer, std::string id);
boost::asio::awaitable<Listed<StoredMatch>> list_matches(postgres::Pool& pool, Viewer viewer, MatchFilter filter,
                                                         Page page);

}  // namespace broker::store
