// Matches every accepted record against everything held and tells both sides, once a pair. Its tasks are rows that the
// accepting transaction wrote: a crash anywhere resumes from them.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "broker/matching/live_index.h"
#include "broker/store/writer.h"

namespace broker::matching {

class MatchWorker {
 public:
  // All references outlive the worker.
  MatchWorker(boost::asio::any_io_executor executor, postgres::Pool& writer_pool, store::Writer& writer,
              LiveIndex& index, base::Metrics& metrics);

  // Runs until stop(). Wakes by itself now and then, for tasks that another broker left.
  boost::asio::awaitable<void> run();
  void wake();
  void stop();

 private:
  boost::asio::awaitable<size_t> work_once();
  boost::asio::awaitable<bool> match(store::HeldRecord record, store::MatchTask task);
  boost::asio::awaitable<void> announce(store::HeldRecord record, store::MatchTask task, std::vector<Found> found);
  boost::asio::awaitable<void> finish(std::vector<store::MatchTask> tasks);

  boost::asio::any_io_executor executor_;
  postgres::Pool& writer_pool_;
  store::Writer& writer_;
  LiveIndex& index_;
  base::Metrics& metrics_;
  boost::asio::steady_timer timer_;
  bool is_awake_ = true;
  bool is_stopped_ = false;
};

}  // namespace broker::matching
