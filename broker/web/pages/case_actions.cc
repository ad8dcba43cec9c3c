// What an owner does to a case: close, end with two officers, reopen, dispute; removal from roll, and the school's own
// page for it.
#include "broker/message/resource.h"
#include "broker/store/cases.h"
#include "broker/store/work_list.h"
#include "broker/web/pages/answer.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

using domain::Case;

// One event on a case as a page: what it asks, where it goes in the API, and what it sends.
struct CaseAction {
  std::string path;  // below the case, of the page and of the API alike
  Markup heading;
  Html (*fields)(const Visit& visit, const Case& record, const FormErrors& errors);
  std::string (*body)(const Form& form);
  Markup button;
  FieldNames names;
};

Html close_fields(const Visit&, const Case& record, const FormErrors&) {
  Html html;
  if (const domain::Confirmation* standing = record.standing_confirmation()) {
    html << summary_list(
        {.rows = {{.key = "Confirmed by"_html,
                   .value = text(authority_name(standing->authority) + ", " + standing->officer)},
                  {.key = "What they say"_html, .value = text(words_of(standing->outcome))},
                  {.key = "Details"_html, .value = location_rows(shown_location(standing->location))}}});
  }
  return html << paragraph(
             "Closing ends the clocks. You can reopen the case if the child turns out to be elsewhere."_html);
}

Html end_fields(const Visit& visit, const Case&, const FormErrors& errors) {
  Html html = paragraph(
      "Use this only when no other authority can confirm where the child is. A second officer has to "
      "agree before the case ends. Ended cases are counted apart from closed ones."_html);
  std::vector<Choice> items;
  for (const auto& [reason, name] : domain::Names<domain::EndReason>::table) {
    items.push_back({.value = std::string(name), .content = text(words_of(reason))});
  }
  html << radios({.name = "reason",
                  .fieldset = Fieldset{.legend = Legend{"Why does the case end?"_html, "govuk-fieldset__legend--m"}},
                  .error = error_at(errors, "reason"),
                  .items = items,
                  .value = visit.form.value("reason")});
  html << text_field(visit.form, "evidence", "Evidence", errors, "A reference to what shows it, for example a letter",
                     "govuk-!-width-full");
  return html << text_area(visit.form, "note", "Note (optional)", errors);
}

Html approve_fields(const Visit& visit, const Case& record, const FormErrors&) {
  // The first officer's reason is shown once the second has formed a view of their own.
  Html html = paragraph(
      "A colleague asked to end this case without a confirmation. Look at the case first; then say "
      "whether you would end it. Their reason is shown after you have decided."_html);
  html << paragraph(link("/cases/" + record.id, "Look at the case"_html));
  std::vector<Choice> items;
  for (const auto& [reason, name] : domain::Names<domain::EndReason>::table) {
    items.push_back({.value = std::string(name), .content = text(words_of(reason))});
  }
  items.push_back({.divider = "or"});
  items.push_back({.value = "no", .content = "The case should stay open"_html});
  return html << radios({.name = "view",
                         .fieldset = Fieldset{.legend = Legend{"For which reason would you end it?"_html,
                                                               "govuk-fieldset__legend--m"}},
                         .items = items,
                         .value = visit.form.value("view")});
}

Html reason_fields(const Visit& visit, const Case&, const FormErrors& errors) {
  return text_area(visit.form, "reason", "Why?", errors, "This is kept on the case and told to the other authority");
}

constexpr std::pair<char, std::string_view> grounds[] = {{'A', "Registered at another school or place of education"},
                                                         {'B', "No longer lives within reach"},
                                                         {'C', "Educated otherwise than at school"},
                                                         {'D', "Certified unfit to attend"},
                                                         {'E', "Has not returned after leave"},
                                                         {'F', "Detained"},
                                                         {'G', "Permanently excluded"},
                                                         {'H', "Has died"},
                                                         {'I', "20 school days absent, and cannot be found"}};

std::string ground_words(char ground) {
  for (const auto& [letter, words] : grounds) {
    if (letter == ground) return std::string(1, letter) + ": " + std::string(words);
  }
  return std::string(1, ground);
}

