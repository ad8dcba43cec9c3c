// A case: the clock, what is needed before it can close, the timeline, enquiries and replies, the child, who has
// looked.
#include <algorithm>

#include "broker/message/state.h"
#include "broker/store/cases.h"
#include "broker/store/looks.h"
#include "broker/store/work_list.h"
#include "broker/web/pages/case_parts.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"
#include "broker/web/pages/plots.h"
#include "broker/web/pages/report_pages.h"

namespace broker::web::pages {
namespace {

using domain::Case;

constexpr int64_t events_max = 500;
constexpr int64_t looks_max = 100;

struct Clock {
  base::Date from;
  int today = 0;  // school days since
  std::string calendar;
  bool is_school_days = false;
  std::vector<message::ClockView> views;
};

Clock clock_of(const Site& site, const Case& record) {
  Clock clock;
  clock.from = record.missing_since.value_or(base::date_in_england(record.opened));
  clock.views = api::clocks_of(site.services.calendar, record);
  const auto days = site.services.calendar.school_days_between(clock.from, site.today(), record.owner);
  if (days) {
    clock.today = days->days;
    clock.calendar = days->calendar;
    clock.is_school_days = days->is_school_days;
  }
  return clock;
}

std::string clock_words(const std::string& name) {
  if (name == "referral") return "School refers to the authority (local agreement)";
  if (name == "absence_return") return "School returns ten days of absence to the authority";
  if (name == "enquiries_complete") return "Joint enquiries complete, lost-pupil upload";
  return name;
}

Html clock_section(const Case& record, const Clock& clock) {
  const bool is_from_missing = record.missing_since.has_value();
  std::vector<ClockMark> marks = {
      {is_from_missing ? "First day missing" : "Opened", short_words_of(clock.from), 0, true}};
  Table counts = {.caption = is_from_missing ? "Days counted from the first day missing" : "Days counted from opening",
                  .caption_classes = "govuk-table__caption--s",
                  .head = std::vector<Cell>{{.content = "Milestone"_html},
                                            {.content = "Falls on"_html, .format = "numeric"},
                                            {.content = "Met"_html, .format = "numeric"}},
                  .has_row_headers = true};
  for (const message::ClockView& view : clock.views) {
    const std::string day = "Day " + std::to_string(view.days);
    marks.push_back({day, (view.is_met ? "met, " : "due ") + short_words_of(view.due), view.days, view.is_met});
    counts.rows.push_back({{.content = text(day + ": " + clock_words(view.name))},
                           {.content = text(web::words_of(view.due)), .format = "numeric"},
                           {.content = view.is_met ? "yes"_html : "not yet"_html, .format = "numeric"}});
  }
  Html html = "<section aria-labelledby=\"clock-h\">\n"_html;
  html << subtitle("School-day clock"_html, "clock-h");
  if (!clock.is_school_days) {
    html << warning_text(
        {.content = "No school calendar is known for these dates, so the clock counts working days."_html});
  }
  html << school_day_clock("School-day clock for case " + record.reference, marks, clock.today,
                           clock.is_school_days ? "school day" : "working day");
  Html how = table(counts);
  how << "<p class=\"govuk-body-s\">Counted: "_html << clock.calendar << ".</p>\n"_html;
  html << details({.summary = "How the clock was counted"_html, .content = how}) << "</section>\n"_html;
  return html;
}

Html actions(const Case& record, const Visitor& visitor) {
  const std::string base = "/cases/" + record.id;
  Html html = "<div class=\"govuk-button-group app-noprint\">\n"_html;
  const auto offer = [&html](const std::string& address, Markup words, bool is_first) {
    html << button({.content = words, .href = address, .classes = is_first ? "" : "govuk-button--secondary"});
  };
  const bool waits = record.ending && record.ending->approved_by.empty();
  if (record.is_open_or_located()) {
    const bool can_close = record.status == domain::CaseStatus::located;
    if (can_close) offer(base + "/close", "Close case"_html, true);
    offer(base + "/enquiries/new", "Send an enquiry"_html, !can_close);
    offer(base + "/checks/new", "Record a check or contact"_html, false);
    if (can_close) offer(base + "/dispute", "Dispute the location"_html, false);
    const bool may_decide = visitor.has(reviewer_role | coordinator_role);
    if (waits && may_decide && record.ending->requested_by != visitor.officer) {
      offer(base + "/end/approve", "Second check: end this case"_html, false);
    }
    if (!waits) offer(base + "/end", "End without confirmation"_html, false);
    if (record.removal.status == domain::RemovalStatus::not_permitted) {
      offer(base + "/removal", "Removal from roll"_html, false);
    }
  } else {
    offer(base + "/reopen", "Reopen case"_html, false);
    if (record.closure && record.removal.status == domain::RemovalStatus::not_permitted) {
      offer(base + "/removal", "Removal from roll"_html, false);
    }
  }
  if (visitor.has(coordinator_role)) {
    html << link(base + "/subject-access", "Collect what is held, for a request"_html);
  }
  html << "</div>\n"_html;
  return html;
}

Html closing_section(const Site& site, const Case& record) {
  Html html = "<h2 class=\"govuk-heading-s\">Before this case can close</h2>\n"_html;
  const auto blockers = domain::blockers_of(record, site.today());
  if (!record.is_open_or_located()) {
    return join("<h2 class=\"govuk-heading-s\">How it ended</h2>\n"_html, paragraph(status_tag(record)));
  }
  if (blockers.empty()) {
    html << paragraph(
        "Nothing stands in the way: another authority has confirmed where the child is, and the child is in "
        "education."_html);
    return html;
  }
  html << "<ul class=\"govuk-list govuk-list--bullet\">\n"_html;
  for (const domain::Blocker& one : blockers) html << "<li>"_html << one.sentence << "</li>\n"_html;
  html << "</ul>\n"_html;
  return html;
}

Html replies_aside(const std::vector<store::StoredEnquiry>& enquiries) {
  SummaryList list;
  for (const store::StoredEnquiry& one : enquiries) {
    Html value;
    if (!one.enquiry.replies.empty()) {
      const domain::Reply& last = one.enquiry.replies.back();
      value << coloured_tag(words_of(last.answer.outcome),
                            domain::is_confirmation(last.answer.outcome) ? "green" : "grey")
            << "<br>"_html << muted(text(short_words_of(base::date_in_england(last.time))));
    } else {
      value << status_tag(one.enquiry, one.delivered) << "<br>"_html
            << muted(text("due " + short_words_of(one.enquiry.due)));
    }
    list.rows.push_back(
        {.key = link("/enquiries/" + one.enquiry.id, text(authority_name(one.enquiry.to))), .value = value});
  }
  if (list.rows.empty()) return paragraph("No other authority has been asked yet."_html);
  return summary_list(list);
}

Html enquiries_section(const std::vector<store::StoredEnquiry>& enquiries) {
  if (enquiries.empty()) return paragraph("No enquiry has been sent yet."_html);
  Table list = {.caption = "Enquiries and replies",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Authority"_html},
                                          {.content = "Sent"_html},
                                          {.content = "Reply wanted by"_html},
                                          {.content = "Status"_html},
                                          {.content = "Last reply"_html}},
                .has_row_headers = true};
  for (const store::StoredEnquiry& one : enquiries) {
    const std::string last = one.enquiry.replies.empty() ? "" : words_of(one.enquiry.replies.back().answer.outcome);
    list.rows.push_back({{.content = link("/enquiries/" + one.enquiry.id, text(authority_name(one.enquiry.to)))},
                         {.content = text(web::words_of(base::date_in_england(one.enquiry.opened)))},
                         {.content = text(web::words_of(one.enquiry.due))},
                         {.content = status_tag(one.enquiry, one.delivered)},
                         {.content = text(last.empty() ? "None yet" : last)}});
  }
  return scrolling_table(list, "enquiries");
}

boost::asio::awaitable<Html> looks_section(Site& site, store::Viewer viewer, std::string id) {
  store::Page page{"", looks_max};
  const auto looks = co_await store::list_looks(site.services.pool, viewer, id, false, page);
  Table list = {
      .caption = "Who has looked at this child",
      .caption_classes = "govuk-table__caption--m",
      .head = std::vector<Cell>{
          {.content = "When"_html}, {.content = "Who"_html}, {.content = "Authority"_html}, {.content = "What"_html}}};
  for (const store::StoredLook& one : looks.items) {
    list.rows.push_back({{.content = text(web::words_of(one.time))},
                         {.content = text(one.officer.empty() ? "A council’s system" : one.officer)},
                         {.content = text(authority_name(one.authority))},
                         {.content = text(look_words(one.action))}});
  }
  co_return scrolling_table(list, "looks");
}

// The second officer forms a view of the case before the first one's is shown.
bool keeps_first_view_back(const Case& record, const Visitor& visitor) {
  const bool waits = record.ending && record.ending->approved_by.empty() && record.is_open_or_located();
  return waits && record.ending->requested_by != visitor.officer;
}

boost::asio::awaitable<Html> timeline_section(Site& site, const Case& record, const Visitor& visitor) {
  const store::Viewer viewer = visitor.viewer();
  store::Page page{"", events_max};
  auto events = co_await store::list_timeline(site.services.pool, viewer, record.id, page);
  std::reverse(events.items.begin(), events.items.end());
  Timeline list;
  bool keeps_back = keeps_first_view_back(record, visitor);
  const base::Date from = record.missing_since.value_or(base::date_in_england(record.opened));
  for (const message::TimelineItem& item : events.items) {
    TimelineEntry entry = narrated(item, viewer.authority);
    // The latest request is the one that waits.
    const bool is_request = std::holds_alternative<domain::EndRequested>(message::decode_event(item.type, item.data));
    if (keeps_back && is_request) {
      entry.label = "Asked to end the case"_html;
      entry.content = paragraph("The reason is shown when the second officer has decided."_html);
      keeps_back = false;
    }
    const base::Date day = base::date_in_england(base::parse_time(item.time).value_or(base::Time()));
    const auto days = site.services.calendar.school_days_between(from, day, record.owner);
    if (days && days->is_school_days) entry.more = ", school day " + std::to_string(days->days);
    list.items.push_back(std::move(entry));
  }
  co_return join(subtitle("Timeline"_html), timeline(list));
}

Html head_of(const Site& site, const Case& record) {
  Html html = join("<span class=\"govuk-caption-l\">Case "_html, record.reference,
                   "</span>\n<h1 class=\"govuk-heading-l govuk-!-margin-bottom-2\">"_html, full_name(record.child),
                   "</h1>\n"_html);
  html << "<p class=\"govuk-body app-tag-row\">"_html << status_tag(record) << " "_html
       << priority_tag(record.priority);
  if (record.child.address.restricted) html << coloured_tag("Address restricted", "red");
  if (record.removal.status == domain::RemovalStatus::permitted)
    html << coloured_tag("Removal: waiting for school", "yellow");
  if (record.removal.status == domain::RemovalStatus::confirmed) html << coloured_tag("Removed from roll", "green");
  html << "</p>\n"_html;
  return html << paragraph(join(child_line(record.child, site.today()), ". Owner: "_html, record.opened_by, ", "_html,
                                authority_name(record.owner), ". Assigned to: "_html,
                                record.assigned_to.empty() ? "nobody yet" : record.assigned_to, "."_html));
}

Html warnings_of(const Case& record, const Visitor& visitor) {
  if (!record.ending || !record.ending->approved_by.empty() || !record.is_open_or_located()) return {};
  if (keeps_first_view_back(record, visitor)) {
    return warning_text({.content = "A colleague asks to end this case without a confirmation. A second officer has to "
                                    "look at the case and decide."_html});
  }
  return warning_text({.content = text("You asked to end this case: " + words_of(record.ending->reason) +
                                       ". A second officer has to agree.")});
}

}  // namespace

