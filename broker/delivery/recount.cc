#include "broker/delivery/recount.h"

#include <memory>
#include <utility>

#include "broker/base/log.h"
#include "broker/delivery/act.h"
#include "broker/store/terms.h"

namespace broker::delivery {
namespace {

using boost::asio::awaitable;
using store::Answer;
using store::DeadlineRow;
using store::World;

constexpr int64_t cases_at_once = 100;
constexpr int parts_max = 5;  // of one look at a row; well within its lease
constexpr std::string_view again = "again ";

// What a row's detail says: which time it is, and after which case it goes on.
struct Place {
  bool is_again = false;
  std::string after;

  static Place read(std::string_view detail) {
    const bool is_second = detail.starts_with(again);
    return {is_second, std::string(is_second ? detail.substr(again.size()) : detail)};
  }
  std::string text() const { return (is_again ? std::string(again) : std::string()) + after; }
};

// Owners: the decisions of this look at a row, each of which may outlive it in the writer's queue.
struct Calendars {
  domain::Calendar before;
  domain::Calendar after;
  domain::Calendar in_force;
};

domain::Calendar must_read(const domain::ImportedTerms& terms) {
  auto calendar = domain::calendar_with(terms);
  // Each was read before it was kept; another version of us may have done so.
  if (!calendar) throw std::runtime_error("imported days can't be read: " + calendar.error().detail);
  return std::move(*calendar);
}

}  // namespace

Recount::Recount(Scheduler& scheduler, postgres::Pool& writer_pool, store::Writer& writer, const base::Clock& clock,
                 FollowCalendar follow_calendar)
    : writer_pool_(writer_pool), writer_(writer), clock_(clock), follow_calendar_(std::move(follow_calendar)) {
  scheduler.on("calendar", [this](std::vector<DeadlineRow> rows) { return count(std::move(rows)); });
}

awaitable<void> Recount::count(std::vector<DeadlineRow> rows) {
  co_await follow_calendar_();
  for (const DeadlineRow& row : rows) co_await count_one(row);
}

awaitable<void> Recount::count_one(DeadlineRow row) {
  const auto change = co_await store::read_change(writer_pool_, row.key.subject);
  if (!change) throw std::runtime_error("a calendar's import is not there");
  const auto calendars = std::make_shared<const Calendars>(
      Calendars{must_read(change->before), must_read(change->after), must_read(change->in_force)});
  bool is_done = false;
  for (int part = 0; part < parts_max && !is_done; ++part) {
    Place place = Place::read(row.detail);
    const store::Page page{place.after, cases_at_once};
    const store::CountedCases counted = co_await store::cases_counted_by(writer_pool_, change->calendar, page);
    is_done = static_cast<int64_t>(counted.cases.size()) < cases_at_once;
    const bool was_again = place.is_again;
    DeadlineRow next = row;
    if (is_done) {
      place = {true, ""};
      next.due = clock_.now() + again_after;
    } else {
      place.after = counted.cases.back();
    }
    next.detail = place.text();
    domain::RecountDays command{change->calendar, was_again ? nullptr : &calendars->before, &calendars->after,
                                &calendars->in_force};
    store::Write write;
    write.needs.deadlines.push_back(row.key);
    write.needs.cases = counted.cases;
    write.needs.enquiries = counted.enquiries;
    write.decide = [row, next, is_last = is_done && was_again, cases = counted.cases, command,
                    calendars](World& world) -> base::Result<Answer> {
      if (!stands(world, row)) return Answer{};
      for (const std::string& id : cases) act_on_case(world, id, command);
      if (is_last) {
        world.drop_deadline(row.key);
      } else {
        world.set_deadline(next);
      }
      return Answer{};
    };
    const auto written = co_await writer_.submit(std::move(write));
    if (!written) throw postgres::Unavailable(written.error().detail);
    row = next;
  }
}

}  // namespace broker::delivery
