#include "bench/load.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <stdexcept>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bench/load_requests.h"
#include "bench/processor_time.h"
#include "broker/audit/jws.h"
#include "broker/base/text.h"
#include "broker/client/api.h"
#include "broker/client/json.h"
#include "broker/message/canonical.h"
#include "broker/net/client.h"

namespace bench {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using broker::client::Json;
using broker::net::Client;
using broker::net::Request;
using broker::net::Response;
using SteadyClock = std::chrono::steady_clock;

// Enough that no case collects so many enquiries that reading it becomes what is measured.
constexpr size_t cases_per_connection = 16;
constexpr size_t consumers_max = 32;
constexpr size_t connections_per_consumer = 8;
constexpr size_t batch_recipients = 50;
constexpr uint64_t requests_per_officer = 10;
constexpr std::chrono::seconds drain_time{15};
constexpr std::chrono::milliseconds pause_after_failure{50};

// What all coroutines of one run share; they run on one thread.
struct Run {
  explicit Run(const LoadSettings& given) : settings(given) {
    if (given.signs) signer.emplace(broker::audit::CallerSigner::load(given.private_key, given.certificate));
  }

  const LoadSettings& settings;
  asio::io_context loop{1};
  std::string mark = "run-" + std::to_string(SteadyClock::now().time_since_epoch().count()) + ";";
  SteadyClock::time_point start, end;
  SteadyClock::time_point last;  // when something counted last
  uint64_t scheduled = 0;        // requests given a time of their own, where there is a rate
  uint64_t sent = 0;             // enquiries that were granted
  uint64_t acknowledged = 0;     // and that the recipient has acknowledged
  size_t senders = 0;            // still at work
  size_t consumers = 0;
  size_t tasks = 0;  // spawned and not at their end
  LoadResult result;
  std::exception_ptr failure;
  std::optional<broker::audit::CallerSigner> signer;

  // As a caller does that signs what it writes.
  void sign(Request& request) const {
    if (!signer || request.method != "POST") return;
    const auto canonical = broker::message::canonical_json(request.body);
    request.headers.add("Waymark-Signature",
                        broker::audit::sign_detached_jws(*signer, canonical ? *canonical : request.body));
  }

