#include "broker/delivery/inboxes.h"

#include <algorithm>
#include <exception>
#include <map>
#include <set>

#include "broker/base/log.h"

namespace broker::delivery {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using boost::asio::awaitable;

// A slow look for what another broker accepted, while one waits and when one comes.
constexpr std::chrono::seconds poll_time{2};
constexpr std::chrono::seconds look_time{1};
constexpr std::chrono::seconds cursor_time{1};
constexpr int64_t read_chunk = 1'000;
constexpr size_t envelope_bytes_max = size_t{4} << 20;  // of one inbox kept at hand

base::Problem lease_lost() {
  return problem(ProblemType::lease_lost, "The lease does not hold this message any more; it may be delivered again.");
}

// Counts a refresh for as long as it reads.
class Reading {
 public:
  explicit Reading(int& count) : count_(count) { ++count_; }
  ~Reading() { --count_; }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 private:
  int& count_;
};

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
    : timers_(timers), store_(store), ids_(ids), name_(ids.next()), cursor_alarm_(timers.make_alarm()) {}

Inboxes::Inbox& Inboxes::inbox_of(const std::string& recipient) {
  std::unique_ptr<Inbox>& inbox = inboxes_[recipient];
  if (!inbox) inbox = std::make_unique<Inbox>();
  return *inbox;
}

void Inboxes::wake(const std::string& recipient) {
  const auto found = inboxes_.find(recipient);
  if (found != inboxes_.end()) found->second->wake();
}

// Something was committed elsewhere: nobody's inbox is known to be complete any more.
void Inboxes::forget_tail() {
  ++gaps_;
  for (auto& [recipient, inbox] : inboxes_) {
    if (inbox->is_current) inbox->read_to = tail_;
    inbox->is_current = false;
  }
}

void Inboxes::note(const store::Committed& committed) {
  if (committed.messages.empty()) return;
  if (tail_ == 0 || committed.messages.front().waiting.position != tail_ + 1) forget_tail();
  for (const store::CommittedMessage& message : committed.messages) {
    const auto found = inboxes_.find(message.recipient);
    if (found == inboxes_.end()) continue;
    Inbox& inbox = *found->second;
    const bool has_room = inbox.lines.size() < waiting_max;
    if (!has_room) inbox.has_overflowed = true;
    if (inbox.is_current && !has_room) {
      inbox.is_current = false;
      inbox.read_to = message.waiting.position - 1;
    }
    if (has_room && (inbox.is_current || inbox.reading > 0)) {
      const bool is_kept = inbox.lines.envelope_bytes() < envelope_bytes_max;
      inbox.lines.add(message.waiting, is_kept ? message.envelope : nullptr);
    }
  }
  tail_ = committed.messages.back().waiting.position;
  for (const std::string& recipient : committed.recipients) wake(recipient);
}

void Inboxes::start_over() {
  ++takeovers_;
  ++gaps_;
  tail_ = 0;
  name_ = ids_.next();
  for (auto& [recipient, inbox] : inboxes_) {
    inbox->lines = MessageLines();
    inbox->read_to = 0;
    inbox->cursor = 0;
    inbox->is_current = false;
    inbox->looked_at = Instant::min();
    inbox->acknowledged.clear();
    inbox->acknowledged_order.clear();
    inbox->wake();
  }
}

void Inboxes::stop() {
  is_stopped_ = true;
  for (auto& [recipient, inbox] : inboxes_) inbox->wake();
  cursor_alarm_->ring();
}

awaitable<base::Result<std::optional<Claim>>> Inboxes::claim(store::Viewer viewer, domain::Actor by, size_t max,
                                                             std::chrono::seconds lease, std::chrono::seconds wait) {
  Inbox& inbox = inbox_of(viewer.inbox());
  const Instant until = timers_.now() + wait;
  while (true) {
    const std::string lease_id = ids_.next();
    auto messages = co_await await_deliverable(inbox, viewer, max, lease_id, lease, until);
    if (messages.empty()) co_return std::nullopt;

    std::exception_ptr failure;
    base::Result<Claim> claim = Claim();
    try {
      claim = co_await deliver(inbox, viewer, by, lease_id, lease, std::move(messages));
    } catch (...) {
      failure = std::current_exception();
    }
    const bool is_given = !failure && claim && !claim->envelopes.empty();
    if (!is_given) {
      // Nobody has what it holds, and others that wait may have it.
      inbox.lines.release(lease_id);
      inbox.wake();
    }
    if (failure) std::rethrow_exception(failure);
    if (!claim) co_return refuse(std::move(claim.error()));
    if (is_given) co_return std::move(*claim);
    // All of it was acknowledged or is held at another broker: look for more.
  }
}

// Messages to be delivered next, under the lease; none when `until` has passed or the broker stops.
awaitable<std::vector<MessageLines::Leased>> Inboxes::await_deliverable(Inbox& inbox, store::Viewer viewer, size_t max,
                                                                        std::string lease_id,
                                                                        std::chrono::seconds lease, Instant until) {
  bool has_looked = false;
  while (true) {
    const uint64_t news_before = inbox.news;
    if (!inbox.is_current || timers_.now() - look_time >= inbox.looked_at) {
      co_await refresh(inbox, viewer);
      has_looked = true;
    }
    const Instant now = timers_.now();
    inbox.lines.end_leases(now);
    auto messages = inbox.lines.lease(max, lease_id, now + lease);
    if (!messages.empty() || is_stopped_) co_return messages;
    if (now >= until && has_looked) co_return messages;
    if (inbox.news != news_before) continue;
    if (now >= until) {
      inbox.looked_at = Instant::min();  // nobody is told that there is nothing without a look
      continue;
    }
    // News of this broker wake us; other brokers' news are looked for now and then.
    Instant look_again = std::min(until, now + poll_time);
    if (const auto change = inbox.lines.next_change()) look_again = std::min(look_again, *change);
    const std::unique_ptr<base::Alarm> poll = timers_.make_alarm();
    const Polling polling(inbox.polls, *poll);
    co_await poll->wait_until(look_again);
  }
}

// Writes the messages of a lease as delivered and gives their envelopes, in their order; without those that were
// acknowledged at another broker, which are forgotten here, and those that somebody holds there.
awaitable<base::Result<Claim>> Inboxes::deliver(Inbox& inbox, store::Viewer viewer, domain::Actor by,
                                                std::string lease_id, std::chrono::seconds lease,
                                                std::vector<MessageLines::Leased> messages) {
  struct Outcome {
    std::vector<std::string> acknowledged;
    std::vector<std::pair<std::string, base::Time::duration>> held;  // for how long yet
  };
  auto outcome = std::make_shared<Outcome>();  // owners: this call and the decision that it waits for
  std::vector<std::string> ids;
  for (const MessageLines::Leased& one : messages) ids.push_back(one.id);
  store::Write write;
  write.needs.receipts = std::move(ids);
  write.caller = viewer.inbox();
  write.decide = [messages, outcome, by, lease_id, lease, name = name_,
                  recipient = viewer.inbox()](store::World& world) -> base::Result<store::Answer> {
    *outcome = {};
    store::Look look{.action = "look.claim", .subject = lease_id};
    std::map<std::string, base::Time::duration> held_cases;  // what comes after a held message of its case waits for it
    for (const MessageLines::Leased& one : messages) {
      const std::string& id = one.id;
      const store::Delivery* last = world.delivery(id);
      const auto held_case = held_cases.find(one.case_id);
      if (world.has_receipt(id, "acknowledged")) {
        outcome->acknowledged.push_back(id);
      } else if (held_case != held_cases.end()) {
        outcome->held.emplace_back(id, held_case->second);
      } else if (last != nullptr && last->broker != name && last->leased_until > world.now()) {
        const base::Time::duration time = last->leased_until - world.now();
        outcome->held.emplace_back(id, time);
        if (!one.case_id.empty()) held_cases[one.case_id] = time;
      } else {
        world.deliver(id, recipient, {lease_id, name, world.now() + lease});
        look.shown.push_back(id);
        if (!one.case_id.empty()) look.children.insert({one.case_id, ""});
      }
    }
    if (!look.shown.empty()) world.look(by, std::move(look));
    return store::Answer{};
  };
  const auto written = co_await store_.submit(std::move(write));
  if (!written) co_return refuse(written.error());
  std::set<std::string> left_out(outcome->acknowledged.begin(), outcome->acknowledged.end());
  for (const std::string& id : outcome->acknowledged) forget(inbox, id);
  for (const auto& [id, time] : outcome->held) {
    inbox.lines.hold_back(id, timers_.now() + time);
    left_out.insert(id);
  }
  std::erase_if(messages, [&](const MessageLines::Leased& one) { return left_out.contains(one.id); });
  std::vector<std::string> to_read;
  for (const MessageLines::Leased& one : messages) {
    if (!one.envelope) to_read.push_back(one.id);
  }
  std::vector<std::string> texts;
  if (!to_read.empty()) texts = co_await store_.envelopes(std::move(viewer), std::move(to_read));
  Claim claim;
  claim.lease_id = std::move(lease_id);
  auto read = texts.begin();
  for (const MessageLines::Leased& one : messages) {
    claim.ids.push_back(one.id);
    if (one.envelope) {
      claim.envelopes.push_back(*one.envelope);
    } else if (read != texts.end()) {
      claim.envelopes.push_back(std::move(*read++));
    }
  }
  co_return claim;
}

// After it the inbox is current, unless it holds more than is kept at hand, or another broker is at work.
awaitable<void> Inboxes::refresh(Inbox& inbox, store::Viewer viewer) {
  const uint64_t gaps = gaps_;
  const bool has_tail = tail_ != 0;
  inbox.looked_at = timers_.now();
  if (inbox.reading == 0) inbox.has_overflowed = false;
  {
    const Reading reading(inbox.reading);  // meanwhile note() adds what is committed
    co_await read_on(inbox, std::move(viewer));
  }
  if (has_tail && gaps == gaps_ && !inbox.has_overflowed && inbox.lines.size() < waiting_max) inbox.is_current = true;
}

awaitable<void> Inboxes::read_on(Inbox& inbox, store::Viewer viewer) {
  const uint64_t takeovers = takeovers_;
  int64_t after = inbox.is_current ? tail_ : inbox.read_to;
  while (inbox.lines.size() < waiting_max) {
    const auto messages = co_await store_.waiting_after(viewer, after, read_chunk);
    if (takeovers != takeovers_) co_return;
    for (const store::WaitingMessage& message : messages) {
      // It may have been acknowledged since this was read.
      if (!inbox.acknowledged.contains(message.id)) inbox.lines.add(message, nullptr);
    }
    if (!messages.empty()) after = messages.back().position;
    if (!inbox.is_current) inbox.read_to = std::max(inbox.read_to, after);
    if (static_cast<int64_t>(messages.size()) < read_chunk) co_return;
  }
}

awaitable<base::Result<size_t>> Inboxes::acknowledge(store::Viewer viewer, domain::Actor by, std::string lease_id,
                                                     std::vector<std::string> ids) {
  Inbox& inbox = inbox_of(viewer.inbox());
  inbox.lines.end_leases(timers_.now());
  if (lease_id.empty()) co_return refuse(lease_lost());
  std::vector<std::string> held, others;  // by this broker's word, and by the store's alone
  for (const std::string& id : ids) {
    if (inbox.acknowledged.contains(id)) continue;
    held.push_back(id);
    if (!inbox.lines.is_leased(id, lease_id)) others.push_back(id);
  }
  if (held.empty()) co_return ids.size();
  store::Write write;
  write.needs.receipts = held;
  write.caller = viewer.inbox();
  write.decide = [held, others, by, lease_id, name = name_,
                  recipient = viewer.inbox()](store::World& world) -> base::Result<store::Answer> {
    std::set<std::string> repeated;
    for (const std::string& id : others) {
      const store::Delivery* last = world.delivery(id);
      // What this broker has leased it knows by itself: there the lease has ended.
      const bool is_held = last != nullptr && last->lease_id == lease_id && last->recipient == recipient;
      const bool is_repeat = is_held && world.has_receipt(id, "acknowledged");
      if (is_repeat) repeated.insert(id);
      if (is_repeat || (is_held && last->broker != name && last->leased_until > world.now())) continue;
      return refuse(lease_lost());
    }
    std::string all;
    for (const std::string& id : held) {
      if (repeated.contains(id)) continue;
      world.add_receipt({id, "acknowledged", recipient});
      all += id + "\n";
    }
    if (!all.empty()) world.audit(by, "message.acknowledged", lease_id, all);
    return store::Answer{};
  };
  const auto written = co_await store_.submit(std::move(write));
  if (!written) co_return refuse(written.error());
  for (const std::string& id : held) forget(inbox, id);
  inbox.wake();  // later messages of the same cases are free now
  co_return ids.size();
}

void Inboxes::forget(Inbox& inbox, const std::string& id) {
  inbox.lines.remove(id);
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
  const Instant now = timers_.now();
  inbox.lines.end_leases(now);
  if (!inbox.lines.is_leased(id, lease_id)) return refuse(lease_lost());
  inbox.lines.give_back(id, now);
  inbox.wake();
  return size_t{1};
}

// Everything of the inbox up to here is acknowledged. While it is being read, what note() adds may stand behind
// something that is not read yet.
int64_t Inboxes::acknowledged_to(const Inbox& inbox) const {
  const int64_t known_to = inbox.is_current ? tail_ : inbox.read_to;
  const auto first = inbox.lines.first_position();
  return first ? std::min(known_to, *first - 1) : known_to;
}

std::vector<store::InboxCursor> Inboxes::moved_cursors() const {
  std::vector<store::InboxCursor> moved;
  for (const auto& [recipient, inbox] : inboxes_) {
    const int64_t position = acknowledged_to(*inbox);
    // One that only the others' messages move is left where it is: it is read from there as fast.
    if (position > inbox->cursor && !inbox->acknowledged.empty()) moved.push_back({recipient, position});
  }
  return moved;
}

awaitable<void> Inboxes::keep_cursors() {
  while (!is_stopped_) {
    const Instant next = timers_.now() + cursor_time;
    co_await cursor_alarm_->wait_until(next);
    if (moved_cursors().empty()) continue;
    std::vector<store::InboxCursor> saved;
    uint64_t takeovers = takeovers_;
    std::function<std::vector<store::InboxCursor>()> count = [&] {
      takeovers = takeovers_;
      return saved = moved_cursors();
    };
    try {
      co_await store_.save_cursors(std::move(count));
      if (takeovers != takeovers_) continue;
      for (const store::InboxCursor& one : saved) inboxes_.at(one.recipient)->cursor = one.position;
    } catch (const std::exception& error) {
      base::log_warning("where inboxes are read from was not saved", {{"error", error.what()}});
    }
  }
}

}  // namespace broker::delivery
