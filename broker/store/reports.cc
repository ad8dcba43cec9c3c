#include "broker/store/reports.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

// `$2` is the first moment after the day, in England.
constexpr Statement missing_cases{"missing_cases", R"(
select coalesce(state::json ->> 'reason', '') as reason, coalesce(state::json ->> 'missing_since', '') as since,
  count(*) as n
from case_state
where owner = $1 and opened < $2::timestamptz and (status in ('open', 'located')
  or coalesce(state::json #>> '{closure,time}', state::json #>> '{ending,approved}')::timestamptz >= $2::timestamptz)
group by 1, 2)"};
constexpr Statement sent_answers{"sent_answers", R"(
select recipient as authority, to_char((state::json ->> 'opened')::timestamptz at time zone 'Europe/London', 'YYYY-MM-DD')
    as opened,
  case when status = 'answered' then to_char((state::json #>> '{replies,-1,time}')::timestamptz
    at time zone 'Europe/London', 'YYYY-MM-DD') else '' end as answered,
  count(*) as n
from enquiry_state
where sender = $1 and status <> 'withdrawn' and (state::json ->> 'opened')::timestamptz >= $2::timestamptz
group by 1, 2, 3)"};
constexpr Statement received_answers{"received_answers", R"(
select sender as authority, to_char((state::json ->> 'opened')::timestamptz at time zone 'Europe/London', 'YYYY-MM-DD')
    as opened,
  case when status = 'answered' then to_char((state::json #>> '{replies,-1,time}')::timestamptz
    at time zone 'Europe/London', 'YYYY-MM-DD') else '' end as answered,
  count(*) as n
from enquiry_state
where recipient = $1 and status <> 'withdrawn' and (state::json ->> 'opened')::timestamptz >= $2::timestamptz
group by 1, 2, 3)"};
constexpr Statement ratings{"register_ratings", R"(
select r.case_id, r.rating, r.officer, r.agreed from register_rating r
join case_state c on c.id = r.case_id where r.owner = $1 and c.status in ('open', 'located'))"};
constexpr Statement upsert_rating{"register_rating_put", R"(
insert into register_rating (case_id, owner, rating, officer, agreed) values ($1::uuid, $2, $3, $4, $5::timestamptz)
on conflict (case_id) do update set rating = excluded.rating, officer = excluded.officer, agreed = excluded.agreed
where register_rating.owner = excluded.owner)"};
constexpr Statement months{"register_months", R"(
select month, red, amber, green from register_month where owner = $1 order by month desc limit 12)"};
constexpr Statement insert_month{"register_month_put", R"(
insert into register_month (owner, month, red, amber, green, officer, frozen)
values ($1, $2, $3::int, $4::int, $5::int, $6, $7::timestamptz) on conflict (owner, month) do nothing)"};

}  // namespace

awaitable<std::vector<domain::MissingCases>> missing_on(postgres::Pool& pool, Viewer viewer, base::Date day) {
  const base::Date next_day(std::chrono::sys_days(day) + std::chrono::days(1));
  Query query(missing_cases, Params(viewer.authority, base::start_of_day_in_england(next_day)));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<domain::MissingCases> missing;
  for (const Row row : rows) {
    missing.push_back({row.text("reason"), base::parse_date(row.view("since")), row.integer("n")});
  }
  co_return missing;
}

awaitable<std::vector<AnsweredEnquiries>> answer_times(postgres::Pool& pool, Viewer viewer, bool is_sent,
                                                       base::Date since) {
  Query query(is_sent ? sent_answers : received_answers,
              Params(viewer.authority, base::start_of_day_in_england(since)));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<AnsweredEnquiries> enquiries;
  for (const Row row : rows) {
    const auto opened = base::parse_date(row.view("opened"));
    if (!opened) continue;
    enquiries.push_back({row.text("authority"), *opened, base::parse_date(row.view("answered")), row.integer("n")});
  }
  co_return enquiries;
}

awaitable<std::map<std::string, AgreedRating>> agreed_ratings(postgres::Pool& pool, Viewer viewer) {
  Query query(ratings, Params(viewer.authority));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::map<std::string, AgreedRating> agreed;
  for (const Row row : rows) {
    const auto rating = domain::parse_name<domain::Rating>(row.text("rating"));
    if (rating) agreed[row.text("case_id")] = {*rating, row.text("officer"), row.time("agreed")};
  }
  co_return agreed;
}

Query agree_rating(const std::string& case_id, const std::string& owner, domain::Rating rating,
                   const std::string& officer, base::Time now) {
  return Query(upsert_rating, Params(case_id, owner, std::string(domain::text_of(rating)), officer, now));
}

awaitable<std::vector<FrozenMonth>> frozen_months(postgres::Pool& pool, Viewer viewer) {
  Query query(months, Params(viewer.authority));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<FrozenMonth> frozen;
  for (const Row row : rows) {
    frozen.insert(frozen.begin(), {row.text("month"), row.integer("red"), row.integer("amber"), row.integer("green")});
  }
  co_return frozen;
}

Query freeze_month(const std::string& owner, const FrozenMonth& month, const std::string& officer, base::Time now) {
  return Query(insert_month, Params(owner, month.month, month.red, month.amber, month.green, officer, now));
}

}  // namespace broker::store
