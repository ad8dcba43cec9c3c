// The store as plain maps: the database that all brokers of a simulation share, and each broker's way to it, which is
// slow, breaks, and dies with its broker. Held to the same contract as PostgreSQL by store_contract_test.cc.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/base/random.h"
#include "broker/base/timers.h"
#include "broker/store/store.h"
#include "tests/simulation/virtual_time.h"

namespace simulation {

// What is durable. Every change is one call of commit(), which nothing interrupts.
struct Model {
  struct Message {
    std::string id;
    broker::message::Outgoing what;
  };
  struct Change {
    int64_t key = 0;
    bool is_held = false;
  };

  std::map<std::string, broker::domain::Case> cases;
  std::map<std::string, broker::domain::Enquiry> enquiries;
  std::map<std::string, std::string> confirmations;  // id, case
  std::map<std::string, broker::domain::Match> matches;
  std::map<std::string, broker::store::UploadRow> uploads;
  std::vector<Message> messages;                              // position 1 is the first
  std::set<std::pair<std::string, std::string>> receipts;     // message, kind
  std::map<std::string, broker::store::Delivery> deliveries;  // the last one of each message
  std::vector<broker::store::HeldRecord> records;             // key 1 is the first
  std::vector<Change> changes;                                // position 1 is the first
  std::map<int64_t, broker::base::Time> tasks;                // key, claimed until
  std::map<std::pair<std::string, int>, int> numbers;
  std::map<std::pair<std::string, std::string>, broker::store::KeptAnswer> kept;  // by caller and key
  std::vector<broker::store::World::AuditRow> log;

  bool is_held(int64_t key) const;
  const Message* message(const std::string& id) const;
  broker::store::World::Loaded load(const broker::store::Needs& needs) const;
  // Gives the positions of what is new. Ensures what PostgreSQL's constraints would refuse.
  void commit(const broker::store::World& world, const std::function<std::string()>& next_id);

 private:
  void commit_records(const broker::store::World& world);
  void commit_messages(const broker::store::World& world, const std::function<std::string()>& next_id);
};

struct Faults {
  double refusal = 0;                      // a write that was not accepted; a read that fails
  double lost_answer = 0;                  // a write that was accepted, and its answer lost
  std::chrono::milliseconds delay_max{0};  // before and after each call
};

class ModelStore final : public broker::store::Store {
 public:
  ModelStore(Model& model, VirtualTime& time, broker::base::Random& random, broker::base::IdMaker& ids);

  void set(const Faults& faults) { faults_ = faults; }
  void on_commit(std::function<void(const broker::store::Committed&)> tell) { tell_ = std::move(tell); }

  // kill -9: no call ever ends from now on, whether or not it was carried out.
  void die() { is_dead_ = true; }
  // Ends the calls of the dead as failed, so that their coroutines can be destroyed.
  void bury();

  boost::asio::awaitable<broker::base::Result<broker::store::Answer>> submit(broker::store::Write write) override;
  boost::asio::awaitable<std::vector<broker::store::WaitingMessage>> waiting_after(broker::store::Viewer viewer,
                                                                                   int64_t position,
                                                                                   int64_t limit) override;
  boost::asio::awaitable<std::vector<std::string>> envelopes(broker::store::Viewer viewer,
                                                             std::vector<std::string> ids) override;
  boost::asio::awaitable<int64_t> last_change() override;
  boost::asio::awaitable<broker::store::FeedChunk> read_feed(broker::store::FeedMarks after, int64_t limit) override;
  boost::asio::awaitable<std::string> mark_at(broker::store::FeedMarks marks) override;
  boost::asio::awaitable<std::vector<broker::store::HeldRecord>> read_records(std::vector<int64_t> keys) override;
  boost::asio::awaitable<std::vector<broker::store::MatchTask>> claim_match_tasks(int64_t limit,
                                                                                  int64_t lease_seconds) override;

 private:
  // The way to the database or back. Throws when the call fails on it, and never returns for the dead.
  boost::asio::awaitable<void> travel();
  bool happens(double chance);
  broker::base::Result<broker::store::Answer> carry_out(const broker::store::Write& write);

  Model& model_;
  VirtualTime& time_;
  VirtualTimers timers_;
  broker::base::Random& random_;
  broker::base::IdMaker& ids_;
  Faults faults_;
  std::function<void(const broker::store::Committed&)> tell_;
  bool is_dead_ = false;
  bool is_buried_ = false;
  std::set<broker::base::Alarm*> travelling_;
};

}  // namespace simulation
