#include "broker/delivery/scheduler.h"

#include <exception>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "broker/base/log.h"

namespace broker::delivery {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using store::DeadlineRow;

constexpr std::chrono::seconds pause{1};

}  // namespace

Scheduler::Scheduler(asio::any_io_executor executor, postgres::Pool& writer_pool, const base::Clock& clock,
                     base::Metrics& metrics, std::chrono::seconds lease)
    : writer_pool_(writer_pool), clock_(clock), metrics_(metrics), timer_(std::move(executor)), lease_(lease) {}

void Scheduler::on(const std::string& kind, Action action) {
  actions_[kind] = std::move(action);
  kinds_.push_back(kind);
}

void Scheduler::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

awaitable<void> Scheduler::run() {
  while (!is_stopped_) {
    try {
      const size_t taken = co_await act_once();
      if (taken == static_cast<size_t>(rows_max)) continue;
    } catch (const std::exception& error) {
      base::log_warning("deadlines wait", {{"error", error.what()}});
    }
    if (is_stopped_) co_return;
    timer_.expires_after(pause);
    boost::system::error_code woken;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

awaitable<size_t> Scheduler::act_once() {
  const base::Time now = clock_.now();
  std::vector<DeadlineRow> due = co_await store::claim_deadlines(writer_pool_, kinds_, now, rows_max, lease_);
  const size_t taken = due.size();
  std::map<std::string, std::vector<DeadlineRow>> by_kind;
  for (DeadlineRow& row : due) by_kind[row.key.kind].push_back(std::move(row));
  for (auto& [kind, rows] : by_kind) {
    metrics_.count("waymark_deadlines", "kind=\"" + kind + "\"", rows.size());
    co_await act(actions_.at(kind), std::move(rows));
  }
  co_return taken;
}

// What fails together is tried one by one, so that one row does not hold up the others.
awaitable<void> Scheduler::act(const Action& action, std::vector<DeadlineRow> rows) {
  bool has_failed = false;
  try {
    co_await action(rows);
  } catch (const postgres::Unavailable&) {
    throw;
  } catch (const std::exception& error) {
    base::log_error("a deadline can't be acted on", {{"kind", rows.front().key.kind}, {"error", error.what()}});
    has_failed = true;
  }
  if (!has_failed || rows.size() == 1) co_return;
  for (DeadlineRow& row : rows) {
    std::vector<DeadlineRow> alone;
    alone.push_back(std::move(row));
    co_await act(action, std::move(alone));
  }
}

}  // namespace broker::delivery
