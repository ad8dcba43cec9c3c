// The work list: what is late, due, to check; in views, and a search.
#include "broker/store/work_list.h"

#include <algorithm>

#include "broker/domain/reference/directory.h"
#include "broker/store/officers.h"
#include "broker/store/uploads.h"
#include "broker/web/pages/case_parts.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

constexpr int64_t rows_max = 50;
constexpr size_t words_bytes_max = 200;  // of a search; no name is longer
constexpr std::string_view waiting_view = "waiting";
constexpr int64_t officers_max = 500;

struct WorkRow {
  base::Date due;
  Html due_cell;
  Html child;
  std::string needed;
  Html more;
  std::string authority;
  Html status;
  std::vector<store::SeenChild> children;  // that the row shows
  std::string case_id = {};                // of our own open or located case: it can be assigned
  std::string name = {};                   // of its child
  std::string assigned_to = {};
};

Html child_cell(const std::string& address, const matcher::PupilRecord& child, const std::string& reference) {
  return join(link(address, text(full_name(child))), "<br>"_html, muted(text(reference)));
}

WorkRow received_row(const Site& site, const store::StoredEnquiry& one) {
  const DueWords due = due_words(site.services.calendar, one.enquiry.due, site.today());
  const bool is_new = one.enquiry.status == domain::EnquiryStatus::sent;
  return {one.enquiry.due,
          due.when,
          child_cell("/enquiries/" + one.enquiry.id, domain::shown_to_others(one.record.child), one.record.reference),
          one.enquiry.information.empty() ? "Answer enquiry" : "Answer enquiry: more information sent",
          priority_tag(one.enquiry.priority),
          authority_name(one.enquiry.from),
          is_new ? coloured_tag("Not started", "grey") : status_tag(one.enquiry, std::nullopt),
          {{one.record.id, one.record.owner}}};
}

WorkRow sent_row(const Site& site, const store::StoredEnquiry& one) {
  const DueWords due = due_words(site.services.calendar, one.enquiry.due, site.today());
  const bool needs_us = one.enquiry.status == domain::EnquiryStatus::waiting_for_information;
  return {one.enquiry.due,
          due.when,
          child_cell("/enquiries/" + one.enquiry.id, one.record.child, one.record.reference),
          needs_us         ? "Give the information asked for"
          : due.is_overdue ? "Chase the reply"
                           : "Wait for the reply",
          priority_tag(one.enquiry.priority),
          authority_name(one.enquiry.to),
          status_tag(one.enquiry, one.delivered),
          {{one.record.id, one.record.owner}}};
}

WorkRow case_row(const Site& site, const domain::Case& record) {
  base::Date due = base::date_in_england(record.opened);
  std::string needed = "Find the child";
  for (const message::ClockView& clock : api::clocks_of(site.services.calendar, record)) {
    if (clock.is_met) continue;
    due = clock.due;
    needed = "Clock: day " + std::to_string(clock.days);
    break;
  }
  if (record.status == domain::CaseStatus::located) needed = "Location confirmed: check and close";
  const bool is_late = due < site.today();
  return {due,
          due_words(site.services.calendar, due, site.today()).when,
          child_cell("/cases/" + record.id, record.child, record.reference),
          needed,
          is_late ? coloured_tag("Late", "red") : priority_tag(record.priority),
          authority_name(record.owner),
          record.status == domain::CaseStatus::located ? coloured_tag("Located", "yellow")
                                                       : coloured_tag("In progress", "blue"),
          {{record.id, record.owner}},
          record.is_open_or_located() ? record.id : "",
          full_name(record.child),
          record.assigned_to};
}

WorkRow second_row(const domain::Case& record) {
  const base::Date asked = base::date_in_england(record.ending ? record.ending->requested : record.opened);
  return {asked,
          join("Asked on<br>"_html, muted(text(short_words_of(asked)))),
          child_cell("/cases/" + record.id, record.child, record.reference),
          "Second check: end without confirmation",
          {},
          authority_name(record.owner),
          coloured_tag("Waiting for a second officer", "purple"),
          {{record.id, record.owner}}};
}

WorkRow match_row(const store::StoredMatch& one) {
  const base::Date found = base::date_in_england(one.match.found);
  const matcher::PupilRecord child = one.holder_child.value_or(matcher::PupilRecord());
  return {found,
          join("Found<br>"_html, muted(text(short_words_of(found)))),
          child_cell("/matches/" + one.match.id, child, words_of(one.match.holder.kind)),
          "Check a possible match",
          {},
          authority_name(one.match.seeker.authority),
          coloured_tag("New", "purple"),
          {store::seen_child(one.match.holder)}};
}

