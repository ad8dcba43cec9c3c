// Cases, enquiries and their timeline as a caller may read them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/domain/case.h"
#include "broker/message/case.h"
#include "broker/store/read.h"

namespace broker::store {

// What is not the viewer's is absent, as if it did not exist.
boost::asio::awaitable<std::optional<domain::Case>> find_case(postgres::Pool& pool, Viewer viewer, std::string id);

struct CaseFilter {
  std::string status;         // empty: any
  bool only_overdue = false;  // with an open enquiry past its date
  base::Date today;
};
// The viewer's own cases, oldest first.
boost::asio::awaitable<Listed<domain::Case>> list_cases(postgres::Pool& pool, Viewer viewer, CaseFilter filter,
                                                        Page page);

boost::asio::awaitable<Listed<message::TimelineItem>> list_timeline(postgres::Pool& pool, Viewer viewer,
                                                                    std::string case_id, Page page);

struct StoredEnquiry {
  domain::Enquiry enquiry;
  domain::Case record;
  std::optional<base::Time> delivered;
};
boost::asio::awaitable<std::optional<StoredEnquiry>> find_enquiry(postgres::Pool& pool, Viewer viewer, std::string id);

struct EnquiryFilter {
  bool is_sent = false;
  bool is_received = false;  // neither: both
  std::string status;
  std::string case_id;
};
boost::asio::awaitable<Listed<StoredEnquiry>> list_enquiries(postgres::Pool& pool, Viewer viewer, EnquiryFilter filter,
                                                             Page page);

}  // namespace broker::store
