#include "tests/fault/load.h"

#include "tests/fault/job.h"

namespace fault {
namespace {

using broker::client::Json;
using broker::client::text_at;

// Empty answers in a row from each broker before an inbox counts as empty.
constexpr int empty_answers = 2;
constexpr std::chrono::seconds drain_time{120};
constexpr std::chrono::milliseconds pause_after_refusal{20};

Delivery delivery_in(const std::string& caller, const Json& claim) {
  Delivery delivery{caller, text_at(claim, "/lease_id"), {}};
  for (const Json& item : broker::client::items_of(claim)) {
    const std::string sequence = text_at(item, "/sequence");
    delivery.messages.push_back({text_at(item, "/id"), text_at(item, "/type"), text_at(item, "/case_id"),
                                 sequence.empty() ? 0 : std::stoll(sequence)});
  }
  return delivery;
}

// One authority's machine that reads its inbox. It is as bad as they come: now and then it dies with what it has
// claimed, gives a message back, or acknowledges a part.
class Reader {
 public:
  Reader(Client& client, History& history, uint64_t seed) : client_(client), history_(history), random_(seed) {}

  enum class Read { something, nothing, no_answer };

  Read once(bool is_careful) {
    const Json claim = {
        {"max", 1 + random_.next() % 20}, {"lease_seconds", is_careful ? 30 : 1}, {"wait_seconds", is_careful ? 0 : 1}};
    const auto answer = client_.post_once("/v1/inbox/claim", claim);
    if (answer.status == 204) return Read::nothing;
    if (answer.status != 200) return refused(answer, "a claim");
    Delivery delivery = delivery_in(client_.authority(), broker::client::parse_json(answer.body));
    std::vector<std::string> ids;
    for (const ReceivedMessage& message : delivery.messages) ids.push_back(message.id);
    const std::string lease_id = delivery.lease_id;
    history_.add(std::move(delivery));
    if (ids.empty()) {
      history_.surprise("a claim was answered 200 without a message: " + answer.body);
      return Read::nothing;
    }
    const uint64_t mood = is_careful ? 99 : random_.next() % 100;
    if (mood < 5) return Read::something;  // dead: the lease has to end
    if (mood < 12) {
      client_.post_once("/v1/inbox/" + ids.back() + "/nack", {{"lease_id", lease_id}});
      ids.pop_back();
    } else if (mood < 20) {
      ids.resize(1 + random_.next() % ids.size());
    }
    if (!ids.empty()) acknowledge(lease_id, ids);
    return Read::something;
  }

 private:
  void acknowledge(const std::string& lease_id, const std::vector<std::string>& ids) {
    const auto answer = client_.post_once("/v1/inbox/ack", {{"lease_id", lease_id}, {"ids", ids}});
    if (answer.status == 200) {
      history_.acknowledged(client_.authority(), ids);
    } else {
      refused(answer, "an acknowledgement");
    }
  }

  // A lost lease, a broker or a database that is away: the messages come again. Anything else is wrong.
  Read refused(const broker::net::Response& answer, const std::string& what) {
    const bool is_expected = answer.status == 0 || answer.status == 503 || answer.status == 409 || answer.status == 507;
    if (!is_expected) history_.surprise(what + " was answered " + std::to_string(answer.status) + " " + answer.body);
    client_.turn_away();
    std::this_thread::sleep_for(pause_after_refusal);
    return Read::no_answer;
  }

  Client& client_;
  History& history_;
  broker::base::SeededRandom random_;
};

}  // namespace

Load::Load(Settings settings, History& history) : settings_(std::move(settings)), history_(history) {
  for (size_t i = 0; i < settings_.workers; ++i) workers_.emplace_back([this, i] { work(i); });
  for (size_t i = 0; i < authorities.size(); ++i) readers_.emplace_back([this, i] { read_inbox(i); });
}

Load::~Load() {
  finish();
}

void Load::finish() {
  is_over_ = true;
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
  are_inboxes_over_ = true;
  for (std::thread& reader : readers_) reader.join();
  readers_.clear();
}

void Load::work(size_t number) {
  const std::string owner = authorities[number % authorities.size()];
  const std::string other = authorities[(number + 1) % authorities.size()];
  const uint64_t seed = settings_.seed * 1'000 + number;
  Client as_owner(settings_.reach(owner), owner, history_, seed);
  Client as_other(settings_.reach(other), other, history_, seed + 500);
  JobSource jobs(seed, number);
  while (!is_over_) {
    try {
      jobs.next(as_owner, as_other, history_);
      ++jobs_;
    } catch (const std::exception& error) {
      history_.surprise(error.what());
    }
    as_owner.turn_away();
    as_other.turn_away();
  }
}

void Load::read_inbox(size_t number) {
  const std::string& authority = authorities[number];
  Client client(settings_.reach(authority), authority, history_, settings_.seed * 1'000 + 900 + number);
  Reader reader(client, history_, settings_.seed * 1'000 + 950 + number);
  while (!are_inboxes_over_) reader.once(false);
  // Leases of what was left lying end within a second; then every broker's inbox is emptied.
  const auto give_up = std::chrono::steady_clock::now() + drain_time;
  for (size_t broker = 0; broker < client.brokers(); ++broker) {
    for (int empty = 0; empty < empty_answers;) {
      client.turn_to(broker);
      const auto read = reader.once(true);
      if (read == Reader::Read::nothing) {
        ++empty;
        std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
      } else {
        empty = 0;
      }
      if (std::chrono::steady_clock::now() < give_up) continue;
      history_.surprise("the inbox of " + authority + " does not get empty");
      return;
    }
  }
}

}  // namespace fault
