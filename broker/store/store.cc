#include "broker/store/store.h"

namespace broker::store {

using boost::asio::awaitable;

// Each hands the function's own coroutine on, so that a call costs no frame of its own.

awaitable<base::Result<Answer>> PostgresStore::submit(Write write) {
  return writer_.submit(std::move(write));
}

awaitable<std::vector<WaitingMessage>> PostgresStore::waiting_after(Viewer viewer, int64_t position, int64_t limit) {
  return store::waiting_after(pool_, std::move(viewer), position, limit);
}

awaitable<std::vector<std::string>> PostgresStore::envelopes(Viewer viewer, std::vector<std::string> ids) {
  return store::envelopes(pool_, std::move(viewer), std::move(ids));
}

awaitable<void> Store::save_cursors(std::function<std::vector<InboxCursor>()>) {
  co_return;
}

awaitable<void> PostgresStore::save_cursors(std::function<std::vector<InboxCursor>()> cursors) {
  return store::save_cursors(writer_pool_, std::move(cursors));
}

awaitable<int64_t> PostgresStore::last_change() {
  return store::last_change(writer_pool_);
}

awaitable<FeedChunk> PostgresStore::read_feed(FeedMarks after, int64_t limit) {
  return store::read_feed(writer_pool_, after, limit);
}

awaitable<std::string> PostgresStore::mark_at(FeedMarks marks) {
  return store::mark_at(writer_pool_, marks);
}

awaitable<std::vector<HeldRecord>> PostgresStore::read_records(std::vector<int64_t> keys) {
  return store::read_records(writer_pool_, std::move(keys));
}

awaitable<std::vector<MatchTask>> PostgresStore::claim_match_tasks(int64_t limit, int64_t lease_seconds) {
  return store::claim_match_tasks(writer_pool_, limit, lease_seconds);
}

}  // namespace broker::store
