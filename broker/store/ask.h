// One statement on a connection of its own, as the broker itself: what the store keeps that is not of one caller's view
// (files, officers, webhooks). For a caller's view see read.h.
#pragma once

#include <chrono>

#include "broker/postgres/pool.h"

namespace broker::store {

// Waits for a connection at most so long. Throws as Pool::acquire and Connection::execute do.
boost::asio::awaitable<postgres::Rows> ask(postgres::Pool& pool, std::chrono::milliseconds acquire_timeout,
                                           postgres::Query query);

}  // namespace broker::store
