// Pages of those who work on no case: the operator's queues, and the audit log.
#include <algorithm>

#include "broker/base/text.h"
#include "broker/domain/imported_terms.h"
#include "broker/message/bank_holidays.h"
#include "broker/store/certificates.h"
#include "broker/store/deadlines.h"
#include "broker/store/terms.h"
#include "broker/store/work_list.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"
#include "broker/web/pages/plots.h"
#include "broker/web/pages/report_pages.h"

namespace broker::web::pages {
namespace {

constexpr int64_t lines_max = 100;

std::string age_words(base::Time since, base::Time now) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - since).count();
  if (minutes < 1) return "less than a minute";
  if (minutes < 120) return counted(minutes, "minute", "minutes");
  if (minutes < 48 * 60) return counted(minutes / 60, "hour", "hours");
  return counted(minutes / (24 * 60), "day", "days");
}

std::string inbox_name(const std::string& code) {
  return code.size() == 7 ? "School " + code : authority_name(code);
}

// The longest that a deadline looks ahead, with room for the operator to act.
constexpr std::chrono::days ahead{250};

Html calendar_section(const Site& site, const Visit& visit, const FormErrors& errors) {
  const base::Date until = site.services.calendar.bank_holidays_known_until();
  Html html = subtitle("Calendars"_html);
  html << paragraph(join("Bank holidays of England and Wales are known until "_html, web::words_of(until), "."_html));
  if (until < base::Date(std::chrono::sys_days(site.today()) + ahead)) {
    html << warning_text({.content = "The bank holidays end too soon: days beyond them can only be estimated. Import a "
                                     "newer file."_html});
  }
  Html fields = file_upload(
      {.name = "file",
       .label = {.content = "File of bank holidays"_html, .classes = "govuk-label--s"},
       .hint =
           Hint{.content = "The file bank-holidays.json as GOV.UK publishes it. Its years replace the same years that "
                           "are known now. The days of all open cases and enquiries are counted again."_html},
       .error = error_at(errors, "file")});
  fields << button({.content = "Import the bank holidays"_html,
                    .classes = "govuk-button--secondary",
                    .prevents_double_click = true});
  return html << file_form_to(visit, "/operator/bank-holidays", fields);
}

constexpr std::chrono::days renew_within{30};

bool runs_out_soon(const store::SeenCertificate& one, base::Time now) {
  return one.expires >= now && one.expires < now + renew_within;
}

// `SHA-256 9f2c4a01…` is enough to tell one from another, and to find it in the list that issued it.
Html certificates_section(const std::vector<store::SeenCertificate>& seen, base::Time now) {
  Table list = {.caption = "Certificates, what runs out next first",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Holder"_html},
                                          {.content = "Certificate"_html},
                                          {.content = "Last used"_html},
                                          {.content = "State"_html}},
                .has_row_headers = true};
  for (const store::SeenCertificate& one : seen) {
    const std::string holder = one.kind == "authority" ? authority_name(one.holder)
                               : one.kind == "school"  ? "School " + one.holder
                               : one.kind == "officer" ? one.holder + ", " + authority_name(one.authority)
                                                       : "Operator " + one.holder;
    const bool is_over = one.expires < now;
    list.rows.push_back({{.content = text(holder)},
                         {.content = join(is_over ? "Expired "_html : "Expires "_html,
                                          web::words_of(base::date_in_england(one.expires)), "<br>"_html,
                                          muted(join("SHA-256 "_html, code(one.fingerprint.substr(0, 16) + "…"))))},
                         {.content = text(web::words_of(one.last_seen))},
                         {.content = is_over                   ? coloured_tag("Expired", "red")
                                     : runs_out_soon(one, now) ? coloured_tag("Renew soon", "yellow")
                                                               : coloured_tag("Healthy", "green")}});
  }
  if (list.rows.empty()) return paragraph("No certificate has been shown yet."_html);
  return scrolling_table(list, "certificates");
}