  bool is(Scenario scenario) const { return settings.scenario == scenario; }
  // A recipient takes the messages and acknowledges them, and that is what counts.
  bool counts_acknowledged() const { return is(Scenario::e2e) || is(Scenario::claim); }
  bool has_consumers() const { return counts_acknowledged() || is(Scenario::mixed); }
  void count(SteadyClock::time_point since, size_t messages = 1) {
    result.count += messages;
    last = SteadyClock::now();
    result.latencies_ms.push_back(std::chrono::duration<double, std::milli>(last - since).count());
  }
  void count_error(const std::string& what) {
    ++result.errors;
    if (result.first_error.empty()) result.first_error = what;
  }
};

Client make_client(Run& run, const std::string& certificate, const std::string& private_key) {
  return Client(run.loop.get_executor(), {.url = run.settings.url,
                                          .authorities = run.settings.authorities,
                                          .certificate = certificate,
                                          .private_key = private_key});
}

std::string refusal_of(const Response& response) {
  const std::string type = broker::client::text_at(broker::client::parse_json(response.body), "/type");
  return std::to_string(response.status) + (type.empty() ? "" : " " + type);
}

awaitable<void> pause_until(SteadyClock::time_point time) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

awaitable<void> prepare(Run& run, Client& client, RequestMaker& maker) {
  const bool needs_cases = !run.is(Scenario::query) && !run.is(Scenario::upload);
  for (size_t i = 0; needs_cases && i < cases_per_connection; ++i) {
    Request request = maker.open_case();
    const Response response = co_await client.send(std::move(request));
    if (response.status != 201) throw std::runtime_error("opening a case gave " + refusal_of(response));
    maker.add_case(response.body);
  }
  // Also where nothing is to be prepared: the connection stands before the clock runs.
  const Response response = co_await client.get("/v1/whoami");
  if (response.status != 200) throw std::runtime_error("/v1/whoami gave " + refusal_of(response));
  if (!run.is(Scenario::batch)) co_return;
  const Response directory = co_await client.get("/v1/authorities?limit=100");
  const Json known = broker::client::parse_json(directory.body);
  const std::string own = broker::client::text_at(broker::client::parse_json(response.body), "/authority");
  std::vector<std::string> recipients;
  for (const Json& one : broker::client::items_of(known)) {
    const std::string code = broker::client::text_at(one, "/code");
    const bool is_wanted = code != own && recipients.size() < batch_recipients;
    if (is_wanted && broker::client::text_at(one, "/valid_to").empty()) recipients.push_back(code);
  }
  if (recipients.empty()) throw std::runtime_error("the directory names nobody else");
  maker.set_recipients(std::move(recipients));
}

// The time from which a request's latency counts: when it was due, so that a broker that stalls is not excused by
// requests that were held back meanwhile.
SteadyClock::time_point due_time(Run& run) {
  if (run.settings.rate <= 0) return SteadyClock::now();
  const std::chrono::duration<double> after(static_cast<double>(run.scheduled++) / run.settings.rate);
  return run.start + std::chrono::duration_cast<SteadyClock::duration>(after);
}

// An enquiry of its own for each reply, whose time does not count.
awaitable<std::string> send_to_be_answered(Client& client, RequestMaker& maker, std::string mark, std::string officer) {
  Request request = maker.enquiry(mark, officer);
  const Response response = co_await client.send(std::move(request));
  const Json answer = broker::client::parse_json(response.body);
  if (response.status != 201) throw std::runtime_error("an enquiry gave " + refusal_of(response));
  co_return broker::client::text_at(broker::client::items_of(answer).front(), "/id");
}

struct Sender {
  Client client;
  RequestMaker maker;
  std::optional<Client> peer;  // answers, for reply
};

awaitable<void> send_all(Run& run, Sender& sender, size_t number) {
  const bool is_reply = run.is(Scenario::reply);
  for (uint64_t i = 0;; ++i) {
    // Queries are limited by officer: each makes a few.
    const std::string officer = "load-" + std::to_string(number) + "-" + std::to_string(i / requests_per_officer);
    auto due = due_time(run);
    if (due >= run.end) break;
    if (due > SteadyClock::now()) co_await pause_until(due);
    bool has_failed = false;
    try {
      const std::string mark = run.mark + std::to_string(due.time_since_epoch().count()) + ";";
      std::string asked;
      if (is_reply) asked = co_await send_to_be_answered(sender.client, sender.maker, mark, officer);
      if (is_reply && run.settings.rate <= 0) due = SteadyClock::now();
      Request request = is_reply ? sender.maker.reply(asked, officer) : sender.maker.next(mark, officer);
      if (!is_reply) run.sign(request);
      const bool is_enquiry = request.target.ends_with("/enquiries");
      Client& client = is_reply ? *sender.peer : sender.client;
      const Response response = co_await client.send(std::move(request));
      if (response.status < 300) {
        if (is_enquiry) ++run.sent;
        if (!run.counts_acknowledged()) run.count(due, sender.maker.messages_per_request());
      } else {
        run.count_error(refusal_of(response));
        has_failed = true;
      }
    } catch (const std::runtime_error& error) {
      run.count_error(error.what());
      has_failed = true;
    }
    const auto later = SteadyClock::now() + pause_after_failure;
    if (has_failed) co_await pause_until(later);
  }
  --run.senders;
}

// Counts the messages of this run among those that were acknowledged.
void count_acknowledged(Run& run, const Json& claimed, SteadyClock::time_point claim_began) {
  for (const Json& message : broker::client::items_of(claimed)) {
    const std::string text = broker::client::text_at(message, "/data/enquiry/message");
    if (!text.starts_with(run.mark)) continue;
    ++run.acknowledged;
    if (run.is(Scenario::mixed)) continue;
    if (run.is(Scenario::claim)) {
      run.count(claim_began);
      continue;
    }
    const std::string_view rest = std::string_view(text).substr(run.mark.size());
    const auto ticks = broker::base::parse_number(rest.substr(0, rest.find(';')));
    if (ticks) run.count(SteadyClock::time_point(SteadyClock::duration(*ticks)));
  }
}

awaitable<void> receive_all(Run& run, Client& client) {
  const Json claim = {{"max", run.settings.claim_max}, {"lease_seconds", 60}, {"wait_seconds", 1}};
  const std::string claim_body = broker::client::dump(claim);
  while (run.senders > 0 || (run.acknowledged < run.sent && SteadyClock::now() < run.end + drain_time)) {
    bool has_failed = false;
    const auto began = SteadyClock::now();
    try {
      Request request = make_post("/v1/inbox/claim", claim_body, "application/json", "load");
      const Response response = co_await client.send(std::move(request));
      if (response.status == 204) continue;
      const Json claimed = broker::client::parse_json(response.body);
      if (response.status != 200) throw std::runtime_error("claiming gave " + refusal_of(response));
      Json ack = {{"lease_id", broker::client::text_at(claimed, "/lease_id")}, {"ids", Json::array()}};
      for (const Json& message : broker::client::items_of(claimed)) ack["ids"].push_back(message.at("id"));
      Request acknowledge = make_post("/v1/inbox/ack", broker::client::dump(ack), "application/json", "load");
      const Response acknowledged = co_await client.send(std::move(acknowledge));
      if (acknowledged.status >= 300) throw std::runtime_error("acknowledging gave " + refusal_of(acknowledged));
      count_acknowledged(run, claimed, began);
    } catch (const std::runtime_error& error) {
      run.count_error(error.what());
      has_failed = true;
    }
    const auto later = SteadyClock::now() + pause_after_failure;
    if (has_failed) co_await pause_until(later);
  }
  --run.consumers;
}

awaitable<void> show_progress(Run& run) {
  while (run.senders + run.consumers > 0) {
    const auto next = SteadyClock::now() + std::chrono::milliseconds(500);
    co_await pause_until(next);
    const double part =
        std::min(1.0, std::chrono::duration<double>(SteadyClock::now() - run.start) / run.settings.duration);
    const auto bars = static_cast<size_t>(part * 40);
    std::cerr << "\r[" << std::string(bars, '#') << std::string(40 - bars, ' ') << "] " << run.result.count
              << std::flush;
  }
  std::cerr << "\r" << std::string(60, ' ') << "\r" << std::flush;
}

// Seconds of processor time that the broker has used, from its metrics.
std::optional<double> processor_seconds(const LoadSettings& settings) {
  if (settings.admin_url.empty()) return std::nullopt;
  broker::client::Access access;
  access.url = settings.admin_url;
  const std::string metrics = broker::client::Api(std::move(access)).get("/metrics").body;
  for (const auto line : broker::base::split(metrics, '\n')) {
    if (!line.starts_with("process_cpu_seconds")) continue;
    const auto space = line.find(' ');
    if (space != std::string_view::npos) return std::stod(std::string(line.substr(space + 1)));
  }
  return std::nullopt;
}

// Seconds of processor time so far.
struct Used {
  std::optional<double> broker, server;
  double client = 0;
};

Used used_now(const LoadSettings& settings) {
  Used used{processor_seconds(settings), std::nullopt, own_processor_seconds()};
  if (settings.process > 0) used.server = processor_seconds_of_tree(settings.process);
  return used;
}

void add_used(LoadResult& result, const Used& before, const Used& after) {
  if (result.count == 0) return;
  const auto each = [&](double from, double to) { return (to - from) * 1e6 / static_cast<double>(result.count); };
  if (before.broker && after.broker) result.broker_cpu_us = each(*before.broker, *after.broker);
  if (before.server && after.server) result.server_cpu_us = each(*before.server, *after.server);
  result.client_cpu_us = each(before.client, after.client);
}

// Runs what was spawned to its end; the first exception is rethrown. The loop has work for longer than that: the open
// connections are watched between requests.
void run_to_end(Run& run) {
  run.loop.restart();
  while (run.tasks > 0 && !run.failure) run.loop.run_one();
  if (run.failure) std::rethrow_exception(run.failure);
}

template <typename Coroutine>
void spawn(Run& run, Coroutine&& coroutine) {
  ++run.tasks;
  asio::co_spawn(run.loop, std::forward<Coroutine>(coroutine), [&run](std::exception_ptr error) {
    if (error && !run.failure) run.failure = std::move(error);
    --run.tasks;
  });
}

}  // namespace

