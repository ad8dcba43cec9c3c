// The checks that the owner's officers made on a case: what was tried and what has not been, and recording one.
#include <algorithm>
#include <set>

#include "broker/base/text.h"
#include "broker/message/object_writer.h"
#include "broker/store/cases.h"
#include "broker/web/pages/case_parts.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

using domain::Case;
using domain::Check;
using domain::CheckKind;
using domain::CheckResult;

const auto& kinds = domain::Names<CheckKind>::table;

const FieldNames field_names = {{"/kind", "kind"}, {"/result", "result"}, {"/made", "made-day|Day"}, {"/note", "note"}};

std::string hint_of(CheckKind kind) {
  switch (kind) {
    case CheckKind::telephone: return "Every number, at different times of day";
    case CheckKind::home_visit: return "At the last address, and at any other that is known";
    case CheckKind::neighbours: return "And landlord or letting agent";
    case CheckKind::relatives: return "And emergency contacts";
    case CheckKind::last_school: return "Staff, and parents of friends";
    case CheckKind::sibling_schools: return "Are they attending, and where?";
    case CheckKind::admissions: return "Applications, and schools nearby";
    case CheckKind::council_services: return "For example housing; record what was found, no more";
    default: return "";
  }
}

Html result_tag(CheckResult result) {
  const bool is_lead = result == CheckResult::lead_found;
  return coloured_tag(words_of(result), is_lead ? "green" : result == CheckResult::no_answer ? "yellow" : "grey");
}

Html check_form(const Visit& visit, const Case& record, const FormErrors& errors) {
  const Form& form = visit.form;
  Radios kind = {.name = "kind",
                 .fieldset = Fieldset{.legend = Legend{"What was tried?"_html, "govuk-fieldset__legend--s"}},
                 .error = error_at(errors, "kind"),
                 .value = form.value("kind")};
  for (const auto& [value, name] : kinds) {
    Choice choice = {.value = std::string(name), .content = text(words_of(value))};
    if (const std::string words = hint_of(value); !words.empty()) choice.hint = Hint{.content = text(words)};
    kind.items.push_back(std::move(choice));
  }
  Html fields = radios(kind);
  fields << date_field(form, "made", "On which day?", "Today where you leave it empty", errors)
         << radios({.name = "result",
                    .fieldset = Fieldset{.legend = Legend{"What came of it?"_html, "govuk-fieldset__legend--s"}},
                    .error = error_at(errors, "result"),
                    .items = {{.value = "no_answer", .content = "No answer"_html},
                              {.value = "nothing_found", .content = "Nothing found"_html},
                              {.value = "lead_found", .content = "A lead: say below what was found"_html}},
                    .value = form.value("result")})
         << text_area(form, "note", "Who was spoken to, and what was found", errors,
                      "Kept on the case, not shared with other authorities")
         << button({.content = "Record the check"_html, .prevents_double_click = true});
  return form_to(visit, "/cases/" + record.id + "/checks", fields);
}

net::Response show_form(const Visit& visit, const Case& record, FormErrors errors, int status) {
  Frame frame = {.title = "Record a check or contact", .section = "/cases"};
  frame.before = back_link({.href = "/cases/" + record.id, .content = "Back to the case"_html});
  frame.content << "<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html
                << title(text(frame.title), text(full_name(record.child) + ", case " + record.reference))
                << check_form(visit, record, errors) << "</div></div>\n"_html;
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

boost::asio::awaitable<std::optional<Case>> own_case(Site& site, const Visit& visit) {
  auto record = co_await store::find_case(site.services.pool, visit.visitor.viewer(), visit.id());
  if (record && record->owner != visit.visitor.authority) record.reset();
  if (record) {
    store::Look look{.action = "look.case", .subject = record->id, .children = {{record->id, record->owner}}};
    co_await record_look(site, visit, std::move(look));
  }
  co_return record;
}

}  // namespace

std::string words_of(CheckKind kind) {
  switch (kind) {
    case CheckKind::telephone: return "Telephone calls";
    case CheckKind::letter: return "Letters and emails";
    case CheckKind::home_visit: return "Home visit";
    case CheckKind::neighbours: return "Neighbours";
    case CheckKind::relatives: return "Relatives";
    case CheckKind::last_school: return "Last school";
    case CheckKind::sibling_schools: return "Schools of brothers and sisters";
    case CheckKind::admissions: return "School admissions";
    case CheckKind::health: return "Health services";
    case CheckKind::social_care: return "Social care";
    case CheckKind::council_services: return "Other council services";
    case CheckKind::other: return "Other agencies";
  }
  return {};
}

std::string words_of(CheckResult result) {
  switch (result) {
    case CheckResult::no_answer: return "No answer";
    case CheckResult::nothing_found: return "Nothing found";
    case CheckResult::lead_found: return "Lead found";
  }
  return {};
}

std::string checks_in_words(const Case& record) {
  std::set<CheckKind> made;
  for (const Check& one : record.checks) made.insert(one.kind);
  return "Checks made (" + std::to_string(made.size()) + " of " + std::to_string(kinds.size()) + ")";
}

Html checks_section(const Case& record) {
  Table list = {.caption = checks_in_words(record),
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Check or contact"_html},
                                          {.content = "When"_html},
                                          {.content = "Result"_html},
                                          {.content = "By"_html},
                                          {.content = "What was found"_html}},
                .has_row_headers = true};
  for (const auto& [kind, name] : kinds) {
    const size_t rows_before = list.rows.size();
    for (auto one = record.checks.rbegin(); one != record.checks.rend(); ++one) {
      if (one->kind != kind) continue;
      list.rows.push_back({{.content = text(words_of(kind))},
                           {.content = text(web::words_of(one->made))},
                           {.content = result_tag(one->result)},
                           {.content = text(one->officer)},
                           {.content = text(one->note)}});
    }
    if (list.rows.size() > rows_before) continue;
    list.rows.push_back({{.content = text(words_of(kind))}, {.content = "Not yet"_html}, {}, {}, {}});
  }
  return scrolling_table(list, "checks");
}

PageAnswer new_check_page(Site& site, Visit visit) {
  const auto record = co_await own_case(site, visit);
  if (!record) co_return show_not_found(visit);
  co_return show_form(visit, *record, {}, 200);
}

PageAnswer record_check_page(Site& site, Visit visit) {
  const Form& form = visit.form;
  message::ObjectWriter body;
  body.put("kind", form.value("kind")).put("result", form.value("result")).put("made", typed_date(form, "made"));
  body.put("note", base::trimmed(form.value("note")));
  const auto answer = co_await call_api(site, visit, "POST", "/cases/" + visit.id() + "/checks", body.done());
  if (answer) co_return redirect("/cases/" + visit.id() + "?view=checks");
  const base::Problem problem = answer.error();
  if (problem.status() == 404) co_return show_not_found(visit);
  FormErrors errors = errors_of(problem, field_names);
  for (FormError& error : errors) {
    if (error.field == "kind") error.sentence = "Choose what was tried";
    if (error.field == "result") error.sentence = "Choose what came of it";
  }
  const auto record = co_await own_case(site, visit);
  if (!record) co_return show_not_found(visit);
  visit.form.set("key", "");
  co_return show_form(visit, *record, std::move(errors), problem.status());
}

}  // namespace broker::web::pages
