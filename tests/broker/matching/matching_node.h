// A broker with its live index and its match worker; two of them over one database are two brokers.
#pragma once

#include <optional>
#include <set>

#include <boost/asio/thread_pool.hpp>

#include "broker/matching/match_worker.h"
#include "tests/support/store_node.h"

namespace broker::matching {

struct MatchingNode {
  explicit MatchingNode(support::StoreDatabase& database)
      : store(database), index(store.loop.executor(), store.store, threads.get_executor()) {
    store.writer.on_commit([this](const store::Committed& committed) {
      if (committed.has_records && worker) worker->wake();
    });
  }

  // One that was stopped does not run again.
  support::EventLoop::Task<void> start_worker() {
    worker.emplace(store.timers, store.store, index, store.metrics);
    return store.loop.start(worker->run());
  }

  std::vector<Found> search(matcher::PupilRecord child, const std::string& except_authority = "") {
    store.loop.run(index.catch_up());
    SearchFor what;
    what.child = std::move(child);
    what.except_authority = except_authority;
    return store.loop.run(index.search(std::move(what)));
  }
  std::set<int64_t> keys_found(matcher::PupilRecord child) {
    std::set<int64_t> keys;
    for (const Found& one : search(std::move(child))) keys.insert(one.side.record_key);
    return keys;
  }

  support::StoreNode store;
  boost::asio::thread_pool threads{1};
  LiveIndex index;
  std::optional<MatchWorker> worker;
};

// To the last figure, so that two answers can be held against each other.
inline std::string text_of(const std::vector<Found>& found) {
  std::string text;
  for (const Found& one : found) {
    text += std::to_string(one.side.record_key) + " " + one.side.case_id + " " + std::to_string(one.probability) + " " +
            std::to_string(one.weight) + (one.band == domain::MatchBand::match ? " match" : " review");
    for (const domain::Evidence& field : one.evidence) {
      text += " " + field.field + "=" + field.agreement + "," + std::to_string(field.weight) + "," + field.words;
    }
    text += "\n";
  }
  return text;
}

// Runs the workers until no task is left, or only such as fail.
inline void work_off(support::StoreDatabase& database, std::initializer_list<MatchingNode*> nodes,
                     int64_t tasks_left = 0) {
  std::vector<support::EventLoop::Task<void>> runs;
  for (MatchingNode* node : nodes) runs.push_back(node->start_worker());
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(40);
  while (database.number("select count(*) from match_task") > tasks_left &&
         std::chrono::steady_clock::now() < give_up) {
    database.loop.poll();
  }
  for (MatchingNode* node : nodes) node->worker->stop();
  for (auto& run : runs) database.loop.finish(std::move(run));
}

}  // namespace broker::matching
