// Matches every accepted record against everything held and tells both sides, once a pair. Its tasks are rows that the
// accepting transaction wrote: a crash anywhere resumes from them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "broker/base/timers.h"
#include "broker/matching/live_index.h"

namespace broker::matching {

class MatchWorker {
 public:
  // All references outlive the worker.
  MatchWorker(base::Timers& timers, store::Store& store, LiveIndex& index, base::Metrics& metrics);

  // Runs until stop(). Wakes by itself now and then, for tasks that another broker left.
  boost::asio::awaitable<void> run();
  void wake();
  void stop();

 private:
  // A round: tasks of this broker's lease, and those of them that need no more than to be ended.
  struct Round {
    std::map<int64_t, store::MatchTask> task_of;
    std::vector<store::HeldRecord> records;
    size_t next = 0;  // of the records, to be matched
    std::vector<store::MatchTask> done;
  };

  boost::asio::awaitable<size_t> work_once();
  boost::asio::awaitable<void> match_all(Round& round);
  boost::asio::awaitable<void> match_some(Round& round);
  boost::asio::awaitable<bool> match(store::HeldRecord record, store::MatchTask task);
  boost::asio::awaitable<void> announce(store::HeldRecord record, store::MatchTask task, std::vector<Found> found);
  boost::asio::awaitable<void> finish(std::vector<store::MatchTask> tasks);

  base::Timers& timers_;
  store::Store& store_;
  LiveIndex& index_;
  base::Metrics& metrics_;
  std::unique_ptr<base::Alarm> alarm_;
  bool is_awake_ = true;
  bool is_stopped_ = false;
};

}  // namespace broker::matching
