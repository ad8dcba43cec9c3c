#include "broker/server/broker.h"

#include <unordered_map>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/x509.h>
#include <sys/resource.h>

#include "broker/api/route.h"
#include "broker/base/log.h"
#include "broker/delivery/clocks.h"
#include "broker/delivery/notice_clock.h"
#include "broker/delivery/recount.h"
#include "broker/delivery/transfer_worker.h"
#include "broker/delivery/upload_worker.h"
#include "broker/delivery/webhooks.h"
#include "broker/domain/reference/directory.h"
#include "broker/matching/match_worker.h"
#include "broker/net/late_executor.h"
#include "broker/net/server.h"
#include "broker/server/live_calendar.h"
#include "broker/server/parts_settings.h"
#include "broker/server/shifted_clock.h"
#include "broker/server/web_listener.h"
#include "broker/store/audit_heads.h"
#include "broker/store/officers.h"
#include "broker/store/retention.h"
#include "broker/store/schema.h"
#include "certs/certificate.h"
#include "certs/verify.h"

namespace broker::server {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr std::chrono::seconds housekeeping_time{30};
constexpr size_t certificates_max = 10'000;

struct Certificate {
  std::string serial;
  std::chrono::sys_seconds not_after;
};

double process_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

domain::Context surroundings(const domain::Calendar& calendar) {
  domain::Context context;
  context.calendar = &calendar;
  context.is_known_authority = [](const std::string& code) { return domain::reference::is_known_authority(code); };
  return context;
}

}  // namespace

struct Broker::Parts {
  Parts(asio::io_context& io, const Configuration& settings);

  awaitable<net::Response> admin_answer(net::Request request);
  awaitable<void> await_stop();
  awaitable<void> await_reload();
  awaitable<void> keep_house();
  awaitable<void> keep_heads();
  awaitable<void> begin_serving();
  net::PeerVerdict judge(const std::string& der);
  void reload();
  void start_over();

  asio::io_context& context;
  Configuration configuration;
  base::SystemClock machine_clock;  // what certificates are judged by
  ShiftedClock clock;
  base::SystemRandom random;
  base::IdMaker ids{clock, random};
  base::Metrics metrics;
  base::AsioTimers timers;
  asio::thread_pool threads;
  audit::SigningKey key;
  store::Vault vault;
  LiveCalendar live_calendar;
  const domain::Calendar& calendar = live_calendar.calendar();
  certs::RevocationList revocations;
  std::unordered_map<std::string, Certificate> certificates;  // by DER, so that each is read once
  postgres::Pool pool;
  postgres::Pool writer_pool;
  store::Writer writer;
  store::PostgresStore store{pool, writer_pool, writer};
  matching::LiveIndex index;
  matching::MatchWorker match_worker;
  delivery::Inboxes inboxes;
  delivery::Scheduler scheduler;
  delivery::Clocks clocks;
  delivery::Recount recount;
  delivery::NoticeClock notice_clock;
  delivery::TransferWorker transfer_worker;
  delivery::UploadWorker upload_worker;
  delivery::WebhookPolicy webhook_policy;
  delivery::Webhooks webhooks;
  api::Services services;
  api::Api api;
  net::Server api_server;
  std::optional<WebListener> web;  // where pages are configured
  net::Server admin_server;
  asio::signal_set stop_signals;
  asio::signal_set reload_signals;
  asio::steady_timer house_timer;
  base::Date old_ones_sought_on;
  asio::steady_timer head_timer;
  bool is_ready = false;
  bool is_stopping = false;
  int exit_code = 0;
};

namespace {

certs::RevocationList load_revocations(const Configuration& configuration) {
  auto list = certs::RevocationList::load(configuration.tls_ca, configuration.tls_crl);
  if (!list) throw std::runtime_error(list.error());
  return std::move(*list);
}

}  // namespace