Html tick_box(const WorkRow& row) {
  return checkboxes(
      {.name = "case",
       .id_prefix = "case-" + row.case_id,
       .items = {{.value = row.case_id,
                  .content = join("<span class=\"govuk-visually-hidden\">Select "_html, row.name, "</span>"_html)}},
       .classes = "govuk-checkboxes--small"});
}

// With a box to tick on each row where `takes_ticks`.
Html rows_table(std::vector<WorkRow> rows, const std::string& caption, bool takes_ticks = false) {
  std::sort(rows.begin(), rows.end(), [](const WorkRow& a, const WorkRow& b) { return a.due < b.due; });
  Table work = {.caption = caption,
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Due"_html, .attributes = {{"aria-sort", "ascending"}}},
                                          {.content = "Child"_html},
                                          {.content = "What is needed"_html},
                                          {.content = "Authority"_html},
                                          {.content = "Status"_html}}};
  if (takes_ticks) {
    work.head->insert(work.head->begin(), {.content = "<span class=\"govuk-visually-hidden\">Select</span>"_html});
    work.head->insert(work.head->end() - 1, {.content = "Assigned to"_html});
  }
  for (const WorkRow& row : rows) {
    Html needed = text(row.needed);
    if (!row.more.is_empty()) needed << "<br>"_html << row.more;
    work.rows.push_back({{.content = row.due_cell},
                         {.content = row.child},
                         {.content = needed},
                         {.content = text(row.authority)},
                         {.content = row.status}});
    if (!takes_ticks) continue;
    std::vector<Cell>& cells = work.rows.back();
    cells.insert(cells.begin(), {.content = tick_box(row)});
    cells.insert(cells.end() - 1, {.content = row.assigned_to.empty() ? muted("nobody"_html) : text(row.assigned_to)});
  }
  if (rows.empty()) return join(subtitle(text(caption)), paragraph("There is nothing here to do."_html));
  return scrolling_table(work, "work");
}

// The views that a count can be shown for.
Html views(const std::string& current, const store::WorkCounts& counts) {
  const auto item = [&](const std::string& view, const std::string& words, int64_t count) {
    return NavigationItem{.content = text(words + " (" + std::to_string(count) + ")"),
                          .href = view.empty() ? "/work-list" : "/work-list?view=" + view,
                          .is_current = view == current};
  };
  return sub_navigation(
      {.label = "Work list views",
       .items = {
           item("", "Most urgent",
                counts.received + counts.open_cases + counts.located_cases + counts.matches + counts.second_checks),
           item("mine", "For me", counts.assigned),
           item("cases", "My authority", counts.open_cases + counts.located_cases),
           item("received", "Enquiries to us", counts.received),
           item("sent", "Enquiries we sent", counts.sent),
           {.content = "Not collected"_html,
            .href = "/work-list?view=uncollected",
            .is_current = current == "uncollected"},
           item("matches", "Matches to check", counts.matches),
           item(std::string(waiting_view), "Waiting for a second check", counts.second_checks)}});
}

Html search_form(const Visit& visit, const FormErrors& errors) {
  Html row = "<div class=\"app-filters__row\">\n"_html;
  row << input({.name = "words",
                .label = {.content = "Name, UPN or case number"_html},
                .error = error_at(errors, "words"),
                .value = visit.form.value("words"),
                .classes = "govuk-input--width-20",
                .autocomplete = "off"});
  row << button({.content = "Search our cases"_html, .classes = "govuk-button--secondary"}) << "</div>\n"_html;
  return join("<div class=\"app-filters\">\n"_html, form_to(visit, "/work-list", row), "</div>\n"_html);
}

std::optional<store::EnquiryView> enquiries_in(const std::string& view) {
  if (view == "received") return store::EnquiryView::received;
  if (view == "sent") return store::EnquiryView::sent;
  if (view == "uncollected") return store::EnquiryView::uncollected;
  return std::nullopt;
}

