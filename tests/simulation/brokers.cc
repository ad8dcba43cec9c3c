#include "tests/simulation/brokers.h"

namespace simulation {

using namespace broker;

Life::Life(Model& model, VirtualTime& virtual_time, base::Random& random)
    : time(virtual_time),
      timers(virtual_time),
      ids(virtual_time.clock(), random),
      store(model, virtual_time, random, ids),
      inboxes(timers, store, ids),
      index(virtual_time.loop().executor(), store, virtual_time.loop().executor()),
      worker(timers, store, index, metrics) {
  store.on_commit([this](const store::Committed& committed) {
    inboxes.note(committed);
    if (committed.has_records) worker.wake();
  });
}

void Life::start() {
  running = time.loop().start(worker.run());
}

void Life::die() {
  store.die();
}

void Life::bury() {
  inboxes.stop();
  worker.stop();
  store.bury();
  time.finish(*running);
}

Brokers::Brokers(Model& model, VirtualTime& time, base::Random& random, size_t count)
    : model_(model), time_(time), random_(random), alive_(count) {
  for (size_t number = 0; number < count; ++number) start(number);
}

Brokers::~Brokers() {
  for (auto* lives : {&dead_, &alive_}) {
    for (const std::unique_ptr<Life>& life : *lives) life->bury();
  }
  time_.loop().poll();
}

void Brokers::start(size_t number) {
  alive_[number] = std::make_unique<Life>(model_, time_, random_);
  alive_[number]->store.set(faults_);
  alive_[number]->start();
}

void Brokers::kill(size_t number) {
  alive_[number]->die();
  dead_.push_back(std::move(alive_[number]));
  start(number);
}

void Brokers::set(const Faults& faults) {
  faults_ = faults;
  for (const std::unique_ptr<Life>& life : alive_) life->store.set(faults);
}

}  // namespace simulation
