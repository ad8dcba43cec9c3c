#include "tests/simulation/run.h"

#include <algorithm>
#include <map>
#include <set>

#include "tests/simulation/brokers.h"
#include "tests/support/store_node.h"

namespace simulation {
namespace {

using namespace broker;
using namespace std::chrono_literals;
using boost::asio::awaitable;
using support::EventLoop;

constexpr size_t recipients = 3;
constexpr auto trouble_time = 60s;  // then everything is well, and all has to come to its end
// Longer than any lease, so that what a dead client or broker held has come again.
constexpr auto calm_time = 300s;
constexpr auto answer_time = 20s;  // a client that hears nothing so long asks again, elsewhere

std::string recipient(uint64_t number) {
  return std::to_string(315 + number % recipients);
}

std::string id_in(const std::string& envelope) {
  return envelope.substr(envelope.find("\"id\":\"") + 6, 36);
}

class Simulation {
 public:
  explicit Simulation(uint64_t seed) : random_(seed), brokers_(model_, time_, random_, 1 + random_.next() % 3) {
    brokers_.set({0.05 * static_cast<double>(random_.next() % 4), 0.05 * static_cast<double>(random_.next() % 4),
                  std::chrono::milliseconds(random_.next() % 400)});
  }

  Outcome run();

 private:
  // Waits for an answer of a broker that may be dead: nothing when none comes in time.
  template <typename T>
  awaitable<std::optional<T>> ask(awaitable<T> call) {
    auto task = time_.loop().start(std::move(call));
    const auto until = time_.now() + answer_time;
    const auto alarm = timers_.make_alarm();
    for (auto look = 5ms; !task.is_done() && time_.now() < until; look = std::min(2 * look, 1'000ms)) {
      co_await alarm->wait_until(time_.now() + look + std::chrono::milliseconds(random_.next() % 10));
    }
    if (!task.is_done()) co_return std::nullopt;
    try {
      co_return time_.loop().finish(task);
    } catch (const postgres::Unavailable&) {
      co_return std::nullopt;
    }
  }
  awaitable<void> pause(std::chrono::milliseconds max);
  Life& any_broker() { return brokers_.at(random_.next() % brokers_.count()); }
  bool is_over() const { return time_.now().time_since_epoch() >= calm_time; }

  awaitable<bool> write(store::Write write);
  awaitable<void> send_messages(uint64_t number);
  awaitable<void> hold_records();
  awaitable<void> follow_cases();
  awaitable<void> read_inbox(uint64_t number);
  awaitable<void> acknowledge(Life& life, const std::string& own, delivery::Claim claim, std::vector<std::string> ids);
  awaitable<void> make_trouble();
  void note(const std::string& own, const delivery::Claim& claim);
  void note(uint64_t what);
  void judge();
  void judge_pairs();
  void fault(std::string what) { outcome_.faults.push_back(std::move(what)); }

  EventLoop loop_;
  VirtualTime time_{loop_};
  VirtualTimers timers_{time_};
  base::SeededRandom random_;
  Model model_;
  Brokers brokers_;
  Outcome outcome_;
  int keys_ = 0;
  std::map<std::string, int> granted_;                  // key of a granted write, times the model should hold it
  std::set<std::pair<std::string, std::string>> come_;  // recipient, message
  std::set<std::string> acknowledged_;
};

awaitable<void> Simulation::pause(std::chrono::milliseconds max) {
  const auto alarm = timers_.make_alarm();
  co_await alarm->wait_until(time_.now() +
                             std::chrono::milliseconds(1 + random_.next() % static_cast<uint64_t>(max.count())));
}

void Simulation::note(uint64_t what) {
  outcome_.fingerprint = (outcome_.fingerprint ^ what) * 1'099'511'628'211ULL;
}

// Repeated under its key until it is granted or refused for a reason of its own; false when refused.
awaitable<bool> Simulation::write(store::Write write) {
  const std::string key = "key " + std::to_string(++keys_);
  write = support::with_key(std::move(write), key);
  while (true) {
    store::Write again = write;
    auto asked = any_broker().store.submit(std::move(again));
    const auto answer = co_await ask(std::move(asked));
    if (answer && *answer) {
      granted_[key] = 1;
      co_return true;
    }
    if (answer && answer->error().type != base::ProblemType::store_unavailable) co_return false;
    co_await pause(500ms);
  }
}

awaitable<void> Simulation::send_messages(uint64_t number) {
  while (time_.now().time_since_epoch() < trouble_time) {
    const uint64_t kind = random_.next();
    const std::string about = kind % 3 == 0 ? "" : "00000000-0000-7000-8000-00000000000" + std::to_string(kind % 5);
    store::Write sending = support::sending(recipient(number), about, kind % 7 == 0, 1 + static_cast<int>(kind % 3));
    co_await write(std::move(sending));
    co_await pause(4'000ms);
  }
}

// Both halves of a pair, each from an authority of its own, at nearly the same moment.
awaitable<void> Simulation::hold_records() {
  for (int n = 0; n < 4; ++n) {
    const int child = static_cast<int>(random_.next() % 1'000) * 4 + n;
    const bool is_lost_first = random_.next() % 2 == 0;
    store::Write lost = support::holding("314", domain::RecordKind::lost, support::child(child));
    store::Write arrival = support::holding("316", domain::RecordKind::arrival, support::child(child));
    auto first = time_.loop().start(write(is_lost_first ? lost : arrival));
    auto second = time_.loop().start(write(is_lost_first ? arrival : lost));
    const auto alarm = timers_.make_alarm();
    while (!first.is_done() || !second.is_done()) co_await alarm->wait_until(time_.now() + 100ms);
    ++outcome_.pairs;
    co_await pause(10'000ms);
  }
}

// Cases open and close while arrivals come: one that is closed is announced to nobody any more, unless it was before.
awaitable<void> Simulation::follow_cases() {
  const int child = 50'000 + static_cast<int>(random_.next() % 1'000);
  store::Write opening = support::opening("314", support::child(child));
  co_await write(std::move(opening));
  co_await pause(10'000ms);
  store::Write arrival = support::holding("317", domain::RecordKind::arrival, support::child(child));
  co_await write(std::move(arrival));
}

void Simulation::note(const std::string& own, const delivery::Claim& claim) {
  std::set<std::string> with_it;
  for (const std::string& envelope : claim.envelopes) {
    const std::string id = id_in(envelope);
    ++outcome_.deliveries;
    note(std::hash<std::string>()(id));
    const Model::Message* message = model_.message(id);
    for (const Model::Message& earlier : model_.messages) {
      if (&earlier >= message) break;
      const bool is_of_same_case = !message->what.case_id.empty() && earlier.what.case_id == message->what.case_id &&
                                   earlier.what.recipient == own;
      if (is_of_same_case && !come_.contains({own, earlier.id})) fault(id + " overtook " + earlier.id + " of its case");
    }
    come_.insert({own, id});
  }
}

awaitable<void> Simulation::acknowledge(Life& life, const std::string& own, delivery::Claim claim,
                                        std::vector<std::string> ids) {
  const store::Viewer viewer{own, "", false};
  auto asked = life.inboxes.acknowledge(viewer, support::officer(own), claim.lease_id, ids);
  const auto answer = co_await ask(std::move(asked));
  if (!answer || !*answer) co_return;
  acknowledged_.insert(ids.begin(), ids.end());
  for (const std::string& id : ids) {
    if (!model_.receipts.contains({id, "acknowledged"})) fault("an acknowledgement of " + id + " was lost");
  }
}

awaitable<void> Simulation::read_inbox(uint64_t number) {
  const std::string own = recipient(number);
  const store::Viewer viewer{own, "", false};
  while (!is_over()) {
    const bool is_calm = time_.now().time_since_epoch() >= trouble_time;
    Life& life = any_broker();
    const auto lease = std::chrono::seconds(is_calm ? 60 : 1 + random_.next() % 20);
    auto asked = life.inboxes.claim(viewer, support::officer(own), 1 + random_.next() % 10, lease,
                                    std::chrono::seconds(random_.next() % 10));
    auto answer = co_await ask(std::move(asked));
    if (!answer || !*answer || !**answer) {
      const auto longest = is_calm ? 20'000ms : 1'000ms;
      co_await pause(longest);
      continue;
    }
    delivery::Claim claim = std::move(***answer);
    note(own, claim);
    const uint64_t mood = is_calm ? 99 : random_.next() % 100;
    if (mood < 15) continue;  // the client dies with what it holds
    std::vector<std::string> ids;
    for (const std::string& envelope : claim.envelopes) ids.push_back(id_in(envelope));
    if (mood < 25) {
      life.inboxes.give_back(viewer, claim.lease_id, ids.back());
      ids.pop_back();
    }
    if (mood >= 25 && mood < 35) ids.resize(1 + random_.next() % ids.size());
    if (!is_calm) co_await pause(3'000ms);
    if (!ids.empty()) co_await acknowledge(life, own, std::move(claim), std::move(ids));
  }
}

awaitable<void> Simulation::make_trouble() {
  while (time_.now().time_since_epoch() < trouble_time) {
    co_await pause(20'000ms);
    brokers_.kill(random_.next() % brokers_.count());
    ++outcome_.kills;
  }
  brokers_.set({0, 0, 20ms});
}

Outcome Simulation::run() {
  std::vector<EventLoop::Task<void>> tasks;
  tasks.push_back(loop_.start(make_trouble()));
  tasks.push_back(loop_.start(hold_records()));
  tasks.push_back(loop_.start(follow_cases()));
  for (uint64_t i = 0; i < recipients; ++i) {
    tasks.push_back(loop_.start(send_messages(i)));
    tasks.push_back(loop_.start(read_inbox(i)));
  }
  for (auto& task : tasks) time_.finish(task);
  judge();
  outcome_.virtual_time = std::chrono::duration_cast<std::chrono::seconds>(time_.now().time_since_epoch());
  outcome_.messages = model_.messages.size();
  return outcome_;
}

void Simulation::judge() {
  for (size_t i = 0; i < model_.messages.size(); ++i) {
    const Model::Message& message = model_.messages[i];
    note(std::hash<std::string>()(message.id));
    const bool is_read = message.what.recipient >= recipient(0) && message.what.recipient <= recipient(recipients - 1);
    if (!is_read) continue;
    if (!come_.contains({message.what.recipient, message.id})) fault(message.id + " never came");
    if (!model_.receipts.contains({message.id, "acknowledged"})) fault(message.id + " was never acknowledged");
  }
  for (const auto& [key, times] : granted_) {
    if (!model_.kept.contains({"authority:314", key})) fault(key + " was granted and is lost");
  }
  for (const auto& [key, until] : model_.tasks) fault("record " + std::to_string(key) + " was never matched");
  judge_pairs();
}

void Simulation::judge_pairs() {
  std::map<std::string, std::vector<const store::HeldRecord*>> by_child;
  for (const store::HeldRecord& record : model_.records) by_child[record.pupil.upn].push_back(&record);
  std::map<std::set<int64_t>, int> announced;
  for (const auto& [id, match] : model_.matches) {
    ++announced[{match.seeker.record_key, match.holder.record_key}];
    int told = 0;
    for (const Model::Message& message : model_.messages) {
      told += message.what.type == "match.found" && message.what.data.find(id) != std::string::npos ? 1 : 0;
    }
    if (told != 2) fault("of the match " + id + " " + std::to_string(told) + " were told");
  }
  for (const auto& [upn, records] : by_child) {
    if (records.size() != 2) {
      fault("a child was held " + std::to_string(records.size()) + " times");
      continue;
    }
    const int count = announced[{records[0]->key, records[1]->key}];
    if (count != 1) fault("a pair was announced " + std::to_string(count) + " times");
  }
}

}  // namespace

Outcome run(uint64_t seed) {
  Simulation simulation(seed);
  return simulation.run();
}

}  // namespace simulation
