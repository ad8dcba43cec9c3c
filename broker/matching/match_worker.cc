#include "broker/matching/match_worker.h"

#include <algorithm>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include "broker/base/log.h"
#include "broker/matching/announce.h"

namespace broker::matching {
namespace {

namespace asio = boost::asio;

using boost::asio::awaitable;
using store::MatchTask;

constexpr int64_t tasks_at_once = 100;
constexpr int64_t task_lease_seconds = 60;
// While one is announced, which waits for the disk, others are searched for. Not many: the same threads search for an
// officer's query, which waits for these.
constexpr size_t matched_at_once = 8;
constexpr std::chrono::seconds idle_time{5};
constexpr std::chrono::seconds pause_after_failure{1};

}  // namespace

MatchWorker::MatchWorker(base::Timers& timers, store::Store& store, LiveIndex& index, base::Metrics& metrics)
    : timers_(timers), store_(store), index_(index), metrics_(metrics), alarm_(timers.make_alarm()) {}

void MatchWorker::wake() {
  is_awake_ = true;
  alarm_->ring();
}

void MatchWorker::stop() {
  is_stopped_ = true;
  alarm_->ring();
}

awaitable<void> MatchWorker::run() {
  while (!is_stopped_) {
    is_awake_ = false;
    std::chrono::seconds pause = idle_time;
    try {
      const size_t done = co_await work_once();
      if (done > 0) continue;
    } catch (const std::exception& error) {
      base::log_warning("matching failed and will be tried again", {{"error", error.what()}});
      pause = pause_after_failure;
    }
    if (is_awake_ || is_stopped_) continue;
    co_await alarm_->wait_until(timers_.now() + pause);
  }
}

awaitable<size_t> MatchWorker::work_once() {
  const std::vector<MatchTask> tasks = co_await store_.claim_match_tasks(tasks_at_once, task_lease_seconds);
  if (tasks.empty()) co_return 0;
  Round round;
  std::vector<int64_t> keys;
  for (const MatchTask& task : tasks) {
    round.task_of[task.key] = task;
    keys.push_back(task.key);
  }
  // Everything committed before the tasks were claimed is in the index now, their own records included: of two records
  // that arrive at once at two brokers, whoever comes second meets the first.
  co_await index_.catch_up();
  round.records = co_await store_.read_records(keys);
  for (const auto& [key, task] : round.task_of) {
    if (std::ranges::find(round.records, key, &store::HeldRecord::key) == round.records.end())
      round.done.push_back(task);  // its record is gone
  }
  co_await match_all(round);
  if (!round.done.empty()) co_await finish(std::move(round.done));
  co_return tasks.size();
}

awaitable<void> MatchWorker::match_all(Round& round) {
  const auto executor = co_await asio::this_coro::executor;
  const auto all_done = timers_.make_alarm();
  size_t running = std::min(matched_at_once, round.records.size());
  std::exception_ptr failure;
  for (size_t i = running; i > 0; --i) {
    asio::co_spawn(executor, match_some(round), [&](std::exception_ptr thrown) {
      if (thrown) failure = thrown;
      if (--running == 0) all_done->ring();
    });
  }
  while (running > 0) co_await all_done->wait_until(base::Instant::max());
  if (failure) std::rethrow_exception(failure);
}

awaitable<void> MatchWorker::match_some(Round& round) {
  while (round.next < round.records.size()) {
    store::HeldRecord record = std::move(round.records[round.next++]);
    const MatchTask task = round.task_of.at(record.key);
    try {
      const bool is_done = co_await match(std::move(record), task);
      if (is_done) round.done.push_back(task);
    } catch (const postgres::Unavailable&) {
      round.next = round.records.size();
      throw;
    } catch (const std::exception& error) {
      // This one waits until its lease ends; it must not hold up the others that were claimed with it.
      base::log_error("a record can't be matched", {{"record", task.key}, {"error", error.what()}});
      metrics_.count("waymark_records_matched", "found=\"failed\"");
    }
  }
}

// True when nothing was found and the task has only to be ended.
awaitable<bool> MatchWorker::match(store::HeldRecord record, MatchTask task) {
  SearchFor what;
  what.child = record.pupil;
  what.except_key = record.key;
  std::vector<Found> found = co_await index_.search(std::move(what));
  std::erase_if(found, [&](const Found& one) { return !domain::may_be_announced(record.side, one.side); });
  metrics_.count("waymark_records_matched", found.empty() ? "found=\"no\"" : "found=\"yes\"");
  if (found.empty()) co_return true;
  co_await announce(std::move(record), task, std::move(found));
  co_return false;
}

awaitable<void> MatchWorker::announce(store::HeldRecord record, MatchTask task, std::vector<Found> found) {
  std::vector<int64_t> others;
  for (const Found& one : found) others.push_back(one.side.record_key);
  std::vector<store::HeldRecord> other_records = co_await store_.read_records(others);
  std::map<int64_t, matcher::PupilRecord> children;
  for (store::HeldRecord& one : other_records) children[one.key] = std::move(one.pupil);

  store::Write write;
  write.needs.records = others;
  write.needs.records.push_back(record.key);
  for (const Found& one : found) {
    write.needs.pairs.emplace_back(record.key, one.side.record_key);
    for (std::string& id : cases_of(record.side, one.side)) write.needs.cases.push_back(std::move(id));
  }
  write.decide = [record = std::move(record), found = std::move(found), children = std::move(children), task,
                  model = index_.model_name()](store::World& world) -> base::Result<store::Answer> {
    for (const Found& one : found) {
      const auto match = new_match(world, record.side, one, model);
      if (!match) continue;
      const bool is_seeker = match->seeker.record_key == record.key;
      const matcher::PupilRecord& other = children.at(one.side.record_key);
      announce_match(world, *match, is_seeker ? record.pupil : other, is_seeker ? other : record.pupil);
    }
    world.finish_match_task(task);
    return store::Answer{};
  };
  const auto written = co_await store_.submit(std::move(write));
  if (!written) base::log_warning("a match waits: the store is away", {{"problem", written.error().detail}});
}

awaitable<void> MatchWorker::finish(std::vector<MatchTask> tasks) {
  store::Write write;
  write.decide = [tasks = std::move(tasks)](store::World& world) -> base::Result<store::Answer> {
    for (const MatchTask& task : tasks) world.finish_match_task(task);
    return store::Answer{};
  };
  const auto written = co_await store_.submit(std::move(write));
  if (!written) base::log_warning("match tasks wait: the store is away", {{"problem", written.error().detail}});
}

}  // namespace broker::matching