PageAnswer case_page(Site& site, Visit visit) {
  const store::Viewer viewer = visit.visitor.viewer();
  const auto record = co_await store::find_case(site.services.pool, viewer, visit.id());
  if (!record || record->owner != viewer.authority) co_return show_not_found(visit);
  store::Look look{.action = "look.case", .subject = record->id, .children = {{record->id, record->owner}}};
  co_await record_look(site, visit, std::move(look));
  std::string view = visit.query("view");
  if (view != "enquiries" && view != "child" && view != "checks" && view != "looks") view = "timeline";
  store::EnquiryFilter filter;
  filter.is_sent = true;
  filter.case_id = record->id;
  store::Page page{"", events_max};
  const auto enquiries = co_await store::list_enquiries(site.services.pool, viewer, filter, page);

  Html main_part;
  if (view == "timeline") main_part = co_await timeline_section(site, *record, visit.visitor);
  if (view == "looks") main_part = co_await looks_section(site, viewer, record->id);
  if (view == "checks") main_part = checks_section(*record);
  if (view == "enquiries") main_part = enquiries_section(enquiries.items);
  if (view == "child")
    main_part = join(subtitle("Child and family"_html), summary_list({.rows = child_rows(record->child)}));

  Frame frame = {
      .title = full_name(record->child) + ", case " + record->reference, .section = "/cases", .is_wide = true};
  frame.before = breadcrumbs(
      {.items = {{.content = "Work list"_html, .href = "/work-list"}, {.content = text("Case " + record->reference)}}});
  frame.content << head_of(site, *record) << clock_section(*record, clock_of(site, *record))
                << warnings_of(*record, visit.visitor) << actions(*record, visit.visitor);
  const auto item = [&](const std::string& name, const std::string& words) {
    return NavigationItem{.content = text(words),
                          .href = "/cases/" + record->id + (name == "timeline" ? "" : "?view=" + name),
                          .is_current = view == name};
  };
  frame.content << sub_navigation(
      {.label = "Case sections",
       .items = {item("timeline", "Timeline"),
                 item("enquiries", "Enquiries and replies (" + std::to_string(enquiries.items.size()) + ")"),
                 item("child", "Child and family"), item("checks", checks_in_words(*record)),
                 item("looks", "Who has looked at this case")}});
  frame.content << "<div class=\"govuk-grid-row\">\n<div class=\"govuk-grid-column-two-thirds\">\n"_html << main_part
                << "</div>\n<div class=\"govuk-grid-column-one-third\">\n<div class=\"app-side\">\n"_html
                << "<h2 class=\"govuk-heading-s\">Replies to the enquiry</h2>\n"_html << replies_aside(enquiries.items)
                << closing_section(site, *record) << "</div>\n</div>\n</div>\n"_html;
  co_return show(visit, frame);
}