Broker::Parts::Parts(asio::io_context& io, const Configuration& settings)
    : context(io),
      configuration(settings),
      clock(settings.clock_file),
      timers(io.get_executor()),
      threads(static_cast<size_t>(settings.matching_threads)),
      key(load_or_make_key(settings.audit_key)),
      vault(store::Vault::load(settings.transfer_keys)),
      revocations(load_revocations(settings)),
      pool(io.get_executor(), pool_settings(settings.database_url, settings.database_connections)),
      writer_pool(io.get_executor(), pool_settings(settings.database_writer_url, settings.database_connections)),
      writer(io.get_executor(), writer_pool, clock, ids, key, surroundings(calendar), metrics),
      index(io.get_executor(), store, threads.get_executor()),
      match_worker(timers, store, index, metrics),
      inboxes(timers, store, ids),
      scheduler(io.get_executor(), writer_pool, clock, metrics),
      clocks(scheduler, writer_pool, writer, clock),
      recount(scheduler, writer_pool, writer, clock, [this] { return live_calendar.read(writer_pool); }),
      notice_clock(scheduler, writer_pool, writer),
      transfer_worker(io.get_executor(), writer_pool, writer, calendar, clock, key),
      upload_worker(io.get_executor(), writer_pool, writer, vault, calendar, threads, settings.uploads_directory),
      webhook_policy(webhook_policy_of(settings)),
      webhooks(io.get_executor(), writer_pool, writer, clock, metrics, webhook_policy),
      services{pool,
               writer_pool,
               writer,
               index,
               inboxes,
               calendar,
               clock,
               key,
               ids,
               threads,
               settings.queries_per_officer_per_minute,
               vault,
               [this] { upload_worker.wake(); },
               {}},
      api(services, metrics),
      api_server(
          net::LateExecutor(io), api_settings(settings),
          [this](net::Request request) { return api.answer(std::move(request)); }, api::body_limit,
          [this](const std::string& der) { return judge(der); }, &metrics),
      admin_server(io.get_executor(), admin_settings(settings),
                   [this](net::Request request) { return admin_answer(std::move(request)); }),
      stop_signals(io, SIGTERM, SIGINT),
      reload_signals(io, SIGHUP),
      house_timer(io),
      head_timer(io) {
  services.request_limit = api::RequestLimit(settings.requests_per_caller_per_second);
  services.enquiry_watch = api::FanOutWatch(settings.enquiries_per_hour_alert);
  services.metrics = &metrics;
  services.webhook_policy = &webhook_policy;
  if (!settings.web_listen.empty()) {
    const auto judge_peer = [this](const std::string& der) { return judge(der); };
    web.emplace(net::LateExecutor(io), configuration, services, api, random, judge_peer, metrics);
  }
  for (postgres::Pool* one : {&pool, &writer_pool}) one->on_other_timeline([this] { start_over(); });
  writer.on_commit([this](const store::Committed& committed) {
    inboxes.note(committed);
    if (committed.has_records) match_worker.wake();
    if (committed.may_free_files) transfer_worker.wake();
  });
}

// Nothing that was read from the server before is relied on any more.
void Broker::Parts::start_over() {
  base::log_warning("another database server has taken over; what was read before is read again");
  metrics.count("waymark_database_takeovers");
  writer.start_over();
  inboxes.start_over();
  index.start_over();
  match_worker.wake();
}

// Asked again for each request: a resumed or long-open session skips the handshake's check.
net::PeerVerdict Broker::Parts::judge(const std::string& der) {
  auto known = certificates.find(der);
  if (known == certificates.end()) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<X509, void (*)(X509*)> certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())),
                                                             X509_free);
    const auto not_after = certificate ? certs::not_after_of(certificate.get()) : std::nullopt;
    if (!not_after) return {false, "the certificate can't be read"};
    if (certificates.size() > certificates_max) certificates.clear();
    known = certificates.emplace(der, Certificate{certs::serial_of(certificate.get()), *not_after}).first;
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(machine_clock.now());
  if (revocations.is_stale(now)) return {false, "the revocation list is out of date"};
  if (revocations.is_revoked(known->second.serial)) return {false, "the certificate was revoked"};
  if (known->second.not_after < now) return {false, "the certificate has expired"};
  return {};
}

void Broker::Parts::reload() {
  try {
    api_server.reload(tls_files(configuration));
    if (const auto list = revocations.reload(); !list) throw std::runtime_error(list.error());
    if (web) web->reload();
    const size_t cut = api_server.close_if([this](const net::Peer& peer) { return !judge(peer.der).accepted; });
    base::log_info("certificates and revocations were read again", {{"connections_cut", cut}});
  } catch (const std::exception& error) {
    base::log_error("reloading failed; what was in force stays", {{"error", error.what()}});
  }
}

awaitable<net::Response> Broker::Parts::admin_answer(net::Request request) {
  if (request.path == "/livez") co_return net::text_response(200, "text/plain", "alive\n");
  if (request.path == "/readyz") {
    const bool is_serving = is_ready && !is_stopping && !writer_pool.is_away();
    co_return net::text_response(is_serving ? 200 : 503, "text/plain", is_serving ? "ready\n" : "not ready\n");
  }
  if (request.path == "/metrics") {
    metrics.gauge("waymark_connections", static_cast<double>(api_server.connections()));
    metrics.gauge("waymark_writes_waiting", static_cast<double>(writer.waiting()));
    metrics.gauge("waymark_records_held", static_cast<double>(index.size()));
    metrics.gauge("process_cpu_seconds", process_cpu_seconds());
    co_return net::text_response(200, "application/openmetrics-text; version=1.0.0; charset=utf-8", metrics.text());
  }
  co_return net::text_response(404, "text/plain", "not here\n");
}

