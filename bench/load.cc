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
#include "broker/base/text.h"
#include "broker/client/api.h"
#include "broker/client/json.h"
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
constexpr size_t consumers_max = 8;
constexpr size_t connections_per_consumer = 8;
constexpr int claim_max = 500;
constexpr uint64_t requests_per_officer = 10;
constexpr std::chrono::seconds drain_time{15};
constexpr std::chrono::milliseconds pause_after_failure{50};

// What all coroutines of one run share; they run on one thread.
struct Run {
  explicit Run(const LoadSettings& given) : settings(given) {}

  const LoadSettings& settings;
  asio::io_context loop{1};
  std::string mark = "run-" + std::to_string(SteadyClock::now().time_since_epoch().count()) + ";";
  SteadyClock::time_point start, end;
  SteadyClock::time_point last;  // when something counted last
  uint64_t scheduled = 0;        // requests given a time of their own, where there is a rate
  uint64_t sent = 0;             // granted
  size_t senders = 0;            // still at work
  size_t consumers = 0;
  size_t tasks = 0;  // spawned and not at their end
  LoadResult result;
  std::exception_ptr failure;

  bool is_e2e() const { return settings.scenario == Scenario::e2e; }
  void count(SteadyClock::time_point since) {
    ++result.count;
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
  const bool needs_cases = run.settings.scenario == Scenario::accept || run.is_e2e();
  for (size_t i = 0; needs_cases && i < cases_per_connection; ++i) {
    Request request = maker.open_case();
    const Response response = co_await client.send(std::move(request));
    if (response.status != 201) throw std::runtime_error("opening a case gave " + refusal_of(response));
    maker.add_case(response.body);
  }
  // Also where nothing is to be prepared: the connection stands before the clock runs.
  const Response response = co_await client.get("/v1/whoami");
  if (response.status != 200) throw std::runtime_error("/v1/whoami gave " + refusal_of(response));
}

// The time from which a request's latency counts: when it was due, so that a broker that stalls is not excused by
// requests that were held back meanwhile.
SteadyClock::time_point due_time(Run& run) {
  if (run.settings.rate <= 0) return SteadyClock::now();
  const std::chrono::duration<double> after(static_cast<double>(run.scheduled++) / run.settings.rate);
  return run.start + std::chrono::duration_cast<SteadyClock::duration>(after);
}

awaitable<void> send_all(Run& run, Client& client, RequestMaker& maker, size_t number) {
  for (uint64_t i = 0;; ++i) {
    // Queries are limited by officer: each makes a few.
    const std::string officer = "load-" + std::to_string(number) + "-" + std::to_string(i / requests_per_officer);
    const auto due = due_time(run);
    if (due >= run.end) break;
    if (due > SteadyClock::now()) co_await pause_until(due);
    bool has_failed = false;
    try {
      Request request = maker.next(run.mark + std::to_string(due.time_since_epoch().count()) + ";", officer);
      const Response response = co_await client.send(std::move(request));
      if (response.status < 300) {
        ++run.sent;
        if (!run.is_e2e()) run.count(due);
      } else {
        run.count_error(refusal_of(response));
        has_failed = true;
      }
    } catch (const broker::net::ConnectionFailed& error) {
      run.count_error(error.what());
      has_failed = true;
    }
    const auto later = SteadyClock::now() + pause_after_failure;
    if (has_failed) co_await pause_until(later);
  }
  --run.senders;
}

// Counts the messages of this run among those that were acknowledged.
void count_acknowledged(Run& run, const Json& claimed) {
  for (const Json& message : broker::client::items_of(claimed)) {
    const std::string text = broker::client::text_at(message, "/data/enquiry/message");
    if (!text.starts_with(run.mark)) continue;
    const std::string_view rest = std::string_view(text).substr(run.mark.size());
    const auto ticks = broker::base::parse_number(rest.substr(0, rest.find(';')));
    if (ticks) run.count(SteadyClock::time_point(SteadyClock::duration(*ticks)));
  }
}

awaitable<void> receive_all(Run& run, Client& client) {
  const Json claim = {{"max", claim_max}, {"lease_seconds", 60}, {"wait_seconds", 1}};
  const std::string claim_body = broker::client::dump(claim);
  while (run.senders > 0 || (run.result.count < run.sent && SteadyClock::now() < run.end + drain_time)) {
    bool has_failed = false;
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
      count_acknowledged(run, claimed);
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
  std::vector<std::unique_ptr<RequestMaker>> makers;
  // Other children in every run: those of the last one may have open cases.
  broker::base::SystemRandom random;
  std::vector<Client> clients, peers;
  for (size_t i = 0; i < settings.connections; ++i) {
    clients.push_back(make_client(run, settings.certificate, settings.private_key));
    makers.push_back(std::make_unique<RequestMaker>(settings, random.next()));
  }
  const size_t consumers = std::clamp<size_t>(settings.connections / connections_per_consumer, 1, consumers_max);
  for (size_t i = 0; run.is_e2e() && i < consumers; ++i) {
    peers.push_back(make_client(run, settings.peer_certificate, settings.peer_private_key));
  }
  for (size_t i = 0; i < clients.size(); ++i) spawn(run, prepare(run, clients[i], *makers[i]));
  run_to_end(run);

  const auto cpu_before = processor_seconds(settings);
  run.senders = clients.size();
  run.consumers = peers.size();
  run.start = SteadyClock::now();
  run.end = run.start + settings.duration;
  for (size_t i = 0; i < clients.size(); ++i) spawn(run, send_all(run, clients[i], *makers[i], i));
  for (Client& peer : peers) spawn(run, receive_all(run, peer));
  if (settings.shows_progress) spawn(run, show_progress(run));
  run_to_end(run);

  LoadResult result = std::move(run.result);
  // Recipients wait a moment longer for messages that do not come any more.
  result.seconds = std::chrono::duration<double>(std::max(run.last, run.end) - run.start).count();
  std::sort(result.latencies_ms.begin(), result.latencies_ms.end());
  if (run.is_e2e()) result.errors += run.sent - std::min(run.sent, result.count);
  const auto cpu_after = processor_seconds(settings);
  if (cpu_before && cpu_after && result.count > 0) {
    result.broker_cpu_us = (*cpu_after - *cpu_before) * 1e6 / static_cast<double>(result.count);
  }
  return result;
}

}  // namespace bench
