#include "broker/delivery/message_lines.h"

#include <algorithm>

namespace broker::delivery {

std::string MessageLines::line_name(int64_t position, const Message& message) const {
  return message.case_id.empty() ? "#" + std::to_string(position) : message.case_id;
}

MessageLines::Messages::iterator MessageLines::find(const std::string& id) {
  const auto position = positions_.find(id);
  return position == positions_.end() ? messages_.end() : messages_.find(position->second);
}

void MessageLines::withdraw(Line& line) {
  if (!line.offered) return;
  ready_immediate_.erase(*line.offered);
  ready_others_.erase(*line.offered);
  line.offered.reset();
}

// Its first message can be had when nothing of the line is with somebody or paused.
void MessageLines::offer(Line& line) {
  withdraw(line);
  if (line.busy > 0 || line.positions.empty()) return;
  line.offered = *line.positions.begin();
  (messages_.at(*line.offered).is_immediate ? ready_immediate_ : ready_others_).insert(*line.offered);
}

void MessageLines::add(const store::WaitingMessage& message, Envelope envelope) {
  const auto [place, is_new] = messages_.try_emplace(message.position);
  if (!is_new) return;
  if (envelope) envelope_bytes_ += envelope->size();
  place->second = Message{.id = message.id,
                          .case_id = message.case_id,
                          .is_immediate = message.is_immediate,
                          .envelope = std::move(envelope),
                          .lease_id = "",
                          .not_before = std::nullopt,
                          .returns = 0};
  positions_[message.id] = message.position;
  Line& line = lines_[line_name(message.position, place->second)];
  line.positions.insert(message.position);
  if (*line.positions.begin() == message.position) offer(line);
}

std::vector<MessageLines::Leased> MessageLines::lease(size_t max, const std::string& lease_id, Instant until) {
  std::vector<Leased> taken;
  std::vector<std::string> touched;
  while (taken.size() < max && !(ready_immediate_.empty() && ready_others_.empty())) {
    std::set<int64_t>& ready = ready_immediate_.empty() ? ready_others_ : ready_immediate_;
    const int64_t position = *ready.begin();
    Message& message = messages_.at(position);
    const std::string name = line_name(position, message);
    Line& line = lines_.at(name);
    withdraw(line);
    message.lease_id = lease_id;
    ++line.busy;
    taken.push_back({position, message.id, message.case_id, message.envelope});
    touched.push_back(name);
    // What comes after it may go into the same lease.
    const auto next = line.positions.upper_bound(position);
    if (next == line.positions.end()) continue;
    line.offered = *next;
    (messages_.at(*next).is_immediate ? ready_immediate_ : ready_others_).insert(*next);
  }
  for (const std::string& name : touched) withdraw(lines_.at(name));
  if (taken.empty()) return taken;
  Lease& lease = leases_[lease_id];
  for (const Leased& one : taken) lease.positions.insert(one.position);
  lease.end = lease_ends_.emplace(until, lease_id);
  return taken;
}

bool MessageLines::is_leased(const std::string& id, const std::string& lease_id) const {
  const auto position = positions_.find(id);
  // A free message has no lease, which no caller can name.
  return !lease_id.empty() && position != positions_.end() && messages_.at(position->second).lease_id == lease_id;
}

// A lease that holds nothing any more is forgotten.
void MessageLines::leave_lease(Messages::iterator message) {
  const auto lease = leases_.find(message->second.lease_id);
  message->second.lease_id.clear();
  if (lease == leases_.end()) return;
  lease->second.positions.erase(message->first);
  if (!lease->second.positions.empty()) return;
  lease_ends_.erase(lease->second.end);
  leases_.erase(lease);
}

void MessageLines::set_free(Messages::iterator message) {
  leave_lease(message);
  message->second.not_before.reset();
  Line& line = lines_.at(line_name(message->first, message->second));
  --line.busy;
  offer(line);
}

void MessageLines::release(const std::string& lease_id) {
  const auto lease = leases_.find(lease_id);
  if (lease == leases_.end()) return;
  const std::set<int64_t> positions = lease->second.positions;  // the last one to leave takes the lease with it
  for (const int64_t position : positions) set_free(messages_.find(position));
}

void MessageLines::end_leases(Instant now) {
  while (!lease_ends_.empty() && lease_ends_.begin()->first <= now) {
    const std::string lease_id = lease_ends_.begin()->second;
    release(lease_id);
  }
  while (!pause_ends_.empty() && pause_ends_.begin()->first <= now) {
    const auto [end, position] = *pause_ends_.begin();
    pause_ends_.erase(pause_ends_.begin());
    const auto message = messages_.find(position);
    if (message != messages_.end() && message->second.not_before == end) set_free(message);
  }
}

// The line stays as busy as it was: what was leased is paused.
void MessageLines::pause(Messages::iterator message, Instant until) {
  leave_lease(message);
  message->second.not_before = until;
  pause_ends_.emplace(until, message->first);
}

void MessageLines::give_back(const std::string& id, Instant now) {
  const auto message = find(id);
  if (message == messages_.end() || message->second.lease_id.empty()) return;
  constexpr int doublings_max = 8;
  const int returns = ++message->second.returns;
  if (returns == 1) return set_free(message);
  const std::chrono::seconds wanted(1 << std::min(returns - 2, doublings_max));
  pause(message, now + std::min(wanted, pause_max));
}

void MessageLines::hold_back(const std::string& id, Instant until) {
  const auto message = find(id);
  if (message != messages_.end() && !message->second.lease_id.empty()) pause(message, until);
}

void MessageLines::remove(const std::string& id) {
  const auto message = find(id);
  if (message == messages_.end()) return;
  const std::string name = line_name(message->first, message->second);
  Line& line = lines_.at(name);
  if (!message->second.lease_id.empty() || message->second.not_before) --line.busy;
  leave_lease(message);
  if (message->second.envelope) envelope_bytes_ -= message->second.envelope->size();
  withdraw(line);
  line.positions.erase(message->first);
  messages_.erase(message);
  positions_.erase(id);
  if (line.positions.empty()) {
    lines_.erase(name);
  } else {
    offer(line);
  }
}

std::optional<int64_t> MessageLines::first_position() const {
  return messages_.empty() ? std::nullopt : std::optional(messages_.begin()->first);
}

std::optional<MessageLines::Instant> MessageLines::next_change() const {
  std::optional<Instant> next;
  if (!lease_ends_.empty()) next = lease_ends_.begin()->first;
  if (!pause_ends_.empty() && (!next || pause_ends_.begin()->first < *next)) next = pause_ends_.begin()->first;
  return next;
}

}  // namespace broker::delivery
