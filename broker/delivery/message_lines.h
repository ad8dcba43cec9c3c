// The messages of one inbox that wait: those of one case in line behind each other, under leases or free. Says what is
// to be delivered next. No I/O. Used by the inboxes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "broker/base/timers.h"
#include "broker/store/inbox.h"

namespace broker::delivery {

class MessageLines {
 public:
  using Instant = base::Instant;
  // Owners: the lines, and whoever is delivering it. Null: it is to be read from the store.
  using Envelope = std::shared_ptr<const std::string>;
  static constexpr std::chrono::seconds pause_max{300};  // before a message that was given back again and again

  struct Leased {
    int64_t position = 0;
    std::string id;
    std::string case_id;  // empty when it is about none
    Envelope envelope;
  };

  // No effect when its position is known.
  void add(const store::WaitingMessage& message, Envelope envelope);
  // Takes up to `max` free messages, in the order to work in: immediate ones first, but none before an earlier one of
  // its own case, and none of a case of which something is with another lease.
  std::vector<Leased> lease(size_t max, const std::string& lease_id, Instant until);
  bool is_leased(const std::string& id, const std::string& lease_id) const;

  // What has run out by now is free again.
  void end_leases(Instant now);
  // The lease ends before its time.
  void release(const std::string& lease_id);
  // One message is given back: to be had at once the first time, and after a pause that doubles from then on.
  void give_back(const std::string& id, Instant now);
  // Somebody else holds it until then, e.g. at another broker.
  void hold_back(const std::string& id, Instant until);
  // It was acknowledged.
  void remove(const std::string& id);

  size_t size() const { return messages_.size(); }
  size_t envelope_bytes() const { return envelope_bytes_; }
  std::optional<int64_t> first_position() const;
  // When a lease or a pause ends next.
  std::optional<Instant> next_change() const;

 private:
  struct Message {
    std::string id;
    std::string case_id;
    bool is_immediate = false;
    Envelope envelope;
    std::string lease_id;  // empty: free, or paused
    std::optional<Instant> not_before;
    int returns = 0;
  };
  // The messages of one case; a message without one is a line of its own.
  struct Line {
    std::set<int64_t> positions;
    size_t busy = 0;                 // leased or paused
    std::optional<int64_t> offered;  // stands among the ready ones
  };
  struct Lease {
    std::set<int64_t> positions;
    std::multimap<Instant, std::string>::iterator end;  // among lease_ends_
  };
  using Messages = std::map<int64_t, Message>;

  std::string line_name(int64_t position, const Message& message) const;
  Messages::iterator find(const std::string& id);
  void offer(Line& line);
  void withdraw(Line& line);
  void leave_lease(Messages::iterator message);
  void set_free(Messages::iterator message);
  void pause(Messages::iterator message, Instant until);

  Messages messages_;
  std::unordered_map<std::string, int64_t> positions_;  // by id
  std::unordered_map<std::string, Line> lines_;
  std::set<int64_t> ready_immediate_, ready_others_;  // the first of each line in which nothing is busy
  std::unordered_map<std::string, Lease> leases_;
  std::multimap<Instant, std::string> lease_ends_;
  std::multimap<Instant, int64_t> pause_ends_;
  size_t envelope_bytes_ = 0;
};

}  // namespace broker::delivery
