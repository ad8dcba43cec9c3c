// Term dates: what the clocks of this authority count by, and the file that changes them.
#include "broker/store/terms.h"

#include "broker/api/call.h"
#include "broker/domain/imported_terms.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"
#include "broker/web/pages/report_pages.h"

namespace broker::web::pages {
namespace {

// A clock of 20 school days runs no further than this.
constexpr std::chrono::days covered_days{60};

Html imports_table(const std::vector<store::TermsImport>& imports) {
  if (imports.empty()) return paragraph("Nobody has imported any. The dates that came with Waymark are in force."_html);
  Table list = {.caption = "Imports, the latest first; it is the one in force",
                .caption_classes = "govuk-table__caption--s",
                .head = std::vector<Cell>{{.content = "When"_html}, {.content = "By"_html}, {.content = "Dates"_html}},
                .has_row_headers = true};
  for (auto one = imports.rbegin(); one != imports.rend(); ++one) {
    list.rows.push_back({{.content = text(web::words_of(base::date_in_england(one->imported)))},
                         {.content = text(one->officer)},
                         {.content = code(one->terms)}});
  }
  return scrolling_table(list, "imports");
}

// Loud where a clock that starts today would run into dates that nobody knows.
Html coverage(const domain::Calendar& calendar, const std::string& authority, base::Date today) {
  if (!calendar.has_terms_of(authority)) {
    return warning_text(
        {.content = "No term dates are known for this authority, so the clocks count working days."_html});
  }
  const base::Date until(std::chrono::sys_days(today) + covered_days);
  if (const auto days = calendar.school_days_between(today, until, authority); !days) {
    return warning_text({.content = text("The term dates end too soon: " + days.error().detail + ".")});
  }
  return paragraph(text("Term dates are known until " + web::words_of(until) + " at least."));
}

boost::asio::awaitable<net::Response> show_terms(Site& site, const Visit& visit, FormErrors errors, int status) {
  const store::Viewer viewer = visit.visitor.viewer();
  const auto imports = co_await store::imports_of_terms(site.services.pool, viewer);
  Frame frame = {.title = "Term dates", .section = "/reports"};
  frame.before = back_link({.href = "/reports", .content = "Back to the register"_html});
  frame.content << title(text(frame.title), text(authority_name(viewer.authority)))
                << coverage(site.services.calendar, viewer.authority, site.today());
  if (visit.visitor.has(coordinator_role)) {
    Html fields = file_upload(
        {.name = "file",
         .label = {.content = "File of term dates"_html, .classes = "govuk-label--m"},
         .hint = Hint{.content = "CSV with the columns academic_year, kind, start and end. A row is 2026/27, term or "
                                 "half_term, and two dates as 2026-09-02. Give a day without school inside a term as a "
                                 "half term. Bank holidays need no row. It replaces all dates of this authority."_html},
         .error = error_at(errors, "file")});
    fields << button({.content = "Import the dates"_html, .prevents_double_click = true});
    frame.content
        << file_form_to(visit, "/terms", fields)
        << paragraph(
               "The days of all open cases, and of enquiries that were sent to this authority and are not answered, "
               "are "
               "counted again by the new dates within minutes. Each case whose days move says so on its timeline."_html);
  }
  frame.content << imports_table(imports);
  frame.errors = std::move(errors);
  co_return show(visit, frame, status);
}

}  // namespace

PageAnswer terms_page(Site& site, Visit visit) {
  net::Response response = co_await show_terms(site, visit, FormErrors(), 200);
  co_return response;
}

PageAnswer import_terms_page(Site& site, Visit visit) {
  FormErrors errors;
  std::string file;
  if (visit.form.file()) file = visit.form.file()->body;
  domain::ImportedTerms terms;
  terms[visit.visitor.authority] = file;
  if (file.empty()) {
    errors.push_back({"file", "Choose a file"});
  } else if (const auto made = domain::calendar_with(terms); !made) {
    errors.push_back({"file", "The file can’t be used. " + made.error().detail});
  }
  if (!errors.empty()) {
    net::Response refused = co_await show_terms(site, visit, std::move(errors), 422);
    co_return refused;
  }
  std::vector<postgres::Query> queries;
  queries.push_back(store::import_terms(visit.visitor.authority, file, visit.visitor.officer, site.now()));
  const auto done = co_await record_of_lead(site, visit, "terms.imported", visit.visitor.authority, std::move(queries));
  if (!done) co_return show_problem(visit, done.error());
  co_return redirect("/terms");
}

}  // namespace broker::web::pages
