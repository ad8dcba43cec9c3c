#include "broker/store/work_list.h"

#include "broker/message/state.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr Statement work_counts{"work_counts", R"(
select
  own_cases('open') as open_cases,
  own_cases('located') as located_cases,
  (select count(*) from enquiry_state where recipient = $1 and status not in ('answered', 'withdrawn')) as received,
  (select count(*) from enquiry_state where recipient = $1 and status not in ('answered', 'withdrawn') and due < $2)
    as received_overdue,
  (select count(*) from enquiry_state where recipient = $1 and status not in ('answered', 'withdrawn')
     and due between $2 and $2::date + 1) as received_soon,
  (select count(*) from enquiry_state where sender = $1 and status not in ('answered', 'withdrawn')) as sent,
  (select count(*) from enquiry_state where sender = $1 and status not in ('answered', 'withdrawn') and due < $2)
    as sent_overdue,
  (select count(*) from match_state where holder = $1 and status = 'pending') as matches,
  (select count(*) from case_state where owner = $1 and waits_for_second) as second_checks,
  (select count(*) from case_state where owner = $1 and assigned_to = $3 and assigned_to <> ''
     and status in ('open', 'located')) as assigned)"};
constexpr Statement assigned_cases{"assigned_cases", R"(
select state from case_state
where owner = $1 and assigned_to = $2 and assigned_to <> '' and status in ('open', 'located')
order by status, clock_from, id limit $3::int)"};
constexpr Statement clocked_cases{"clocked_cases", R"(
select state, clock_from from case_state
where owner = $1 and status = $2 and (clock_from, id) > ($3, $4::uuid) order by clock_from, id limit $5::int)"};
constexpr Statement received_by_due{"received_by_due", R"(
select e.state, c.state as record from (
  select id, case_id, state, due from enquiry_state
  where recipient = $1 and status not in ('answered', 'withdrawn') and ($3 = '' or sender = $3)
  order by due, id limit $2::int
) e join case_state c on c.id = e.case_id order by e.due, e.id)"};
constexpr Statement sent_by_due{"sent_by_due", R"(
select e.state, c.state as record,
  (select r.time from message m join receipt r on r.message_id = m.id
   where m.case_id = e.case_id and m.type = 'enquiry.opened' and m.recipient = e.recipient and m.sender = e.sender
     and r.kind = 'delivered' order by m.position limit 1) as delivered
from (
  select id, case_id, sender, recipient, state, due from enquiry_state
  where sender = $1 and status not in ('answered', 'withdrawn') and ($3 = '' or recipient = $3)
  order by due, id limit $2::int
) e join case_state c on c.id = e.case_id order by e.due, e.id)"};
constexpr Statement uncollected_by_due{"uncollected_by_due", R"(
select e.state, c.state as record, null::timestamptz as delivered
from enquiry_state e join case_state c on c.id = e.case_id
where e.sender = $1 and e.status = 'sent' and ($3 = '' or e.recipient = $3)
  and not exists (select from message m join receipt r on r.message_id = m.id
    where m.case_id = e.case_id and m.type = 'enquiry.opened' and m.recipient = e.recipient and m.sender = e.sender
      and r.kind = 'delivered')
order by e.due, e.id limit $2::int)"};
constexpr Statement askers{"askers", R"(
select distinct sender as other from enquiry_state
where recipient = $1 and status not in ('answered', 'withdrawn') order by 1)"};
constexpr Statement asked{"asked", R"(
select distinct recipient as other from enquiry_state
where sender = $1 and status not in ('answered', 'withdrawn') order by 1)"};
constexpr Statement second_checks{"second_checks", R"(
select state from case_state where owner = $1 and waits_for_second order by id limit $2::int)"};
constexpr Statement case_search{"case_search", R"(
select state from case_state
where owner = $1 and (reference = upper($2) or (upn <> '' and upn = upper($2))
  or strpos(lower((state::json #>> '{child,forename}') || ' ' || (state::json #>> '{child,surname}')), lower($2)) > 0)
order by (status in ('open', 'located')) desc, clock_from limit $3::int)"};
constexpr Statement school_removals{"school_removals", R"(
select state from case_state where school = $1 order by id desc limit $2::int)"};
constexpr Statement uploads_latest{"uploads_latest", R"(
select id, authority, school, officer, kind, filename, status, received, accepted, rejected, duplicates, time
from upload where authority = $1 order by id desc limit $2::int)"};
constexpr Statement audit_search{"audit_search", R"(
select position, entry::json ->> 'time' as time, authority, coalesce(entry::json ->> 'officer', '') as officer,
  entry::json ->> 'action' as action, coalesce(entry::json ->> 'subject', '') as subject
from audit_entry
where ($1::bigint = 0 or position < $1::bigint) and ($2 = '' or entry::json ->> 'officer' = $2)
  and ($3 = '' or entry::json ->> 'action' = $3) and ($4 = '' or entry::json ->> 'subject' = $4)
order by position desc limit $5::int)"};
constexpr Statement queues{"queues", R"(
select m.recipient,
  count(*) filter (where a.message_id is null) as waiting,
  min(m.time) filter (where a.message_id is null) as oldest,
  max(d.time) as collected
from message m
left join receipt a on a.message_id = m.id and a.kind = 'acknowledged'
left join receipt d on d.message_id = m.id and d.kind = 'delivered'
group by m.recipient order by 2 desc, 1)"};
constexpr Statement recent_messages{"recent_messages", "select count(*) as n from message where time > $1"};

std::vector<domain::Case> cases_in(const Rows& rows) {
  std::vector<domain::Case> cases;
  for (const Row row : rows) cases.push_back(message::decode_case_state(row.view("state")));
  return cases;
}

}  // namespace

awaitable<WorkCounts> count_work(postgres::Pool& pool, Viewer viewer, std::string officer, base::Date today) {
  Query query(work_counts, Params(viewer.authority, today, officer));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  const Row row = rows.front();
  WorkCounts counts;
  counts.open_cases = row.integer("open_cases");
  counts.located_cases = row.integer("located_cases");
  counts.received = row.integer("received");
  counts.received_overdue = row.integer("received_overdue");
  counts.received_soon = row.integer("received_soon");
  counts.sent = row.integer("sent");
  counts.sent_overdue = row.integer("sent_overdue");
  counts.matches = row.integer("matches");
  counts.second_checks = row.integer("second_checks");
  counts.assigned = row.integer("assigned");
  co_return counts;
}

awaitable<std::vector<domain::Case>> cases_assigned_to(postgres::Pool& pool, Viewer viewer, std::string officer,
                                                       int64_t limit) {
  Query query(assigned_cases, Params(viewer.authority, officer, limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  co_return cases_in(rows);
}

awaitable<std::vector<ClockedCase>> cases_by_clock(postgres::Pool& pool, Viewer viewer, std::string status,
                                                   ClockPlace after, int64_t limit) {
  const std::string id = after.id.empty() ? Page().after_id() : after.id;
  Query query(clocked_cases, Params(viewer.authority, status, after.clock_from, id, limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<ClockedCase> cases;
  for (const Row row : rows) {
    domain::Case record = message::decode_case_state(row.view("state"));
    const ClockPlace place = {row.text("clock_from"), record.id};
    cases.push_back({std::move(record), place});
  }
  co_return cases;
}

awaitable<std::vector<StoredEnquiry>> enquiries_by_due(postgres::Pool& pool, Viewer viewer, EnquiryView view,
                                                       std::string other, int64_t limit) {
  const bool is_sent = view != EnquiryView::received;
  Query query(view == EnquiryView::sent       ? sent_by_due
              : view == EnquiryView::received ? received_by_due
                                              : uncollected_by_due,
              Params(viewer.authority, limit, other));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<StoredEnquiry> enquiries;
  for (const Row row : rows) {
    StoredEnquiry one = {message::decode_enquiry_state(row.view("state")),
                         message::decode_case_state(row.view("record")), std::nullopt};
    if (is_sent) one.delivered = row.time_or_null("delivered");
    enquiries.push_back(std::move(one));
  }
  co_return enquiries;
}

awaitable<std::vector<std::string>> others_of_enquiries(postgres::Pool& pool, Viewer viewer, EnquiryView view) {
  Query query(view == EnquiryView::received ? askers : asked, Params(viewer.authority));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<std::string> others;
  for (const Row row : rows) others.push_back(row.text("other"));
  co_return others;
}

awaitable<std::vector<domain::Case>> cases_waiting_for_second(postgres::Pool& pool, Viewer viewer, int64_t limit) {
  Query query(second_checks, Params(viewer.authority, limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  co_return cases_in(rows);
}

awaitable<std::vector<domain::Case>> search_cases(postgres::Pool& pool, Viewer viewer, std::string words,
                                                  int64_t limit) {
  Query query(case_search, Params(viewer.authority, words, limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  co_return cases_in(rows);
}

awaitable<std::vector<domain::Case>> removals_of_school(postgres::Pool& pool, Viewer viewer, int64_t limit) {
  Query query(school_removals, Params(viewer.school, limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<domain::Case> cases = cases_in(rows);
  // A school learns of a case of its pupil once the authority has permitted the removal, not before.
  std::erase_if(
      cases, [](const domain::Case& record) { return record.removal.status == domain::RemovalStatus::not_permitted; });
  co_return cases;
}

awaitable<std::vector<UploadRow>> latest_uploads(postgres::Pool& pool, Viewer viewer, int64_t limit) {
  Query query(uploads_latest, Params(viewer.authority, limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<UploadRow> uploads;
  for (const Row row : rows) {
    UploadRow upload;
    upload.id = row.text("id");
    upload.authority = row.text("authority");
    upload.school = row.text("school");
    upload.officer = row.text("officer");
    upload.kind = row.text("kind");
    upload.filename = row.text("filename");
    upload.status = row.text("status");
    upload.received = row.integer("received");
    upload.accepted = row.integer("accepted");
    upload.rejected = row.integer("rejected");
    upload.duplicates = row.integer("duplicates");
    upload.time = row.time("time");
    uploads.push_back(std::move(upload));
  }
  co_return uploads;
}

namespace {

AuditLine audit_line(const Row& row) {
  const base::Time time = base::parse_time(row.view("time")).value_or(base::Time());
  return {row.integer("position"), time, row.text("authority"), row.text("officer"), row.text("action"),
          row.text("subject")};
}

}  // namespace

awaitable<std::vector<AuditLine>> search_audit(postgres::Pool& pool, Viewer viewer, AuditSearch search, int64_t limit) {
  Query query(audit_search, Params(search.before, search.officer, search.action, search.subject, limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<AuditLine> lines;
  for (const Row row : rows) lines.push_back(audit_line(row));
  co_return lines;
}

awaitable<std::vector<QueueState>> queue_states(postgres::Pool& writer_pool) {
  const postgres::Deadline deadline = postgres::deadline_in(std::chrono::seconds(5));
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  std::vector<Query> queries;
  queries.emplace_back(queues, Params());
  const std::vector<Rows> results = co_await connection->pipeline(std::move(queries));
  std::vector<QueueState> states;
  for (const Row row : results.front()) {
    states.push_back(
        {row.text("recipient"), row.integer("waiting"), row.time_or_null("oldest"), row.time_or_null("collected")});
  }
  co_return states;
}

awaitable<int64_t> messages_since(postgres::Pool& writer_pool, base::Time since) {
  const postgres::Deadline deadline = postgres::deadline_in(std::chrono::seconds(5));
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  std::vector<Query> queries;
  queries.emplace_back(recent_messages, Params(since));
  const std::vector<Rows> results = co_await connection->pipeline(std::move(queries));
  co_return results.front().front().integer("n");
}

}  // namespace broker::store
