// Notices of families that are expected. Written through the one writer, read here.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/message/notice.h"
#include "broker/store/read.h"
#include "broker/store/world.h"

namespace broker::store {

struct NoticeFilter {
  bool is_sent = false;  // both false: either
  bool is_received = false;
};
boost::asio::awaitable<Listed<message::Notice>> list_notices(postgres::Pool& pool, Viewer viewer, NoticeFilter filter,
                                                             Page page);
boost::asio::awaitable<std::optional<message::Notice>> find_notice(postgres::Pool& pool, Viewer viewer, std::string id);

// A row with state, status and ended.
message::Notice notice_in(const postgres::Row& row);

// For World::write.
postgres::Query insert_notice(const message::Notice& notice);
postgres::Query end_notice(const std::string& id, message::NoticeStatus status, base::Time now);

// By which a child that is expected is known again, also in another notice.
std::string digest_of_expected(const std::string& sender, const matcher::PupilRecord& child);

// For the broker itself: any notice, and which of these digests' children an arrival was found for that nobody has
// rejected. Need the writer's pool.
boost::asio::awaitable<std::optional<message::Notice>> read_notice(postgres::Pool& writer_pool, std::string id);
boost::asio::awaitable<std::set<std::string>> met_by_arrivals(postgres::Pool& writer_pool,
                                                              std::vector<std::string> digests);

}  // namespace broker::store
