// Uploads, their refused rows, and matches as a caller may read them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/domain/match.h"
#include "broker/store/read.h"
#include "broker/store/world.h"

namespace broker::store {

extern const postgres::Statement select_uploads;
UploadRow upload_of(const postgres::Row& row);

struct StoredUpload {
  UploadRow upload;
  int64_t matches = 0;  // found so far
};
boost::asio::awaitable<std::optional<StoredUpload>> find_upload(postgres::Pool& pool, Viewer viewer, std::string id);

// `after` is the number of the last error read.
boost::asio::awaitable<Listed<UploadError>> list_upload_errors(postgres::Pool& pool, Viewer viewer, std::string id,
                                                               Page page);

// What follows needs the writer's pool. A large file waits in sealed parts until it has been read.
boost::asio::awaitable<void> save_upload_part(postgres::Pool& writer_pool, std::string upload_id, int64_t number,
                                              SealedFile part);
boost::asio::awaitable<std::optional<SealedFile>> read_upload_part(postgres::Pool& writer_pool, std::string upload_id,
                                                                   int64_t number);
// Parts whose upload was never accepted, or (of one upload) that nobody waits for.
boost::asio::awaitable<void> forget_upload_parts(postgres::Pool& writer_pool);
boost::asio::awaitable<void> forget_parts_of(postgres::Pool& writer_pool, std::string upload_id);
// An upload that is to be read and that nobody reads; nobody else gets it for `lease_seconds`.
boost::asio::awaitable<std::optional<UploadRow>> claim_upload(postgres::Pool& writer_pool, int64_t lease_seconds);

// Ids of the authority's cases for children with these UPNs that are open or located, or wait for a school to confirm a
// removal or to send the transfer file.
boost::asio::awaitable<std::vector<std::string>> cases_of_children(postgres::Pool& writer_pool, std::string authority,
                                                               std::vector<std::string> upns);

// A match with those of its two children that the viewer's rows hold.
struct StoredMatch {
  domain::Match match;
  std::optional<matcher::PupilRecord> seeker_child;
  std::optional<matcher::PupilRecord> holder_child;
};
struct MatchFilter {
  std::string status;  // empty: any
  std::string upload;  // found for a row of this upload, for this query or this case; empty: any
};
boost::asio::awaitable<std::optional<StoredMatch>> find_match(postgres::Pool& pool, Viewer viewer, std::string id);
boost::asio::awaitable<Listed<StoredMatch>> list_matches(postgres::Pool& pool, Viewer viewer, MatchFilter filter,
                                                         Page page);

}  // namespace broker::store