PageAnswer cases_page(Site& site, Visit visit) {
  std::string status = visit.query("status");
  if (status != "located" && status != "closed" && status != "ended") status = "open";
  constexpr int64_t rows = 50;
  const store::Viewer viewer = visit.visitor.viewer();
  store::ClockPlace after;
  const std::string& place = visit.query("after");
  if (place.size() > 11 && base::parse_date(place.substr(0, 10)) && base::is_id(place.substr(11))) {
    after = {place.substr(0, 10), place.substr(11)};
  }
  const auto cases = co_await store::cases_by_clock(site.services.pool, viewer, status, after, rows + 1);
  Table list = {.caption = "Cases that are " + status + ", longest first",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Child"_html},
                                          {.content = "Case"_html},
                                          {.content = "Missing or open since"_html},
                                          {.content = "Priority"_html},
                                          {.content = "Status"_html}},
                .has_row_headers = true};
  for (const store::ClockedCase& one : cases) {
    if (static_cast<int64_t>(list.rows.size()) == rows) break;
    list.rows.push_back(
        {{.content = link("/cases/" + one.record.id, text(full_name(one.record.child)))},
         {.content = text(one.record.reference), .classes = "app-nowrap"},
         {.content = text(web::words_of(base::parse_date(one.place.clock_from).value_or(site.today())))},
         {.content = text(words_of(one.record.priority))},
         {.content = status_tag(one.record)}});
  }
  store::Look look{.action = "look.cases"};
  for (const store::ClockedCase& one : cases) look.children.insert({one.record.id, one.record.owner});
  if (!cases.empty()) co_await record_look(site, visit, std::move(look));
  Frame frame = {.title = "Cases", .section = "/cases", .is_wide = true};
  const auto item = [&](const std::string& name, Markup words) {
    return NavigationItem{.content = words, .href = "/cases?status=" + name, .is_current = status == name};
  };
  frame.content << title("Cases"_html)
                << sub_navigation({.label = "Cases by status",
                                   .items = {item("open", "Open"_html), item("located", "Located"_html),
                                             item("closed", "Closed"_html), item("ended", "Ended"_html)}});
  frame.content << (list.rows.empty() ? paragraph("There are none."_html) : scrolling_table(list, "cases"));
  if (static_cast<int64_t>(cases.size()) > rows) {
    const store::ClockPlace& last = cases[rows - 1].place;
    frame.content << pagination(
        {.next = PageLink{.href = "/cases?status=" + status + "&after=" + last.clock_from + "." + last.id}});
  }
  frame.content << "<div class=\"govuk-button-group app-noprint\">\n"_html
                << button({.content = "Open a case"_html, .href = "/cases/new"});
  if (visit.visitor.has(coordinator_role)) {
    frame.content << link("/subject-access", "Collect what is held about a child, for a request"_html);
  }
  frame.content << "</div>\n"_html;
  co_return show(visit, frame);
}

}  // namespace broker::web::pages
