// Notices of families that are expected. Written through the one writer, read here.
#pragma once

#include <optional>
#include <string>

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

// For World::write.
postgres::Query insert_notice(const message::Notice& notice);

}  // namespace broker::store