Html removal_fields(const Visit& visit, const Case& record, const FormErrors& errors) {
  Html html = paragraph(
      "This permits the school to remove the child from its roll. The school confirms it in writing "
      "here; it never happens by silence."_html);
  std::vector<Choice> items;
  for (const auto& [letter, words] : grounds) {
    const std::string ground(1, letter);
    items.push_back({.value = ground, .content = text("Ground " + ground_words(letter))});
  }
  html << radios({.name = "ground",
                  .fieldset = Fieldset{.legend = Legend{"On which ground?"_html, "govuk-fieldset__legend--m"}},
                  .error = error_at(errors, "ground"),
                  .items = items,
                  .value = visit.form.value("ground")});
  Form filled = visit.form;
  if (!filled.has("school")) filled.set("school", record.child.school.laestab);
  html << text_field(filled, "school", "The school’s number (LAESTAB)", errors, "Seven digits",
                     "govuk-input--width-10");
  html << text_field(visit.form, "days", "School days of unexplained absence (ground I)", errors, "",
                     "govuk-input--width-4");
  html << checkboxes(
      {.name = "exhausted",
       .fieldset = Fieldset{.legend = Legend{"Enquiries (ground I)"_html, "govuk-fieldset__legend--s"}},
       .error = error_at(errors, "exhausted"),
       .items = {{.value = "school", .content = "The school has made all reasonable enquiries"_html},
                 {.value = "authority", .content = "The authority has made all reasonable enquiries"_html}},
       .values = visit.form.values("exhausted")});
  html << text_field(visit.form, "upload", "Number of the lost-pupil upload (ground I)", errors,
                     "As the upload’s page shows it");
  return html << text_area(visit.form, "note", "Note to the school (optional)", errors);
}

std::string empty_body(const Form&) {
  return "{}";
}

std::string reason_body(const Form& form) {
  return message::ObjectWriter().text("reason", base::trimmed(form.value("reason"))).done();
}

std::string end_body(const Form& form) {
  message::ObjectWriter body;
  if (!form.value("reason").empty()) body.text("reason", form.value("reason"));
  body.text("evidence", base::trimmed(form.value("evidence"))).text("note", form.value("note"));
  return body.done();
}

std::string removal_body(const Form& form) {
  message::ObjectWriter body;
  if (!form.value("ground").empty()) body.text("ground", form.value("ground"));
  body.text("school", base::trimmed(form.value("school"))).text("note", form.value("note"));
  if (const auto days = base::parse_number(base::trimmed(form.value("days")))) {
    body.number("unexplained_absence_days", *days);
  }
  for (const std::string& who : form.values("exhausted")) {
    if (who == "school" || who == "authority") body.boolean(who + "_enquiries_exhausted", true);
  }
  const std::string upload(base::trimmed(form.value("upload")));
  if (!upload.empty()) body.text("lost_pupil_upload", upload);
  return body.done();
}

const CaseAction& action_of(const std::string& path) {
  static const CaseAction actions[] = {
      {"/close", "Close this case"_html, close_fields, empty_body, "Close the case"_html, {}},
      {"/end",
       "End without confirmation"_html,
       end_fields,
       end_body,
       "Ask a second officer"_html,
       {{"/reason", "reason|Reason"}, {"/evidence", "evidence|Evidence"}, {"/note", "note|Note"}}},
      {"/end/approve", "Second check"_html, approve_fields, empty_body, "Decide"_html, {}},
      {"/reopen",
       "Reopen this case"_html,
       reason_fields,
       reason_body,
       "Reopen the case"_html,
       {{"/reason", "reason|Reason"}}},
      {"/dispute",
       "Dispute the location"_html,
       reason_fields,
       reason_body,
       "Dispute the location"_html,
       {{"/reason", "reason|Reason"}}},
      {"/removal",
       "Removal from roll"_html,
       removal_fields,
       removal_body,
       "Permit the removal"_html,
       {{"/ground", "ground|Ground"},
        {"/school", "school|School"},
        {"/unexplained_absence_days", "days|School days"},
        {"/school_enquiries_exhausted", "exhausted|School’s enquiries"},
        {"/authority_enquiries_exhausted", "exhausted|Authority’s enquiries"},
        {"/lost_pupil_upload", "upload|Lost-pupil upload"},
        {"/note", "note|Note"}}}};
  for (const CaseAction& one : actions) {
    if (one.path == path) return one;
  }
  return actions[0];
}