// By a link that can be kept: codes of authorities say nothing of a child.
Html authority_filter(const std::string& view, const std::string& other, const std::vector<std::string>& others) {
  Select choice = {.name = "other",
                   .label = {.content = "Other authority"_html},
                   .items = {{.text = "Any", .value = ""}},
                   .value = other};
  for (const std::string& code : others) choice.items.push_back({.text = authority_name(code), .value = code});
  return join(
      "<form class=\"app-filters\" method=\"get\" action=\"/work-list\">\n<div class=\"app-filters__row\">\n"_html,
      hidden("view", view), select(choice),
      button({.content = "Apply filter"_html, .classes = "govuk-button--secondary"}), "</div>\n</form>\n"_html);
}

Html frame_of(const Visit& visit, const Site& site, const store::WorkCounts& counts, const std::string& view,
              const FormErrors& errors, const Html& list) {
  Html html = title("Work list"_html);
  html << figures({{std::to_string(counts.received_overdue + counts.sent_overdue), "overdue",
                    counts.received_overdue + counts.sent_overdue > 0},
                   {std::to_string(counts.received_soon), "due today or tomorrow"},
                   {std::to_string(counts.matches), "matches to check"},
                   {std::to_string(counts.second_checks), "waiting for a second check"}});
  html << views(view, counts) << search_form(visit, errors) << list;
  html << "<div class=\"govuk-button-group app-noprint\">\n"_html
       << button({.content = "Open a case"_html, .href = "/cases/new"})
       << button({.content = "Ask if a child has arrived"_html, .href = "/query", .classes = "govuk-button--secondary"})
       << "</div>\n"_html;
  html << "<p class=\"govuk-body-s app-muted\">Updated "_html << web::words_of(site.now())
       << ". Case clocks count school days where the calendar of the authority is known. Replies between authorities "
          "count working days.</p>\n"_html;
  return html;
}

boost::asio::awaitable<std::vector<WorkRow>> case_rows(Site& site, store::Viewer viewer, int64_t limit) {
  std::vector<WorkRow> rows;
  for (const char* status : {"located", "open"}) {
    const store::ClockPlace start;
    const auto cases = co_await store::cases_by_clock(site.services.pool, viewer, status, start, limit);
    for (const store::ClockedCase& one : cases) rows.push_back(case_row(site, one.record));
  }
  co_return rows;
}

boost::asio::awaitable<std::vector<WorkRow>> rows_of(Site& site, const Visitor& visitor, std::string view,
                                                     std::string other) {
  const store::Viewer viewer = visitor.viewer();
  const bool is_all = view.empty();
  const int64_t limit = is_all ? rows_max / 2 : rows_max;
  std::vector<WorkRow> rows;
  const auto enquiries = is_all ? store::EnquiryView::received : enquiries_in(view);
  if (enquiries) {
    const auto list = co_await store::enquiries_by_due(site.services.pool, viewer, *enquiries, other, limit);
    const bool is_received = *enquiries == store::EnquiryView::received;
    for (const store::StoredEnquiry& one : list) {
      rows.push_back(is_received ? received_row(site, one) : sent_row(site, one));
    }
  }
  if (view == "mine") {
    const auto mine = co_await store::cases_assigned_to(site.services.pool, viewer, visitor.officer, limit);
    for (const domain::Case& record : mine) rows.push_back(case_row(site, record));
  }
  if (is_all || view == waiting_view) {
    const auto waiting = co_await store::cases_waiting_for_second(site.services.pool, viewer, limit);
    for (const domain::Case& record : waiting) rows.push_back(second_row(record));
  }
  if (is_all || view == "matches") {
    store::MatchFilter filter{"pending", ""};
    store::Page page{"", limit};
    const auto matches = co_await store::list_matches(site.services.pool, viewer, filter, page);
    for (const store::StoredMatch& one : matches.items) {
      if (one.match.holder.authority == viewer.authority) rows.push_back(match_row(one));
    }
  }
  if (is_all || view == "cases") {
    std::vector<WorkRow> cases = co_await case_rows(site, viewer, limit);
    std::move(cases.begin(), cases.end(), std::back_inserter(rows));
  }
  co_return rows;
}

// A list of children is a look at each of them.
boost::asio::awaitable<void> record_rows(Site& site, const Visit& visit, const std::vector<WorkRow>& rows) {
  if (rows.empty()) co_return;
  store::Look look{.action = "look.cases"};
  for (const WorkRow& row : rows) look.children.insert(row.children.begin(), row.children.end());
  co_await record_look(site, visit, std::move(look));
}

