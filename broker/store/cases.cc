#include "broker/store/cases.h"

#include "broker/message/state.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr Statement case_by_id{"case_by_id", "select state from case_state where id = $1::uuid"};
constexpr Statement cases_page{"cases_page", R"(
select state from case_state
where owner = $1 and id > $2::uuid
  and ($3 = '' or status = $3)
  and (not $4::boolean or exists (select from enquiry_state e
                                  where e.case_id = case_state.id and e.status not in ('answered', 'withdrawn') and e.due < $5))
order by id limit $6::int + 1)"};
constexpr Statement timeline_page{"timeline_page", R"(
select sequence, type, time, authority, officer, school, coalesce(enquiry_id::text, '') as enquiry_id, body from event
where case_id = $1::uuid and sequence > $2::bigint order by sequence limit $3::int + 1)"};
// Delivered is when the asked authority's system took the message that opened the enquiry.
constexpr Statement enquiry_by_id{"enquiry_by_id", R"(
select e.state, c.state as record,
  (select r.time from message m join receipt r on r.message_id = m.id
   where m.case_id = e.case_id and m.type = 'enquiry.opened' and m.recipient = e.recipient and m.sender = e.sender
     and r.kind = 'delivered' and m.time >= (e.state::json ->> 'opened')::timestamptz
   order by m.position limit 1) as delivered
from enquiry_state e join case_state c on c.id = e.case_id where e.id = $1::uuid)"};
// What is shown of the enquiries whose ids are in `page`.
#define WAYMARK_ENQUIRIES_OF_PAGE                                                                             \
  "select e.state, c.state as record, "                                                                       \
  "(select r.time from message m join receipt r on r.message_id = m.id "                                      \
  "where m.case_id = e.case_id and m.type = 'enquiry.opened' and m.recipient = e.recipient "                  \
  "and m.sender = e.sender and r.kind = 'delivered' and m.time >= (e.state::json ->> 'opened')::timestamptz " \
  "order by m.position limit 1) as delivered "                                                                \
  "from page join enquiry_state e on e.id = page.id join case_state c on c.id = e.case_id order by e.id"
// The page is found in the order of each side's index before anything is read for its rows.
constexpr Statement enquiries_page{"enquiries_page", R"(
with sent as (
  select id from enquiry_state
  where sender = $6 and id > $1::uuid and not $3::boolean and ($4 = '' or status = $4)
  order by id limit $5::int + 1
), received as (
  select id from enquiry_state
  where recipient = $6 and id > $1::uuid and not $2::boolean and ($4 = '' or status = $4)
  order by id limit $5::int + 1
), page as (
  select id from sent union select id from received order by id limit $5::int + 1
) )" WAYMARK_ENQUIRIES_OF_PAGE};
constexpr Statement enquiries_of_case{"enquiries_of_case", R"(
with page as (
  select id from enquiry_state
  where case_id = $7::uuid and id > $1::uuid and ($4 = '' or status = $4)
    and ((sender = $6 and not $3::boolean) or (recipient = $6 and not $2::boolean))
  order by id limit $5::int + 1
) )" WAYMARK_ENQUIRIES_OF_PAGE};

StoredEnquiry stored_enquiry(const Row& row) {
  return {message::decode_enquiry_state(row.view("state")), message::decode_case_state(row.view("record")),
          row.time_or_null("delivered")};
}

// One row more than the page was read: it says that there is a next page.
template <typename T, typename Make, typename Key>
Listed<T> listed(const Rows& rows, int64_t limit, Make make, Key key) {
  Listed<T> list;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == limit) {
      list.next = key(list.items.back());
      break;
    }
    list.items.push_back(make(row));
  }
  return list;
}

}  // namespace

awaitable<std::optional<domain::Case>> find_case(postgres::Pool& pool, Viewer viewer, std::string id) {
  Query query(case_by_id, Params(id));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  co_return message::decode_case_state(rows.front().view("state"));
}

awaitable<Listed<domain::Case>> list_cases(postgres::Pool& pool, Viewer viewer, CaseFilter filter, Page page) {
  Query query(cases_page,
              Params(viewer.authority, page.after_id(), filter.status, filter.only_overdue, filter.today, page.limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  co_return listed<domain::Case>(
      rows, page.limit, [](const Row& row) { return message::decode_case_state(row.view("state")); },
      [](const domain::Case& record) { return record.id; });
}

awaitable<Listed<message::TimelineItem>> list_timeline(postgres::Pool& pool, Viewer viewer, std::string case_id,
                                                       Page page) {
  Query query(timeline_page, Params(case_id, page.after.empty() ? std::string("0") : page.after, page.limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  co_return listed<message::TimelineItem>(
      rows, page.limit,
      [](const Row& row) {
        return message::TimelineItem{row.integer("sequence"), row.text("type"),    base::format_time(row.time("time")),
                                     row.text("authority"),   row.text("officer"), row.text("school"),
                                     row.text("enquiry_id"),  row.text("body")};
      },
      [](const message::TimelineItem& item) { return std::to_string(item.sequence); });
}

awaitable<std::optional<StoredEnquiry>> find_enquiry(postgres::Pool& pool, Viewer viewer, std::string id) {
  Query query(enquiry_by_id, Params(id));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  co_return stored_enquiry(rows.front());
}

awaitable<Listed<StoredEnquiry>> list_enquiries(postgres::Pool& pool, Viewer viewer, EnquiryFilter filter, Page page) {
  // `delivered` is shown where nothing more is known than that the message was taken; it is kept as sent.
  const std::string kept_status = filter.status == "delivered" ? "sent" : filter.status;
  Params params(page.after_id(), filter.is_sent, filter.is_received, kept_status, page.limit, viewer.authority);
  if (!filter.case_id.empty()) params.add(filter.case_id);
  Query query(filter.case_id.empty() ? enquiries_page : enquiries_of_case, std::move(params));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  Listed<StoredEnquiry> list =
      listed<StoredEnquiry>(rows, page.limit, stored_enquiry, [](const StoredEnquiry& one) { return one.enquiry.id; });
  if (filter.status == "delivered" || filter.status == "sent") {
    std::erase_if(list.items, [&](const StoredEnquiry& one) {
      return one.delivered.has_value() != (filter.status == "delivered");
    });
  }
  co_return list;
}

}  // namespace broker::store
