// A simulated Waymark: a few brokers over one model, each with its real inboxes, live index and match worker, that are
// killed and started again; and the clients that write and read there.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "broker/delivery/inboxes.h"
#include "broker/matching/match_worker.h"
#include "tests/simulation/model.h"

namespace simulation {

// One life of a broker process: what is in its memory ends with it.
struct Life {
  Life(Model& model, VirtualTime& time, broker::base::Random& random);
  void start();
  void die();
  // Lets every coroutine of a dead or stopped life end.
  void bury();

  VirtualTime& time;
  VirtualTimers timers;
  broker::base::IdMaker ids;
  broker::base::Metrics metrics;
  ModelStore store;
  broker::delivery::Inboxes inboxes;
  broker::matching::LiveIndex index;
  broker::matching::MatchWorker worker;
  std::optional<support::EventLoop::Task<void>> running;
};

class Brokers {
 public:
  Brokers(Model& model, VirtualTime& time, broker::base::Random& random, size_t count);
  // Every coroutine has ended afterwards.
  ~Brokers();
  Brokers(const Brokers&) = delete;
  Brokers& operator=(const Brokers&) = delete;

  size_t count() const { return alive_.size(); }
  Life& at(size_t number) { return *alive_.at(number); }
  void kill(size_t number);
  void set(const Faults& faults);

 private:
  void start(size_t number);

  Model& model_;
  VirtualTime& time_;
  broker::base::Random& random_;
  Faults faults_;
  std::vector<std::unique_ptr<Life>> alive_;
  std::vector<std::unique_ptr<Life>> dead_;
};

}  // namespace simulation
