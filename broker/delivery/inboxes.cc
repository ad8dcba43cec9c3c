#include "broker/delivery/inboxes.h"

#include <algorithm>
#include <exception>
#include <set>

namespace broker::delivery {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using boost::asio::awaitable;

// A slow look for what another broker accepted.
constexpr std::chrono::seconds poll_time{2};
constexpr int64_t read_chunk = 1'000;

base::Problem lease_lost() {
  return problem(ProblemType::lease_lost, "The lease does not hold this message any more; it may be delivered again.");
}

// A long poll among those to be woken, for as long as it waits.
class Polling {
 public:
  Polling(std::set<base::Alarm*>& polls, base::Alarm& poll) : polls_(polls), poll_(poll) { polls_.insert(&poll_); }
  ~Polling() { polls_.erase(&poll_); }
  Polling(const Polling&) = delete;
  Polling& operator=(const Polling&) = delete;

 private:
  std::set<base::Alarm*>& polls_;
  base::Alarm& poll_;
};

}  // namespace

void Inboxes::Inbox::wake() {
  ++news;
  for (base::Alarm* poll : polls) poll->ring();
}

Inboxes::Inboxes(base::Timers& timers, store::Store& store, base::IdMaker& ids)
    : timers_(timers), store_(store), ids_(ids) {}

Inboxes::Inbox& Inboxes::inbox_of(const std::string& recipient) {
  std::unique_ptr<Inbox>& inbox = inboxes_[recipient];
  if (!inbox) inbox = std::make_unique<Inbox>();
  return *inbox;
}

void Inboxes::wake(const std::string& recipient) {
  const auto found = inboxes_.find(recipient);
  if (found != inboxes_.end()) found->second->wake();
}

void Inboxes::stop() {
  is_stopped_ = true;
  for (auto& [recipient, inbox] : inboxes_) inbox->wake();
}

awaitable<base::Result<std::optional<Claim>>> Inboxes::claim(store::Viewer viewer, domain::Actor by, size_t max,
                                                             std::chrono::seconds lease, std::chrono::seconds wait) {
  Inbox& inbox = inbox_of(viewer.inbox());
  const Instant until = timers_.now() + wait;
  while (true) {
    const std::vector<int64_t> positions = co_await await_deliverable(inbox, viewer, max, until);
    if (positions.empty()) co_return std::nullopt;
    const std::string lease_id = ids_.next();
    std::vector<std::string> ids;
    for (const int64_t position : positions) {
      Waiting& waiting = inbox.waiting.at(position);
      waiting.lease_id = lease_id;
      ids.push_back(waiting.id);
    }
    inbox.leases[lease_id] = timers_.now() + lease;

    std::exception_ptr failure;
    base::Result<Claim> claim = Claim();
    try {
      claim = co_await deliver(inbox, viewer, by, lease_id, std::move(ids));
    } catch (...) {
      failure = std::current_exception();
    }
    const bool is_given = !failure && claim && !claim->envelopes.empty();
    if (!is_given) release(inbox, lease_id);  // nobody has what it holds
    if (failure) std::rethrow_exception(failure);
    if (!claim) co_return refuse(std::move(claim.error()));
    if (is_given) co_return std::move(*claim);
    // All of it was acknowledged at another broker meanwhile: look for more.
  }
}

// Positions to be delivered next; none when `until` has passed or the broker stops.
awaitable<std::vector<int64_t>> Inboxes::await_deliverable(Inbox& inbox, store::Viewer viewer, size_t max,
                                                           Instant until) {
  while (true) {
    const uint64_t news_before = inbox.news;
    co_await refresh(inbox, viewer);
    end_leases(inbox, timers_.now());
    std::vector<int64_t> positions = deliverable(inbox, max);
    if (!positions.empty() || is_stopped_ || timers_.now() >= until) co_return positions;
    if (inbox.news != news_before) continue;
    // News of this broker wake us; other brokers' news are looked for now and then.
    Instant look_again = std::min(until, timers_.now() + poll_time);
    for (const auto& [id, end] : inbox.leases) look_again = std::min(look_again, end);
    const std::unique_ptr<base::Alarm> poll = timers_.make_alarm();
    const Polling polling(inbox.polls, *poll);
    co_await poll->wait_until(look_again);
  }
}