const CaseAction& action_for(const Visit& visit) {
  // `/cases/<id>` is 43 characters.
  return action_of(visit.request.path.substr(std::string("/cases/").size() + visit.id().size()));
}

net::Response show_action(const Visit& visit, const CaseAction& action, const Case& record, FormErrors errors,
                          int status) {
  Frame frame = {.title = std::string(action.heading.view()), .section = "/cases"};
  frame.before = back_link({.href = "/cases/" + record.id, .content = "Back to the case"_html});
  Html fields = action.fields(visit, record, errors);
  fields << button({.content = action.button, .prevents_double_click = true});
  // The version that was read, also when the form comes back: a lost race is told, never overwritten.
  const int64_t version = status == 412 || visit.form.value("version").empty()
                              ? record.version
                              : base::parse_number(visit.form.value("version")).value_or(record.version);
  frame.content = join("<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html,
                       title(action.heading, text(full_name(record.child) + ", case " + record.reference)),
                       form_to(visit, "/cases/" + record.id + action.path, fields, version), "</div></div>\n"_html);
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

boost::asio::awaitable<std::string> last_change(Site& site, const Visit& visit) {
  store::Page page{"", 500};
  const auto events = co_await store::list_timeline(site.services.pool, visit.visitor.viewer(), visit.id(), page);
  if (events.items.empty()) co_return std::string();
  const TimelineEntry last = narrated(events.items.back(), visit.visitor.authority);
  const std::string who = events.items.back().officer;
  co_return who + " of " + authority_name(events.items.back().authority) + ", " + last.time + ". ";
}

}  // namespace

PageAnswer case_action_page(Site& site, Visit visit) {
  const auto record = co_await store::find_case(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!record || record->owner != visit.visitor.authority) co_return show_not_found(visit);
  co_return show_action(visit, action_for(visit), *record, {}, 200);
}

PageAnswer do_case_action(Site& site, Visit visit) {
  const auto record = co_await store::find_case(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!record || record->owner != visit.visitor.authority) co_return show_not_found(visit);
  const CaseAction& action = action_for(visit);
  if (action.path == "/end/approve") {
    const std::string& view = visit.form.value("view");
    if (view.empty()) co_return show_action(visit, action, *record, {{"view", "Select what you would do"}}, 422);
    if (view == "no") co_return redirect("/cases/" + visit.id());
    const bool agrees = record->ending && domain::text_of(record->ending->reason) == view;
    if (!agrees) {
      co_return show_action(visit, action, *record,
                            {{"view",
                              "You and your colleague name different reasons, so the case stays open. Talk to "
                              "each other, then decide again"}},
                            409);
    }
  }
  const auto answer =
      co_await call_api(site, visit, "POST", "/cases/" + visit.id() + action.path, action.body(visit.form));
  if (answer) co_return redirect("/cases/" + visit.id());
  const base::Problem& problem = answer.error();
  FormErrors errors = errors_of(problem, action.names);
  if (problem.type == base::ProblemType::version_mismatch) {
    const std::string who = co_await last_change(site, visit);
    errors = {{"", "This case has changed since you opened the page. Last change: " + who + lost_race_words}};
  }
  visit.form.set("key", "");
  co_return show_action(visit, action, *record, std::move(errors), problem.status());
}

