// What the workers of delivery and matching ask of the store. Two use it: PostgreSQL, and the model over plain maps
// that the simulation runs them on; tests/simulation holds both to one contract.
#pragma once

#include <string>
#include <vector>

#include "broker/store/feed.h"
#include "broker/store/inbox.h"
#include "broker/store/writer.h"

namespace broker::store {

class Store {
 public:
  virtual ~Store() = default;

  // As Writer::submit. The reads throw what read_as throws.
  virtual boost::asio::awaitable<base::Result<Answer>> submit(Write write) = 0;

  virtual boost::asio::awaitable<std::vector<WaitingMessage>> waiting_after(Viewer viewer, int64_t position,
                                                                            int64_t limit) = 0;
  virtual boost::asio::awaitable<std::vector<std::string>> envelopes(Viewer viewer, std::vector<std::string> ids) = 0;
  // Without an effect where nothing is kept by cursors.
  virtual boost::asio::awaitable<void> save_cursors(std::function<std::vector<InboxCursor>()> cursors);

  virtual boost::asio::awaitable<int64_t> last_change() = 0;
  virtual boost::asio::awaitable<FeedChunk> read_feed(FeedMarks after, int64_t limit) = 0;
  virtual boost::asio::awaitable<std::string> mark_at(FeedMarks marks) = 0;
  virtual boost::asio::awaitable<std::vector<HeldRecord>> read_records(std::vector<int64_t> keys) = 0;
  virtual boost::asio::awaitable<std::vector<MatchTask>> claim_match_tasks(int64_t limit, int64_t lease_seconds) = 0;
};

class PostgresStore final : public Store {
 public:
  // `pool` reads as row-level security allows, `writer_pool` all. All outlive it.
  PostgresStore(postgres::Pool& pool, postgres::Pool& writer_pool, Writer& writer)
      : pool_(pool), writer_pool_(writer_pool), writer_(writer) {}

  boost::asio::awaitable<base::Result<Answer>> submit(Write write) override;
  boost::asio::awaitable<std::vector<WaitingMessage>> waiting_after(Viewer viewer, int64_t position,
                                                                    int64_t limit) override;
  boost::asio::awaitable<std::vector<std::string>> envelopes(Viewer viewer, std::vector<std::string> ids) override;
  boost::asio::awaitable<void> save_cursors(std::function<std::vector<InboxCursor>()> cursors) override;
  boost::asio::awaitable<int64_t> last_change() override;
  boost::asio::awaitable<FeedChunk> read_feed(FeedMarks after, int64_t limit) override;
  boost::asio::awaitable<std::string> mark_at(FeedMarks marks) override;
  boost::asio::awaitable<std::vector<HeldRecord>> read_records(std::vector<int64_t> keys) override;
  boost::asio::awaitable<std::vector<MatchTask>> claim_match_tasks(int64_t limit, int64_t lease_seconds) override;

 private:
  postgres::Pool& pool_;
  postgres::Pool& writer_pool_;
  Writer& writer_;
};

}  // namespace broker::store
