// What the pages list: the work of an authority by what is due first, its uploads, the audit log, and the queues as an
// operator sees them.
#pragma once

#include <string>
#include <vector>

#include "broker/store/cases.h"
#include "broker/store/read.h"
#include "broker/store/world.h"

namespace broker::store {

struct WorkCounts {
  int64_t open_cases = 0;
  int64_t located_cases = 0;
  int64_t received = 0;  // enquiries to answer
  int64_t received_overdue = 0;
  int64_t received_soon = 0;  // due today or tomorrow
  int64_t sent = 0;           // enquiries without a final answer
  int64_t sent_overdue = 0;
  int64_t matches = 0;  // to check
  int64_t second_checks = 0;
  int64_t assigned = 0;  // open and located cases that `officer` works on
};
boost::asio::awaitable<WorkCounts> count_work(postgres::Pool& pool, Viewer viewer, std::string officer,
                                              base::Date today);
// Those cases: located first, then what has run longest.
boost::asio::awaitable<std::vector<domain::Case>> cases_assigned_to(postgres::Pool& pool, Viewer viewer,
                                                                    std::string officer, int64_t limit);

// Own cases of this status whose clocks have run longest; `from` goes on after a case of an earlier page.
struct ClockPlace {
  std::string clock_from;
  std::string id;
};
struct ClockedCase {
  domain::Case record;
  ClockPlace place;
};
boost::asio::awaitable<std::vector<ClockedCase>> cases_by_clock(postgres::Pool& pool, Viewer viewer, std::string status,
                                                                ClockPlace after, int64_t limit);
// Open enquiries, what is due first first: those that the viewer is to answer, that it sent, or of these those that
// nobody has collected. `other` is the authority at the other end, empty for any.
enum class EnquiryView { received, sent, uncollected };
boost::asio::awaitable<std::vector<StoredEnquiry>> enquiries_by_due(postgres::Pool& pool, Viewer viewer,
                                                                    EnquiryView view, std::string other, int64_t limit);
// Who stands at the other end of them.
boost::asio::awaitable<std::vector<std::string>> others_of_enquiries(postgres::Pool& pool, Viewer viewer,
                                                                     EnquiryView view);
boost::asio::awaitable<std::vector<domain::Case>> cases_waiting_for_second(postgres::Pool& pool, Viewer viewer,
                                                                           int64_t limit);
// Own cases by reference, UPN, or part of a name.
boost::asio::awaitable<std::vector<domain::Case>> search_cases(postgres::Pool& pool, Viewer viewer, std::string words,
                                                               int64_t limit);
// A school's cases whose removal from roll the authority has permitted.
boost::asio::awaitable<std::vector<domain::Case>> removals_of_school(postgres::Pool& pool, Viewer viewer,
                                                                     int64_t limit);

boost::asio::awaitable<std::vector<UploadRow>> latest_uploads(postgres::Pool& pool, Viewer viewer, int64_t limit);

struct AuditLine {
  int64_t position = 0;
  base::Time time;
  std::string authority;
  std::string officer;
  std::string action;
  std::string subject;
};
// Entries that the viewer may read, the latest first; empty fields match all. `before` goes on from an earlier page, 0
// from the latest.
struct AuditSearch {
  std::string officer;
  std::string action;
  std::string subject;  // an id
  int64_t before = 0;
};
boost::asio::awaitable<std::vector<AuditLine>> search_audit(postgres::Pool& pool, Viewer viewer, AuditSearch search,
                                                            int64_t limit);

// How an authority's inbox stands: envelopes only. Needs the writer's pool.
struct QueueState {
  std::string authority;
  int64_t waiting = 0;               // not acknowledged
  std::optional<base::Time> oldest;  // of those
  std::optional<base::Time> last_collected;
};
boost::asio::awaitable<std::vector<QueueState>> queue_states(postgres::Pool& writer_pool);
boost::asio::awaitable<int64_t> messages_since(postgres::Pool& writer_pool, base::Time since);

}  // namespace broker::store
