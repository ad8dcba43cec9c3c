#include "broker/delivery/transfer_worker.h"

#include <exception>
#include <map>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "broker/base/log.h"
#include "broker/delivery/transfer_steps.h"
#include "broker/store/transfers.h"

namespace broker::delivery {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::days;

// Another broker's commits are seen at the latest then.
constexpr std::chrono::seconds idle_time{15};
// A crowd of commits makes one pass, not one each.
constexpr std::chrono::milliseconds gather_time{50};

}  // namespace

TransferWorker::TransferWorker(asio::any_io_executor executor, postgres::Pool& writer_pool, store::Writer& writer,
                               const domain::Calendar& calendar, const base::Clock& clock, const audit::SigningKey& key)
    : writer_pool_(writer_pool),
      writer_(writer),
      calendar_(calendar),
      clock_(clock),
      key_(key),
      timer_(std::move(executor)) {}

void TransferWorker::wake() {
  is_awake_ = true;
  timer_.cancel();
}

void TransferWorker::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

awaitable<void> TransferWorker::run() {
  while (!is_stopped_) {
    is_awake_ = false;
    try {
      co_await work_once();
    } catch (const std::exception& error) {
      base::log_warning("transfers wait and will be tried again", {{"error", error.what()}});
    }
    if (is_stopped_) co_return;
    boost::system::error_code woken;
    if (!is_awake_) {
      timer_.expires_after(idle_time);
      co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    if (is_stopped_) co_return;
    timer_.expires_after(gather_time);
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

awaitable<void> TransferWorker::work_once() {
  co_await give_access();
  co_await keep_times();
}

awaitable<void> TransferWorker::give_access() {
  const std::vector<store::Grant> grants = co_await store::find_grants(writer_pool_, "");
  std::map<std::string, std::vector<std::string>> parties;
  for (const store::Grant& grant : grants) parties[grant.transfer_id].push_back(grant.party);
  for (const auto& [id, who] : parties) {
    const base::Time remind_at = reminder_time(calendar_, clock_.now(), who.front().substr(0, 3));
    store::Write write;
    write.needs.transfers = {id};
    write.decide = [transfer = id, who_may = who, remind_at](store::World& world) -> base::Result<store::Answer> {
      make_available(world, transfer, who_may, remind_at);
      return store::Answer{};
    };
    const auto written = co_await writer_.submit(std::move(write));
    if (!written) co_return;  // the store is away; the next pass finds it again
  }
}

awaitable<void> TransferWorker::keep_times() {
  const base::Time now = clock_.now();
  const store::TransferTimes times{now, now - days(report_after_days), now - days(received_kept_days),
                                   now - days(notice_days), domain::Settings().transfer_file_retention_days};
  const std::vector<store::DueTransfer> due = co_await store::find_due_transfers(writer_pool_, times);
  for (const store::DueTransfer& one : due) {
    store::Write write;
    write.needs.transfers = {one.id};
    write.needs.settings = {one.authority};
    write.decide = [id = one.id, &key = key_](store::World& world) -> base::Result<store::Answer> {
      keep_time(world, id, key);
      return store::Answer{};
    };
    const auto written = co_await writer_.submit(std::move(write));
    if (!written) co_return;
  }
}

}  // namespace broker::delivery