// Connects, checks the schema and fills the index before the first request is let in. While the database is away it
// waits for it.
awaitable<void> Broker::Parts::begin_serving() {
  while (!is_ready && !is_stopping) {
    bool is_wrong = false;
    try {
      const postgres::Deadline deadline = postgres::deadline_in(std::chrono::seconds(5));
      postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
      const auto migrations = store::migrations();
      co_await postgres::check_schema(*connection, migrations);
      if (!configuration.clock_file.empty()) {
        const bool is_sandbox = co_await store::is_sandbox(*connection);
        if (!is_sandbox) base::log_error("clock.file moves the clock and is for a sandbox's database alone");
        is_wrong = !is_sandbox;
      }
      if (!is_wrong) {
        if (!configuration.matching_directory.empty()) co_await index.restore(configuration.matching_directory);
        co_await index.catch_up();
        co_await live_calendar.read(writer_pool);
        is_ready = true;
      }
    } catch (const postgres::SchemaMismatch& error) {
      base::log_error("the database has another schema; run waymarkd migrate", {{"error", error.what()}});
      is_wrong = true;
    } catch (const std::exception& error) {
      base::log_warning("waiting for the database", {{"error", error.what()}});
    }
    if (is_wrong) {
      exit_code = 1;
      context.stop();
      co_return;
    }
    if (is_ready) break;
    house_timer.expires_after(std::chrono::seconds(1));
    boost::system::error_code woken;
    co_await house_timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  api_server.start();
  if (web) web->server().start();
  base::log_info("ready", {{"api_port", static_cast<int64_t>(api_server.port())}, {"records", index.size()}});
  asio::co_spawn(context, match_worker.run(), asio::detached);
  asio::co_spawn(context, scheduler.run(), asio::detached);
  asio::co_spawn(context, inboxes.keep_cursors(), asio::detached);
  asio::co_spawn(context, transfer_worker.run(), asio::detached);
  asio::co_spawn(context, upload_worker.run(), asio::detached);
  asio::co_spawn(context, webhooks.run(), asio::detached);
  asio::co_spawn(context, keep_house(), asio::detached);
  asio::co_spawn(context, keep_heads(), asio::detached);
}

// Now and then: sessions of certificates that have run out or were revoked meanwhile are cut, the lists re-read, old
// answers and cases forgotten, and the index kept.
awaitable<void> Broker::Parts::keep_house() {
  while (!is_stopping) {
    house_timer.expires_after(housekeeping_time);
    boost::system::error_code woken;
    co_await house_timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (is_stopping) co_return;
    if (const auto list = revocations.reload(); !list)
      base::log_error("the revocation list can't be read", {{"error", list.error()}});
    api_server.close_if([this](const net::Peer& peer) { return !judge(peer.der).accepted; });
    try {
      co_await store::forget_old_answers(writer_pool);
      co_await live_calendar.read(writer_pool);
      co_await store::forget_old_sessions(writer_pool, clock.now());
      if (old_ones_sought_on != base::date_in_england(clock.now())) {
        const int64_t forgotten = co_await store::forget_old_cases_and_records(writer_pool, writer, clock.now());
        if (forgotten == 0) old_ones_sought_on = base::date_in_england(clock.now());
      }
    } catch (const std::exception& error) {
      base::log_warning("what is old stays for now", {{"error", error.what()}});
    }
    if (!configuration.matching_directory.empty()) co_await index.keep_if_worth_it(configuration.matching_directory);
  }
}

// A head that is kept and shown binds whoever runs this broker to the log as it is now.
awaitable<void> Broker::Parts::keep_heads() {
  while (!is_stopping) {
    try {
      const base::Time now = clock.now();
      const store::Viewer nobody;
      audit::SignedHead head = co_await store::sign_log_head(pool, nobody, key, now);
      if (head.head.size > 0) co_await store::keep_head(writer_pool, std::move(head));
    } catch (const std::exception& error) {
      base::log_warning("the head of the audit log is not kept this time", {{"error", error.what()}});
    }
    head_timer.expires_after(std::chrono::seconds(configuration.audit_head_seconds));
    boost::system::error_code woken;
    co_await head_timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

awaitable<void> Broker::Parts::await_reload() {
  while (!is_stopping) {
    boost::system::error_code failed;
    co_await reload_signals.async_wait(asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return;
    reload();
  }
}

awaitable<void> Broker::Parts::await_stop() {
  boost::system::error_code failed;
  co_await stop_signals.async_wait(asio::redirect_error(asio::use_awaitable, failed));
  base::log_info("stopping");
  is_stopping = true;
  inboxes.stop();
  match_worker.stop();
  scheduler.stop();
  transfer_worker.stop();
  upload_worker.stop();
  webhooks.stop();
  reload_signals.cancel();
  house_timer.cancel();
  head_timer.cancel();
  co_await api_server.stop();
  if (web) co_await web->server().stop();
  co_await admin_server.stop();
  pool.close();
  writer_pool.close();
  context.stop();
}

Broker::Broker(asio::io_context& context, const Configuration& configuration)
    : parts_(std::make_unique<Parts>(context, configuration)) {}

Broker::~Broker() = default;

int Broker::run() {
  Parts& parts = *parts_;
  parts.admin_server.start();
  asio::co_spawn(parts.context, parts.await_stop(), asio::detached);
  asio::co_spawn(parts.context, parts.await_reload(), asio::detached);
  asio::co_spawn(parts.context, parts.begin_serving(), asio::detached);
  asio::use_service<net::LateQueue>(parts.context).run();
  parts.threads.join();
  return parts.exit_code;
}

}  // namespace broker::server