boost::asio::awaitable<net::Response> show_operator(Site& site, const Visit& visit, FormErrors errors, int status) {
  const auto states = co_await store::queue_states(site.services.writer_pool);
  const auto away = co_await store::unreachable(site.services.writer_pool);
  const auto certificates = co_await store::seen_certificates(site.services.writer_pool);
  const base::Time now = site.now();
  const int64_t recent = co_await store::messages_since(site.services.writer_pool, now - std::chrono::hours(24));
  const auto is_away = [&away](const std::string& code) { return away.contains(code); };
  Table list = {.caption = "Inboxes, what waits most first",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Authority or school"_html},
                                          {.content = "Last collected"_html},
                                          {.content = "Waiting"_html, .format = "numeric"},
                                          {.content = "Oldest waiting"_html},
                                          {.content = "State"_html}},
                .has_row_headers = true};
  Table counts = {.caption = "Messages waiting",
                  .caption_classes = "govuk-table__caption--s",
                  .head = std::vector<Cell>{{.content = "Authority or school"_html},
                                            {.content = "Waiting"_html, .format = "numeric"}},
                  .has_row_headers = true};
  std::vector<Bar> bars;
  for (const store::QueueState& one : states) {
    list.rows.push_back({{.content = join(inbox_name(one.authority), "<br>"_html, muted(text(one.authority)))},
                         {.content = text(one.last_collected ? web::words_of(*one.last_collected) : "Never")},
                         {.content = text(std::to_string(one.waiting)), .format = "numeric"},
                         {.content = text(one.oldest ? age_words(*one.oldest, now) : "none")},
                         {.content = is_away(one.authority) ? coloured_tag("Not collecting", "yellow")
                                     : one.waiting > 0      ? coloured_tag("Messages waiting", "blue")
                                                            : coloured_tag("Healthy", "green")}});
    counts.rows.push_back({{.content = text(inbox_name(one.authority))},
                           {.content = text(std::to_string(one.waiting)), .format = "numeric"}});
    if (bars.size() < 8) bars.push_back({one.authority, one.waiting});
  }
  const auto soon =
      std::ranges::count_if(certificates, [now](const store::SeenCertificate& one) { return runs_out_soon(one, now); });
  Frame frame = {.title = "Authorities, certificates and queues", .section = "/operator", .is_wide = true};
  frame.content << title(text(frame.title))
                << paragraph("Operators see message envelopes only. They cannot open a child’s details."_html)
                << paragraph(link("/officers", "Operators and who may sign in as one"_html))
                << figures({{std::to_string(states.size()), "inboxes in use"},
                            {std::to_string(recent), "messages in 24 hours"},
                            {std::to_string(away.size()), "not collecting", !away.empty()},
                            {std::to_string(soon), "certificates expire within 30 days", soon > 0}})
                << (list.rows.empty() ? paragraph("No message has been sent yet."_html)
                                      : scrolling_table(list, "queues"));
  if (!bars.empty()) {
    frame.content << subtitle("Messages waiting"_html)
                  << bar_chart("queue", "Messages waiting, by authority or school", bars)
                  << details({.summary = "Show messages waiting as a table"_html, .content = table(counts)});
  }
  frame.content << certificates_section(certificates, now) << calendar_section(site, visit, errors);
  frame.errors = std::move(errors);
  co_return show(visit, frame, status);
}

}  // namespace

PageAnswer operator_page(Site& site, Visit visit) {
  net::Response response = co_await show_operator(site, visit, FormErrors(), 200);
  co_return response;
}

