// Words for what the domain says in names: events on a timeline, outcomes, statuses, clocks, fields of a match.
#pragma once

#include <string>
#include <string_view>

#include "broker/domain/event.h"
#include "broker/domain/match.h"
#include "broker/message/case.h"
#include "broker/web/pages/parts.h"

namespace broker::web::pages {

std::string words_of(domain::Outcome outcome);
std::string words_of(domain::EndReason reason);
std::string words_of(domain::CheckKind kind);
std::string words_of(domain::CheckResult result);
std::string words_of(domain::RecordKind kind);
std::string words_of(domain::Priority priority);
std::string words_of(domain::EnquiryKind kind);
std::string field_words(const std::string& field);  // of a match: "Date of birth"
std::string look_words(const std::string& action);

Html status_tag(const domain::Case& record);
Html status_tag(const domain::Enquiry& enquiry, const std::optional<base::Time>& delivered);
Html priority_tag(domain::Priority priority);  // nothing where it is routine

// One event as its case's owner reads it.
TimelineEntry narrated(const message::TimelineItem& item, const std::string& viewer);

// "Overdue 3 working days", "Today", "Tomorrow", "5 working days".
struct DueWords {
  Html when;
  bool is_overdue = false;
};
DueWords due_words(const domain::Calendar& calendar, base::Date due, base::Date today);

// A location that another authority stated, without what it keeps back of a restricted address.
domain::Location shown_location(domain::Location location);
Html location_rows(const domain::Location& location);

// The particulars of a child, a row each; what is not known is left out.
std::vector<SummaryRow> child_rows(const matcher::PupilRecord& child);
// "Born 14 March 2015 (age 11), UPN A314990120017".
Html child_line(const matcher::PupilRecord& child, base::Date today);

}  // namespace broker::web::pages