// Of a list that is not counted beyond what is shown.
std::string uncounted(size_t shown) {
  if (static_cast<int64_t>(shown) >= rows_max) return "The " + std::to_string(shown) + " most urgent items";
  return counted(static_cast<int64_t>(shown), "item", "items");
}

std::string caption_of(const std::string& view, size_t shown, const store::WorkCounts& counts) {
  if (view == "uncollected") return uncounted(shown) + " that nobody has collected";
  const int64_t all =
      view.empty() ? counts.received + counts.open_cases + counts.located_cases + counts.matches + counts.second_checks
      : view == "mine"       ? counts.assigned
      : view == "cases"      ? counts.open_cases + counts.located_cases
      : view == "received"   ? counts.received
      : view == "sent"       ? counts.sent
      : view == waiting_view ? counts.second_checks
                             : counts.matches;
  if (static_cast<int64_t>(shown) < all) {
    return "The " + std::to_string(shown) + " most urgent of " + std::to_string(all) + " items";
  }
  return counted(static_cast<int64_t>(shown), "item", "items") + ", most urgent first";
}

}  // namespace

PageAnswer home_page(Site&, Visit visit) {
  const Visitor& visitor = visit.visitor;
  if (visitor.has(casework_roles)) co_return redirect("/work-list");
  if (visitor.has(school_role)) co_return redirect("/removals");
  if (visitor.has(operator_role)) co_return redirect("/operator");
  co_return redirect("/audit");
}

PageAnswer work_list_page(Site& site, Visit visit) {
  std::string view = visit.query("view");
  const auto enquiries = enquiries_in(view);
  if (!enquiries && view != "mine" && view != "cases" && view != "matches" && view != waiting_view) view = "";
  const std::string other =
      enquiries && domain::reference::is_known_authority(visit.query("other")) ? visit.query("other") : std::string();
  const store::Viewer viewer = visit.visitor.viewer();
  const store::WorkCounts counts =
      co_await store::count_work(site.services.pool, viewer, visit.visitor.officer, site.today());
  std::vector<WorkRow> rows = co_await rows_of(site, visit.visitor, view, other);
  co_await record_rows(site, visit, rows);
  Frame frame = {.title = "Work list", .section = "/work-list", .is_wide = true};
  std::string caption = caption_of(view, rows.size(), counts);
  if (!other.empty()) {
    caption = uncounted(rows.size()) + " with " + authority_name(other) + ", most urgent first";
  }
  Html list;
  if (enquiries) {
    const auto others = co_await store::others_of_enquiries(site.services.pool, viewer, *enquiries);
    list << authority_filter(view, other, others);
  }
  const bool takes_ticks = (view == "mine" || view == "cases") && !rows.empty();
  Html work = rows_table(std::move(rows), caption, takes_ticks);
  if (takes_ticks) {
    store::Page page{"", officers_max};
    const auto officers = co_await store::list_officers(site.services.writer_pool, viewer.authority, page);
    work = assign_form(visit, view, work, officers.items);
  }
  list << work;
  frame.content = frame_of(visit, site, counts, view, frame.errors, list);
  co_return show(visit, frame);
}

PageAnswer search_work(Site& site, Visit visit) {
  const store::Viewer viewer = visit.visitor.viewer();
  const std::string words(base::trimmed(visit.form.value("words")));
  Frame frame = {.title = "Work list", .section = "/work-list", .is_wide = true};
  const store::WorkCounts counts =
      co_await store::count_work(site.services.pool, viewer, visit.visitor.officer, site.today());
  std::vector<WorkRow> rows;
  if (words.empty()) {
    frame.errors.push_back({"words", "Enter a name, a UPN or a case number"});
  } else if (words.size() > words_bytes_max) {
    frame.errors.push_back({"words", "That is too long. Enter a name, a UPN or a case number"});
  } else {
    const auto found = co_await store::search_cases(site.services.pool, viewer, words, rows_max);
    for (const domain::Case& record : found) rows.push_back(case_row(site, record));
  }
  co_await record_rows(site, visit, rows);
  const std::string caption = counted(static_cast<int64_t>(rows.size()), "case of ours found", "cases of ours found");
  frame.content = frame_of(visit, site, counts, "search", frame.errors, rows_table(std::move(rows), caption));
  co_return show(visit, frame, frame.errors.empty() ? 200 : 422);
}

}  // namespace broker::web::pages
