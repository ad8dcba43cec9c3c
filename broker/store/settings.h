// Reading what authorities have set for themselves.
#pragma once

#include <map>
#include <string>

#include "broker/domain/settings.h"
#include "broker/store/read.h"

namespace broker::store {

// The defaults, version 0, where it has set nothing, or where they are not the viewer's.
boost::asio::awaitable<domain::Settings> find_settings(postgres::Pool& pool, Viewer viewer, std::string authority);

// Of all that have set any, by code; for the directory. Needs the writer's pool.
boost::asio::awaitable<std::map<std::string, domain::Settings>> all_settings(postgres::Pool& writer_pool);

}  // namespace broker::store