PageAnswer import_bank_holidays_page(Site& site, Visit visit) {
  const std::string calendar(domain::bank_holidays_calendar);
  FormErrors errors;
  std::string file;
  if (visit.form.file()) file = visit.form.file()->body;
  auto table = message::read_bank_holidays(file);
  if (file.empty()) {
    errors.push_back({"file", "Choose a file"});
  } else if (!table) {
    errors.push_back({"file", "The file can’t be used: " + table.error().detail});
  } else if (const auto made = domain::calendar_with({{calendar, *table}}); !made) {
    errors.push_back({"file", "The file can’t be used. " + made.error().detail});
  }
  if (!errors.empty()) {
    net::Response refused = co_await show_operator(site, visit, std::move(errors), 422);
    co_return refused;
  }
  std::vector<postgres::Query> queries;
  queries.push_back(store::import_terms(calendar, *table, visit.visitor.officer, site.now()));
  const auto done = co_await record_of_lead(site, visit, "bank_holidays.imported", "", std::move(queries));
  if (!done) co_return show_problem(visit, done.error());
  co_return redirect("/operator");
}

namespace {

boost::asio::awaitable<net::Response> show_audit(Site& site, const Visit& visit, store::AuditSearch search,
                                                 FormErrors errors) {
  std::vector<store::AuditLine> lines;
  if (errors.empty())
    lines = co_await store::search_audit(site.services.pool, visit.visitor.viewer(), search, lines_max);
  Html row = "<div class=\"app-filters__row\">\n"_html;
  const auto field = [&](const char* name, Markup label, const std::string& value) {
    row << input({.name = name,
                  .label = {.content = label},
                  .error = error_at(errors, name),
                  .value = value,
                  .classes = "govuk-input--width-10",
                  .autocomplete = "off"});
  };
  field("officer", "Officer"_html, visit.form.value("officer"));
  field("action", "Action, as the list shows it"_html, visit.form.value("action"));
  field("subject", "Number of case, enquiry or match"_html, visit.form.value("subject"));
  row << button({.content = "Search"_html, .classes = "govuk-button--secondary"}) << "</div>\n"_html;
  Table list = {.caption = "The latest " + counted(static_cast<int64_t>(lines.size()), "entry", "entries"),
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Entry"_html, .format = "numeric"},
                                          {.content = "When"_html},
                                          {.content = "Authority"_html},
                                          {.content = "Officer"_html},
                                          {.content = "Action"_html},
                                          {.content = "What"_html}}};
  for (const store::AuditLine& line : lines) {
    list.rows.push_back({{.content = text(std::to_string(line.position)), .format = "numeric"},
                         {.content = text(web::words_of(line.time))},
                         {.content = text(authority_name(line.authority))},
                         {.content = text(line.officer)},
                         {.content = code(line.action)},
                         {.content = code(line.subject)}});
  }
  Frame frame = {.title = "Audit log", .section = "/audit", .is_wide = true};
  frame.content << title("Audit log"_html)
                << paragraph(
                       "Every command that was accepted and every look at a child, in the order of the log. Nobody can "
                       "change an entry without the proofs of the log showing it."_html)
                << "<div class=\"app-filters\">\n"_html << form_to(visit, "/audit", row) << "</div>\n"_html
                << (lines.empty() ? paragraph("No entry fits."_html) : scrolling_table(list, "entries"));
  const int status = errors.empty() ? 200 : 422;
  frame.errors = std::move(errors);
  co_return show(visit, frame, status);
}

}  // namespace

PageAnswer audit_page(Site& site, Visit visit) {
  store::AuditSearch search;
  FormErrors errors;
  net::Response response = co_await show_audit(site, visit, std::move(search), std::move(errors));
  co_return response;
}

PageAnswer search_audit_page(Site& site, Visit visit) {
  store::AuditSearch search;
  search.officer = base::trimmed(visit.form.value("officer"));
  search.action = base::trimmed(visit.form.value("action"));
  search.subject = base::trimmed(visit.form.value("subject"));
  FormErrors errors;
  if (!search.subject.empty() && !base::is_id(search.subject)) {
    errors.push_back({"subject", "Enter the number as a case’s address shows it: 36 letters, digits and hyphens"});
  }
  net::Response response = co_await show_audit(site, visit, std::move(search), std::move(errors));
  co_return response;
}

}  // namespace broker::web::pages
