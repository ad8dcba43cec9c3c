// The rows of deadlines: how they are written with everything else, and how the scheduler takes those that are due.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "broker/postgres/pool.h"
#include "broker/store/world.h"

namespace broker::store {

// What changed of deadlines and settings. Used by the saver alone.
void save_clocks(const World& world, std::vector<postgres::Query>& queries);

// The earliest of these kinds that are due at `now` and that nobody works on; nobody else gets them for the length of
// the lease. Needs the writer's pool.
boost::asio::awaitable<std::vector<DeadlineRow>> claim_deadlines(postgres::Pool& writer_pool,
                                                                 std::vector<std::string> kinds, base::Time now,
                                                                 int64_t limit, std::chrono::seconds lease);

// A message that may not have been collected.
struct SentMessage {
  int64_t position = 0;
  std::string id;
  std::string type;
  std::string sender;
  std::string recipient;
  std::string case_id;  // empty when it is about none
  base::Time time;
  bool is_settled = false;  // acknowledged, or its sender was told already
};
// In the order of their positions.
boost::asio::awaitable<std::vector<SentMessage>> sent_after(postgres::Pool& writer_pool, int64_t position,
                                                            int64_t limit);

// An authority that has collected nothing for a day although something waits.
struct Silence {
  std::string authority;
  base::Time since;                  // of the oldest message that waits
  std::vector<std::string> waiting;  // authorities with an open enquiry to it
};
boost::asio::awaitable<std::vector<Silence>> silent_authorities(postgres::Pool& writer_pool, base::Time now);

// Codes of the authorities that were silent when the scheduler last looked. Needs the writer's pool.
boost::asio::awaitable<std::set<std::string>> unreachable(postgres::Pool& writer_pool);

}  // namespace broker::store
