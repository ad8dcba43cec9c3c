// The inboxes of all recipients as this broker hands them out: claims under a lease, redelivery after a lost one, order
// per case, long polls. What was delivered, under which lease, and acknowledged stands in the store, so that two
// brokers never give one message to two claimants and a restart loses no lease; here stands what waits, to be quick.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "broker/base/ids.h"
#include "broker/base/timers.h"
#include "broker/delivery/message_lines.h"
#include "broker/store/store.h"

namespace broker::delivery {

struct Claim {
  std::string lease_id;
  // Immediate ones first; those of one case are never overtaken by each other.
  std::vector<std::string> envelopes;
  std::vector<std::string> ids;  // of the messages, in the same order
};

class Inboxes {
 public:
  static constexpr size_t waiting_max = 10'000;       // messages of one inbox kept at hand
  static constexpr size_t acknowledged_max = 10'000;  // ids of one inbox remembered, for harmless repeats

  // All references outlive it.
  Inboxes(base::Timers& timers, store::Store& store, base::IdMaker& ids);

  // Up to `max` messages under one lease, or nothing when none came within `wait`. The claim is written as delivered
  // before it is given, and as a look of whoever claims.
  boost::asio::awaitable<base::Result<std::optional<Claim>>> claim(store::Viewer viewer, domain::Actor by, size_t max,
                                                                   std::chrono::seconds lease,
                                                                   std::chrono::seconds wait);

  // Durable once it returns. Repeating one is harmless; `lease_lost` when another claim may have the message by now.
  // The lease may have been given by another broker, or before a restart.
  boost::asio::awaitable<base::Result<size_t>> acknowledge(store::Viewer viewer, domain::Actor by, std::string lease_id,
                                                           std::vector<std::string> ids);
  // Gives the message back; it can be claimed again at once, and after a growing pause when it comes back again.
  base::Result<size_t> give_back(const store::Viewer& viewer, const std::string& lease_id, const std::string& id);

  // There is something new for this recipient.
  void wake(const std::string& recipient);
  // As wake(), with what was committed at hand, so that it need not be read again.
  void note(const store::Committed& committed);
  // Writes now and then up to where everything is acknowledged, until stop(): whoever reads an inbox begins there.
  boost::asio::awaitable<void> keep_cursors();
  // Forgets what was read: a server took over from another one, and may not have all of it. What this broker has under
  // lease is left to its lease's end, as another broker's is.
  void start_over();
  // Long polls end without a message.
  void stop();

 private:
  using Instant = base::Instant;
  struct Inbox {
    MessageLines lines;
    // All of its messages up to here are acknowledged or in `lines`; unless it is current, which means: up to tail_.
    int64_t read_to = 0;
    bool is_current = false;
    int reading = 0;  // refreshes that are under way
    bool has_overflowed = false;
    Instant looked_at = Instant::min();
    int64_t cursor = 0;  // as it was saved
    std::unordered_set<std::string> acknowledged;
    std::deque<std::string> acknowledged_order;
    uint64_t news = 0;             // counts the wakes, so that none is missed while reading
    std::set<base::Alarm*> polls;  // each long poll waits on one of its own

    void wake();
  };

  Inbox& inbox_of(const std::string& recipient);
  boost::asio::awaitable<std::vector<MessageLines::Leased>> await_deliverable(Inbox& inbox, store::Viewer viewer,
                                                                              size_t max, std::string lease_id,
                                                                              std::chrono::seconds lease,
                                                                              Instant until);
  boost::asio::awaitable<base::Result<Claim>> deliver(Inbox& inbox, store::Viewer viewer, domain::Actor by,
                                                      std::string lease_id, std::chrono::seconds lease,
                                                      std::vector<MessageLines::Leased> messages);
  boost::asio::awaitable<void> refresh(Inbox& inbox, store::Viewer viewer);
  boost::asio::awaitable<void> read_on(Inbox& inbox, store::Viewer viewer);
  void forget_tail();
  int64_t acknowledged_to(const Inbox& inbox) const;
  std::vector<store::InboxCursor> moved_cursors() const;
  static void forget(Inbox& inbox, const std::string& id);

  base::Timers& timers_;
  store::Store& store_;
  base::IdMaker& ids_;
  std::string name_;  // of this one, beside those of other brokers and of its own past
  std::map<std::string, std::unique_ptr<Inbox>> inboxes_;
  int64_t tail_ = 0;   // the last message that was noted; 0: none
  uint64_t gaps_ = 0;  // how often something was committed before it that was not noted
  uint64_t takeovers_ = 0;
  std::unique_ptr<base::Alarm> cursor_alarm_;
  bool is_stopped_ = false;
};

}  // namespace broker::delivery
