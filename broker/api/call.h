// One request on its way through the API: who calls, what the path names, and what the rooms below offer.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "broker/api/limits.h"
#include "broker/audit/caller_key.h"
#include "broker/audit/signature.h"
#include "broker/base/metrics.h"
#include "broker/base/text.h"
#include "broker/delivery/inboxes.h"
#include "broker/domain/calendar.h"
#include "broker/matching/live_index.h"
#include "broker/message/case.h"
#include "broker/net/http.h"
#include "broker/store/read.h"
#include "broker/store/writer.h"
#include "certs/caller.h"

namespace broker::delivery {
struct WebhookPolicy;
}

namespace broker::api {

// What the handlers work with. All of it outlives every call.
struct Services {
  postgres::Pool& pool;         // reads, behind row-level security
  postgres::Pool& writer_pool;  // what concerns no caller's rows
  store::Writer& writer;
  matching::LiveIndex& index;
  delivery::Inboxes& inboxes;
  const domain::Calendar& calendar;
  const base::Clock& clock;
  const audit::SigningKey& key;
  base::IdMaker& ids;
  boost::asio::thread_pool& threads;
  int64_t queries_per_minute;  // of an officer, at all brokers together
  const store::Vault& vault;
  std::function<void()> upload_arrived;  // a large upload waits to be read
  std::set<std::string> in_progress;     // caller and idempotency key of requests that are running
  std::unordered_map<std::string, audit::CallerKey> caller_keys = {};  // by fingerprint of the certificate
  RequestLimit request_limit = RequestLimit(0);                        // of a caller
  FanOutWatch enquiry_watch = FanOutWatch(0);                          // of an authority
  base::Metrics* metrics = nullptr;                                    // for alerts
  const delivery::WebhookPolicy* webhook_policy = nullptr;             // set before the first call
};

using Answer = store::Answer;
using Reply = boost::asio::awaitable<base::Result<Answer>>;

struct Call {
  net::Request request;
  certs::Caller caller;
  domain::Actor actor;
  store::Viewer viewer;
  std::vector<std::string> ids;  // what the path's placeholders hold, in order
  std::optional<store::Idempotency> idempotency;
  std::optional<message::CallerSignature> signature;  // verified
  std::optional<std::string> if_match;                // the version it names; "*" for any
  std::string traceparent;                            // as the W3C has it, empty when there is none

  const std::string& id() const { return ids.front(); }
};

// `authority:314`, `school:3144001`, `operator:…`: under whose name idempotency keys are kept.
std::string caller_name(const certs::Caller& caller);

Answer json_answer(int status, std::string body);
// With the ETag of a version.
Answer resource_answer(int status, std::string body, int64_t version);

base::Problem version_required();
// The refusal when the caller's If-Match does not name this version.
std::optional<base::Problem> stale(const Call& call, int64_t version);

// `?limit=` (default 50, at most 500) and `?after=`. `after` is an id unless `is_number`.
base::Result<store::Page> page_of(const Call& call, bool is_number = false);
// A list with its Link header.
Answer list_answer(const Call& call, const std::vector<std::string>& items, const std::string& next);

// The query parameters other than these are refused by name.
std::optional<base::Problem> unknown_parameters(const Call& call, const std::set<std::string>& known);

// Decides through the one writer, under the call's idempotency key.
Reply write(Services& services, const Call& call, store::Needs needs,
            std::function<base::Result<Answer>(store::World&)> decide);

// Gives the answer, which shows these children, once the look at them is durable in the audit log.
Reply shown(Services& services, const Call& call, store::Look look, Answer answer);

// The authorities that neighbours, region or all stands for, other than the sender.
std::vector<std::string> members_of(const std::string& group, const std::string& sender);

// The clocks of a case as they stand.
std::vector<message::ClockView> clocks_of(const domain::Calendar& calendar, const domain::Case& record);
// The case as its owner reads it today.
std::string shown_case(const Services& services, const domain::Case& record);

}  // namespace broker::api