// Writes the messages of a lease as delivered and gives their envelopes, in the order of `ids`; without those that were
// acknowledged at another broker, which are forgotten here.
awaitable<base::Result<Claim>> Inboxes::deliver(Inbox& inbox, store::Viewer viewer, domain::Actor by,
                                                std::string lease_id, std::vector<std::string> ids) {
  // Owners: this call and the decision that it waits for.
  auto acknowledged = std::make_shared<std::vector<std::string>>();
  std::vector<std::pair<std::string, std::string>> messages;  // id, case
  for (const std::string& id : ids) {
    const auto position = inbox.position_of.find(id);
    messages.emplace_back(id, position == inbox.position_of.end() ? "" : inbox.waiting.at(position->second).case_id);
  }
  store::Write write;
  write.needs.receipts = ids;
  write.decide = [messages, acknowledged, by, lease_id,
                  recipient = viewer.inbox()](store::World& world) -> base::Result<store::Answer> {
    acknowledged->clear();
    store::Look look{.action = "look.claim", .subject = lease_id};
    for (const auto& [id, case_id] : messages) {
      if (world.has_receipt(id, "acknowledged")) {
        acknowledged->push_back(id);
        continue;
      }
      world.add_receipt({id, "delivered", recipient});
      look.shown.push_back(id);
      if (!case_id.empty()) look.children.insert({case_id, ""});
    }
    if (!look.shown.empty()) world.look(by, std::move(look));
    return store::Answer{};
  };
  const auto written = co_await store_.submit(std::move(write));
  if (!written) co_return refuse(written.error());
  for (const std::string& id : *acknowledged) {
    forget(inbox, id);
    std::erase(ids, id);
  }
  Claim claim;
  claim.lease_id = std::move(lease_id);
  if (!ids.empty()) claim.envelopes = co_await store_.envelopes(std::move(viewer), std::move(ids));
  co_return claim;
}

// The lease ends before its time, and others that wait may have its messages.
void Inboxes::release(Inbox& inbox, const std::string& lease_id) {
  inbox.leases[lease_id] = Instant::min();
  end_leases(inbox, timers_.now());
  inbox.wake();
}

awaitable<void> Inboxes::refresh(Inbox& inbox, store::Viewer viewer) {
  while (inbox.waiting.size() < waiting_max) {
    const int64_t after = inbox.read_to;
    const auto messages = co_await store_.waiting_after(viewer, after, read_chunk);
    for (const store::WaitingMessage& message : messages) {
      // A second claim may have read the same chunk meanwhile, and its message may be acknowledged by now.
      if (message.position <= inbox.read_to || inbox.acknowledged.contains(message.id)) continue;
      inbox.waiting[message.position] = Waiting{message.id, message.case_id, message.is_immediate, ""};
      inbox.position_of[message.id] = message.position;
    }
    if (!messages.empty()) inbox.read_to = std::max(inbox.read_to, messages.back().position);
    if (static_cast<int64_t>(messages.size()) < read_chunk) co_return;
  }
}

void Inboxes::end_leases(Inbox& inbox, Instant now) {
  std::set<std::string> ended;
  for (const auto& [id, until] : inbox.leases) {
    if (until <= now) ended.insert(id);
  }
  if (ended.empty()) return;
  for (auto& [position, waiting] : inbox.waiting) {
    if (ended.contains(waiting.lease_id)) waiting.lease_id.clear();
  }
  for (const std::string& id : ended) inbox.leases.erase(id);
}