double LoadResult::percentile_ms(double p) const {
  if (latencies_ms.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(p * static_cast<double>(latencies_ms.size())));
  return latencies_ms[std::max<size_t>(rank, 1) - 1];
}

LoadResult run_load(const LoadSettings& settings) {
  Run run(settings);
  // Other children in every run: those of the last one may have open cases.
  broker::base::SystemRandom random;
  std::vector<std::unique_ptr<Sender>> senders;
  std::vector<Client> peers;
  for (size_t i = 0; i < settings.connections; ++i) {
    senders.push_back(std::make_unique<Sender>(make_client(run, settings.certificate, settings.private_key),
                                               RequestMaker(settings, random.next()), std::nullopt));
    if (run.is(Scenario::reply)) {
      senders.back()->peer.emplace(make_client(run, settings.peer_certificate, settings.peer_private_key));
    }
  }
  const size_t consumers = settings.claim_max == 1 ? std::max<size_t>(settings.connections / 2, 1)
                                                   : settings.connections / connections_per_consumer;
  for (size_t i = 0; run.has_consumers() && i < std::clamp<size_t>(consumers, 1, consumers_max); ++i) {
    peers.push_back(make_client(run, settings.peer_certificate, settings.peer_private_key));
  }
  for (const auto& sender : senders) spawn(run, prepare(run, sender->client, sender->maker));
  run_to_end(run);

  const auto send_for = [&](std::chrono::steady_clock::duration time) {
    run.senders = senders.size();
    run.start = SteadyClock::now();
    run.end = run.start + time;
    for (size_t i = 0; i < senders.size(); ++i) spawn(run, send_all(run, *senders[i], i));
  };
  if (run.is(Scenario::claim)) {
    // What is to be taken waits before the clock runs.
    send_for(settings.duration);
    run_to_end(run);
    run.start = SteadyClock::now();
    run.end = run.start + settings.duration;
  }
  const Used before = used_now(settings);
  run.consumers = peers.size();
  if (!run.is(Scenario::claim)) send_for(settings.duration);
  for (Client& peer : peers) spawn(run, receive_all(run, peer));
  if (settings.shows_progress) spawn(run, show_progress(run));
  run_to_end(run);

  LoadResult result = std::move(run.result);
  // Recipients wait a moment longer for messages that do not come any more.
  result.seconds =
      std::chrono::duration<double>((run.is(Scenario::claim) ? run.last : std::max(run.last, run.end)) - run.start)
          .count();
  std::sort(result.latencies_ms.begin(), result.latencies_ms.end());
  if (run.has_consumers()) result.errors += run.sent - std::min(run.sent, run.acknowledged);
  add_used(result, before, used_now(settings));
  return result;
}

}  // namespace bench
