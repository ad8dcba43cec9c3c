// What the live index is fed from: pupil records and their changes in the order of commits, and the match tasks.
#pragma once

#include <string>
#include <vector>

#include "broker/postgres/pool.h"
#include "broker/store/world.h"

namespace broker::store {

// Keys and positions were given out under the writer's lock, so nothing ever appears behind these marks.
struct FeedMarks {
  int64_t record_key = 0;
  int64_t change = 0;
};

struct HeldChange {
  int64_t position = 0;
  int64_t key = 0;
  bool is_held = false;
};

struct FeedChunk {
  std::vector<HeldRecord> records;  // ascending keys
  std::vector<HeldChange> changes;  // ascending positions; read in the same snapshot
  bool has_more = false;
};

// The last change so far: where a reader begins that will read every record, since each says whether it is held.
boost::asio::awaitable<int64_t> last_change(postgres::Pool& writer_pool);

// What has been committed after the marks, at most `limit` of each. Needs the writer's pool.
boost::asio::awaitable<FeedChunk> read_feed(postgres::Pool& writer_pool, FeedMarks after, int64_t limit);

// What tells this database at these marks from any other, and from itself after it had lost what they stand for: the
// cluster, its timeline, and the record and the change at the marks. Equal to an earlier answer, all that was read up
// to the marks then is there still.
boost::asio::awaitable<std::string> mark_at(postgres::Pool& writer_pool, FeedMarks marks);

// Records by key, for a task whose record the reader may not have at hand.
boost::asio::awaitable<std::vector<HeldRecord>> read_records(postgres::Pool& writer_pool, std::vector<int64_t> keys);

// Takes up to `limit` match tasks for `lease_seconds`, the oldest first; no other broker is given them meanwhile.
boost::asio::awaitable<std::vector<MatchTask>> claim_match_tasks(postgres::Pool& writer_pool, int64_t limit,
                                                                 int64_t lease_seconds);

}  // namespace broker::store