// Free messages in the order to be delivered: `immediate` ones first, but none before an earlier one of its own case.
std::vector<int64_t> Inboxes::deliverable(const Inbox& inbox, size_t max) {
  std::vector<int64_t> first, others;
  std::set<std::string> leased_cases;  // something earlier of the case is with another claim: it waits its turn
  std::set<std::string> earlier_cases;
  for (const auto& [position, waiting] : inbox.waiting) {
    const bool has_case = !waiting.case_id.empty();
    if (!waiting.lease_id.empty()) {
      if (has_case) leased_cases.insert(waiting.case_id);
      continue;
    }
    if (has_case && leased_cases.contains(waiting.case_id)) continue;
    const bool may_overtake = waiting.is_immediate && !(has_case && earlier_cases.contains(waiting.case_id));
    (may_overtake ? first : others).push_back(position);
    if (has_case && !may_overtake) earlier_cases.insert(waiting.case_id);
  }
  first.insert(first.end(), others.begin(), others.end());
  if (first.size() > max) first.resize(max);
  return first;
}

awaitable<base::Result<size_t>> Inboxes::acknowledge(store::Viewer viewer, domain::Actor by, std::string lease_id,
                                                     std::vector<std::string> ids) {
  Inbox& inbox = inbox_of(viewer.inbox());
  end_leases(inbox, timers_.now());
  std::vector<std::string> held;
  for (const std::string& id : ids) {
    if (inbox.acknowledged.contains(id)) continue;
    if (!is_leased(inbox, id, lease_id)) co_return refuse(lease_lost());
    held.push_back(id);
  }
  if (held.empty()) co_return ids.size();
  store::Write write;
  write.needs.receipts = held;
  write.decide = [held, by, lease_id, recipient = viewer.inbox()](store::World& world) -> base::Result<store::Answer> {
    std::string all;
    for (const std::string& id : held) {
      world.add_receipt({id, "acknowledged", recipient});
      all += id + "\n";
    }
    world.audit(by, "message.acknowledged", lease_id, all);
    return store::Answer{};
  };
  const auto written = co_await store_.submit(std::move(write));
  if (!written) co_return refuse(written.error());
  for (const std::string& id : held) forget(inbox, id);
  const bool is_lease_used = std::any_of(inbox.waiting.begin(), inbox.waiting.end(),
                                         [&](const auto& one) { return one.second.lease_id == lease_id; });
  if (!is_lease_used) inbox.leases.erase(lease_id);
  inbox.wake();  // later messages of the same cases are free now
  co_return ids.size();
}

bool Inboxes::is_leased(const Inbox& inbox, const std::string& id, const std::string& lease_id) {
  const auto position = inbox.position_of.find(id);
  // A free message has no lease, which no caller can name.
  return !lease_id.empty() && position != inbox.position_of.end() &&
         inbox.waiting.at(position->second).lease_id == lease_id;
}

void Inboxes::forget(Inbox& inbox, const std::string& id) {
  const auto position = inbox.position_of.find(id);
  if (position != inbox.position_of.end()) {
    inbox.waiting.erase(position->second);
    inbox.position_of.erase(position);
  }
  if (!inbox.acknowledged.insert(id).second) return;
  inbox.acknowledged_order.push_back(id);
  if (inbox.acknowledged_order.size() > acknowledged_max) {
    inbox.acknowledged.erase(inbox.acknowledged_order.front());
    inbox.acknowledged_order.pop_front();
  }
}

base::Result<size_t> Inboxes::give_back(const store::Viewer& viewer, const std::string& lease_id,
                                        const std::string& id) {
  Inbox& inbox = inbox_of(viewer.inbox());
  end_leases(inbox, timers_.now());
  if (!is_leased(inbox, id, lease_id)) return refuse(lease_lost());
  inbox.waiting.at(inbox.position_of.at(id)).lease_id.clear();
  inbox.wake();
  return size_t{1};
}

}  // namespace broker::delivery
