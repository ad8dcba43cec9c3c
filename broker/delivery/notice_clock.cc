#include "broker/delivery/notice_clock.h"

#include <chrono>

#include "broker/delivery/act.h"
#include "broker/domain/schedule.h"
#include "broker/store/notices.h"

namespace broker::delivery {
namespace {

using boost::asio::awaitable;
using message::Notice;
using message::NoticeStatus;
using store::Answer;
using store::DeadlineRow;
using store::World;

void end_as(World& world, const Notice& notice, const std::vector<size_t>& not_met) {
  const bool is_met = not_met.empty();
  world.write(store::end_notice(notice.id, is_met ? NoticeStatus::met : NoticeStatus::expired, world.now()));
  const domain::Actor by{notice.sender, domain::broker_itself.officer, ""};
  world.audit(by, is_met ? "notice.met" : "notice.expired", notice.id, "");
  if (is_met) return;
  message::Outgoing message;
  message.type = "notice.expired";
  message.sender = domain::broker_itself.authority;
  message.recipient = notice.sender;
  message.data = message::encode_notice_expired(notice, not_met);
  world.send(std::move(message));
}

}  // namespace

base::Time end_of_notice(base::Date expected_until) {
  return domain::morning_of(base::Date(std::chrono::sys_days(expected_until) + std::chrono::days(1)));
}

NoticeClock::NoticeClock(Scheduler& scheduler, postgres::Pool& writer_pool, store::Writer& writer)
    : writer_pool_(writer_pool), writer_(writer) {
  scheduler.on("notice", [this](std::vector<DeadlineRow> rows) { return end_notices(std::move(rows)); });
}

awaitable<void> NoticeClock::end_notices(std::vector<DeadlineRow> rows) {
  for (const DeadlineRow& row : rows) co_await end_one(row);
}

awaitable<void> NoticeClock::end_one(DeadlineRow row) {
  const auto notice = co_await store::read_notice(writer_pool_, row.key.subject);
  if (!notice) throw std::runtime_error("a notice that ends is not there");
  std::vector<std::string> digests;
  for (const auto& child : notice->children) digests.push_back(store::digest_of_expected(notice->sender, child));
  const std::set<std::string> met = co_await store::met_by_arrivals(writer_pool_, digests);
  std::vector<size_t> not_met;
  for (size_t i = 0; i < digests.size(); ++i) {
    if (!met.contains(digests[i])) not_met.push_back(i + 1);
  }
  store::Write write;
  write.needs.deadlines.push_back(row.key);
  write.decide = [row, ended = *notice, not_met](World& world) -> base::Result<Answer> {
    if (!stands(world, row)) return Answer{};
    end_as(world, ended, not_met);
    world.drop_deadline(row.key);
    return Answer{};
  };
  const auto written = co_await writer_.submit(std::move(write));
  if (!written) throw postgres::Unavailable(written.error().detail);
}

}  // namespace broker::delivery
