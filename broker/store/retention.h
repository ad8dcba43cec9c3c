// What is not kept for ever.
#pragma once

#include <cstdint>

#include "broker/postgres/pool.h"

namespace broker::store {

// Answers kept under idempotency keys are forgotten after 7 days. Gives how many were. Needs the writer's pool.
boost::asio::awaitable<int64_t> forget_old_answers(postgres::Pool& writer_pool);

}  // namespace broker::store