PageAnswer removals_page(Site& site, Visit visit) {
  const auto cases = co_await store::removals_of_school(site.services.pool, visit.visitor.viewer(), 100);
  Table list = {.caption = "Pupils whom the authority permits you to remove from roll",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Pupil"_html},
                                          {.content = "Ground"_html},
                                          {.content = "Permitted"_html},
                                          {.content = "Status"_html}},
                .has_row_headers = true};
  for (const Case& record : cases) {
    const domain::Removal& removal = record.removal;
    const bool is_done = removal.status == domain::RemovalStatus::confirmed;
    list.rows.push_back(
        {{.content = link("/removals/" + record.id, text(full_name(record.child)))},
         {.content = text(ground_words(removal.ground))},
         {.content = text(removal.permitted ? web::words_of(base::date_in_england(*removal.permitted)) : "")},
         {.content = is_done ? coloured_tag("Confirmed", "green") : coloured_tag("Waiting for you", "yellow")}});
  }
  store::Look look{.action = "look.removal"};
  for (const Case& record : cases) look.children.insert({record.id, record.owner});
  if (!cases.empty()) co_await record_look(site, visit, std::move(look));
  Frame frame = {.title = "Removal from roll", .section = "/removals"};
  frame.content << title("Removal from roll"_html)
                << (list.rows.empty() ? paragraph("No pupil of yours waits for a confirmation."_html)
                                      : scrolling_table(list, "removals"));
  co_return show(visit, frame);
}

namespace {

net::Response show_removal(const Visit& visit, const Case& record, FormErrors errors, int status) {
  const domain::Removal& removal = record.removal;
  Frame frame = {.title = "Confirm a removal from roll", .section = "/removals"};
  frame.before = back_link({.href = "/removals", .content = "Back to removals"_html});
  SummaryList list;
  list.rows = {{.key = "Pupil"_html, .value = text(full_name(record.child))},
               {.key = "Date of birth"_html, .value = text(web::words_of(record.child.dob))},
               {.key = "UPN"_html, .value = record.child.upn.empty() ? "Not known"_html : code(record.child.upn)},
               {.key = "Ground"_html, .value = text(ground_words(removal.ground))},
               {.key = "Permitted by"_html, .value = text(removal.permitted_by + ", " + authority_name(record.owner))}};
  if (!removal.note.empty()) list.rows.push_back({.key = "Note"_html, .value = text(removal.note)});
  Html content = title(text(frame.title));
  content << summary_list(list);
  if (removal.status == domain::RemovalStatus::confirmed) {
    content << inset_text(
        {.content = text("Confirmed by " + removal.confirmed_by +
                         (removal.removed_on ? ": removed on " + web::words_of(*removal.removed_on) : "") + ".")});
  } else {
    Html fields = date_field(visit.form, "date", "When was the pupil removed from roll?", "", errors);
    fields << text_area(visit.form, "note", "Note to the authority (optional)", errors);
    fields << button({.content = "Confirm in writing"_html, .prevents_double_click = true});
    content << form_to(visit, "/removals/" + record.id, fields, record.version);
  }
  frame.content = join("<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html, content,
                       "</div></div>\n"_html);
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

bool is_shown_to_school(const std::optional<Case>& record) {
  return record && record->removal.status != domain::RemovalStatus::not_permitted;
}

}  // namespace

PageAnswer removal_page(Site& site, Visit visit) {
  const auto record = co_await store::find_case(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!is_shown_to_school(record)) co_return show_not_found(visit);
  store::Look look{.action = "look.removal", .subject = record->id, .children = {{record->id, record->owner}}};
  co_await record_look(site, visit, std::move(look));
  co_return show_removal(visit, *record, {}, 200);
}

PageAnswer confirm_removal_page(Site& site, Visit visit) {
  const auto record = co_await store::find_case(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!is_shown_to_school(record)) co_return show_not_found(visit);
  const std::string date = typed_date(visit.form, "date");
  if (date.empty()) co_return show_removal(visit, *record, {{"date-day", "Enter the date of the removal"}}, 422);
  const std::string body = message::ObjectWriter().text("date", date).text("note", visit.form.value("note")).done();
  const auto answer = co_await call_api(site, visit, "POST", "/cases/" + visit.id() + "/removal/confirm", body);
  if (answer) co_return redirect("/removals/" + visit.id());
  const FieldNames names = {{"/date", "date-day|Date"}, {"/note", "note|Note"}};
  FormErrors errors = errors_of(answer.error(), names);
  if (answer.error().type == base::ProblemType::version_mismatch) errors = {{"", lost_race_words}};
  visit.form.set("key", "");
  co_return show_removal(visit, *record, std::move(errors), answer.error().status());
}

}  // namespace broker::web::pages
