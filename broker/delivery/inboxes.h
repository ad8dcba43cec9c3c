// The inboxes of all recipients as this broker hands them out: claims under a lease, redelivery after a lost one, order
// per case, long polls. What was acknowledged stands in the store; who holds a lease only here, so that a restart
// delivers again and loses nothing.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "broker/base/ids.h"
#include "broker/base/timers.h"
#include "broker/store/store.h"

namespace broker::delivery {

struct Claim {
  std::string lease_id;
  // Immediate ones first; those of one case are never overtaken by each other.
  std::vector<std::string> envelopes;
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
  boost::asio::awaitable<base::Result<size_t>> acknowledge(store::Viewer viewer, domain::Actor by, std::string lease_id,
                                                           std::vector<std::string> ids);
  // Gives the message back; it can be claimed again at once.
  base::Result<size_t> give_back(const store::Viewer& viewer, const std::string& lease_id, const std::string& id);

  // There is something new for this recipient.
  void wake(const std::string& recipient);
  // Long polls end without a message.
  void stop();

 private:
  using Instant = base::Instant;
  struct Waiting {
    std::string id;
    std::string case_id;
    bool is_immediate = false;
    std::string lease_id;  // empty: free
  };
  struct Inbox {
    int64_t read_to = 0;
    std::map<int64_t, Waiting> waiting;  // by position
    std::unordered_map<std::string, int64_t> position_of;
    std::map<std::string, Instant> leases;  // until when
    std::unordered_set<std::string> acknowledged;
    std::deque<std::string> acknowledged_order;
    uint64_t news = 0;             // counts the wakes, so that none is missed while reading
    std::set<base::Alarm*> polls;  // each long poll waits on one of its own

    void wake();
  };

  Inbox& inbox_of(const std::string& recipient);
  boost::asio::awaitable<std::vector<int64_t>> await_deliverable(Inbox& inbox, store::Viewer viewer, size_t max,
                                                                 Instant until);
  boost::asio::awaitable<base::Result<Claim>> deliver(Inbox& inbox, store::Viewer viewer, domain::Actor by,
                                                      std::string lease_id, std::vector<std::string> ids);
  void release(Inbox& inbox, const std::string& lease_id);
  static bool is_leased(const Inbox& inbox, const std::string& id, const std::string& lease_id);
  boost::asio::awaitable<void> refresh(Inbox& inbox, store::Viewer viewer);
  static void end_leases(Inbox& inbox, Instant now);
  static std::vector<int64_t> deliverable(const Inbox& inbox, size_t max);
  static void forget(Inbox& inbox, const std::string& id);

  base::Timers& timers_;
  store::Store& store_;
  base::IdMaker& ids_;
  std::map<std::string, std::unique_ptr<Inbox>> inboxes_;
  bool is_stopped_ = false;
};

}  // namespace broker::delivery
