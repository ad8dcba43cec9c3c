// Sending an enquiry: whom, why and what; then a check of what will be shared, and with whom.
#include <algorithm>
#include <map>
#include <set>

#include "broker/domain/reference/directory.h"
#include "broker/domain/schedule.h"
#include "broker/message/resource.h"
#include "broker/store/cases.h"
#include "broker/store/deadlines.h"
#include "broker/store/settings.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

using domain::Case;

const FieldNames field_names = {{"/to", "to"},
                                {"/message", "message|What you know"},
                                {"/address/postcode", "postcode|Postcode"},
                                {"/address", "street|Address"},
                                {"/kind", "kind"},
                                {"/priority", "priority"}};

std::vector<Option> authority_options(const std::string& own) {
  std::vector<Option> options = {{.text = "Choose an authority", .value = ""}};
  for (const auto& facts : domain::reference::all_authorities()) {
    if (facts.code != own && domain::reference::is_known_authority(facts.code)) {
      options.push_back({.text = facts.name + " (" + facts.code + ")", .value = facts.code});
    }
  }
  std::sort(options.begin() + 1, options.end(), [](const Option& a, const Option& b) { return a.text < b.text; });
  return options;
}

Html whom_fields(const Visit& visit, const FormErrors& errors) {
  const Form& form = visit.form;
  const std::string own = visit.visitor.authority;
  std::string neighbours;
  size_t count = 0;
  for (const std::string& code : domain::reference::neighbours_of(own)) {
    neighbours += (count++ == 0 ? "" : ", ") + authority_name(code);
  }
  std::vector<Choice> items = {
      {.value = "named", .content = "One authority"_html, .hint = Hint{.content = "Choose it below"_html}}};
  if (count > 0) {
    items.push_back({.value = "neighbours",
                     .content = text("All neighbouring authorities (" + std::to_string(count) + ")"),
                     .hint = Hint{.content = text(neighbours)}});
  }
  items.push_back({.value = "region", .content = "All authorities of our region"_html});
  items.push_back({.value = "all", .content = "All authorities of England and Wales"_html});
  Html html = radios({.name = "to",
                      .fieldset = Fieldset{.legend = Legend{"Whom do you ask?"_html, "govuk-fieldset__legend--m"}},
                      .error = error_at(errors, "to"),
                      .items = items,
                      .value = form.value("to")});
  html << select({.name = "authority",
                  .label = {.content = "The authority, if one"_html, .classes = "govuk-label--s"},
                  .error = error_at(errors, "authority"),
                  .items = authority_options(own),
                  .value = form.value("authority")});
  return html;
}

Html what_fields(const Form& form, const FormErrors& errors) {
  Html html = radios({.name = "kind",
                      .fieldset = Fieldset{.legend = Legend{"Why do you ask them?"_html, "govuk-fieldset__legend--m"}},
                      .error = error_at(errors, "kind"),
                      .items = {{.value = "area_believed",
                                 .content = "The child is believed to be in their area"_html,
                                 .hint = Hint{.content = "They check admissions and their lists"_html}},
                                {.value = "address_known",
                                 .content = "An address in their area is known"_html,
                                 .hint = Hint{.content = "They try to find the child there, in writing first"_html}}},
                      .value = form.value("kind")});
  html << text_field(form, "street", "The address there: street (optional)", errors);
  html << text_field(form, "town", "The address there: town (optional)", errors);
  html << text_field(form, "postcode", "The address there: postcode (optional)", errors, "", "govuk-input--width-10");
  html << text_area(form, "message", "What you know", errors,
                    "Why you believe it, and what would help them. No details of social care: ask for a call instead.");
  html << radios({.name = "priority",
                  .fieldset = Fieldset{.legend = Legend{"How urgent is it?"_html, "govuk-fieldset__legend--m"}},
                  .items = {{.value = "routine", .content = "Routine"_html},
                            {.value = "urgent", .content = "Urgent: answer within 2 working days"_html},
                            {.value = "immediate", .content = "Immediate: today, out of hours as well"_html}},
                  .value = form.value("priority").empty() ? "routine" : form.value("priority")});
  return html;
}

net::Response show_form(const Visit& visit, const Case& record, FormErrors errors, int status) {
  Frame frame = {.title = "Send an enquiry", .section = "/cases"};
  frame.before = back_link({.href = "/cases/" + record.id, .content = "Back to the case"_html});
  Html fields = whom_fields(visit, errors);
  fields << what_fields(visit.form, errors) << button({.content = "Continue"_html});
  frame.content = join("<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html,
                       title("Send an enquiry"_html, text(full_name(record.child) + ", case " + record.reference)),
                       form_to(visit, "/cases/" + record.id + "/enquiries/check", fields), "</div></div>\n"_html);
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

// Whom the form names, in codes; the same groups as the API sends to.
std::vector<std::string> recipients_of(const Visit& visit) {
  const std::string& to = visit.form.value("to");
  if (to == "named") return {visit.form.value("authority")};
  return api::members_of(to, visit.visitor.authority);
}

FormErrors missing_in(const Form& form) {
  FormErrors errors;
  const std::string& to = form.value("to");
  if (to != "named" && to != "neighbours" && to != "region" && to != "all") {
    errors.push_back({"to", "Select whom you ask"});
  }
  if (to == "named" && form.value("authority").empty()) errors.push_back({"authority", "Choose the authority you ask"});
  if (form.value("kind").empty()) errors.push_back({"kind", "Select why you ask them"});
  if (base::trimmed(form.value("message")).empty()) errors.push_back({"message", "Enter what you know"});
  return errors;
}

constexpr std::string_view kept_fields[] = {"to",   "authority", "kind",    "street",
                                            "town", "postcode",  "message", "priority"};

Html kept(const Form& form) {
  Html html;
  for (const std::string_view name : kept_fields) html << hidden(name, form.value(name));
  return html;
}

std::string body_of(const Visit& visit) {
  const Form& form = visit.form;
  message::ObjectWriter body;
  const std::string& to = form.value("to");
  if (to == "named") {
    body.texts("to", {form.value("authority")});
  } else {
    body.text("to", to);
  }
  body.text("kind", form.value("kind")).text("message", form.value("message"));
  if (!form.value("priority").empty()) body.text("priority", form.value("priority"));
  message::ObjectWriter address;
  const std::string street(base::trimmed(form.value("street")));
  const std::string town(base::trimmed(form.value("town")));
  const std::string postcode(base::trimmed(form.value("postcode")));
  if (!street.empty()) address.texts("lines", {street});
  if (!town.empty()) address.text("town", town);
  if (!postcode.empty()) address.text("postcode", postcode);
  const std::string address_text = address.done();
  if (address_text != "{}") body.json("address", address_text);
  return body.done();
}

using SettingsByCode = std::map<std::string, domain::Settings>;

// By when the last of them is to answer, as the same rules will say when it is sent.
base::Date latest_answer(const Site& site, const std::vector<std::string>& recipients, domain::Priority priority,
                         const SettingsByCode& settings) {
  base::Date latest = site.today();
  for (const std::string& code : recipients) {
    const auto own = settings.find(code);
    const domain::Settings& those = own == settings.end() ? domain::Settings() : own->second;
    const auto schedule = domain::schedule_of(site.services.calendar, those, site.now(), code, priority);
    latest = std::max(latest, domain::due_of(schedule, domain::DeadlineKind::answer).value_or(latest));
  }
  return latest;
}

Html checked(const Visit& visit, const Case& record, const std::vector<std::string>& recipients,
             const std::set<std::string>& unreachable, base::Date latest) {
  const Form& form = visit.form;
  std::string names, away;
  for (const std::string& code : recipients) {
    names += (names.empty() ? "" : ", ") + authority_name(code);
    if (unreachable.contains(code)) {
      away += (away.empty() ? "" : ", ") + authority_name(code);
    }
  }
  const auto priority =
      domain::parse_name<domain::Priority>(form.value("priority")).value_or(domain::Priority::routine);
  SummaryList whom = {.card = Card{.title = "Who will get it"_html}};
  whom.rows.push_back({.key = "Send to"_html, .value = text(names)});
  if (!away.empty()) {
    whom.rows.push_back({.key = "Not collecting"_html,
                         .value = join(coloured_tag("Not collecting", "yellow"), " "_html, away,
                                       ". It waits for them; if nobody collects it in 5 days you are told."_html)});
  }
  whom.rows.push_back({.key = "Reply wanted by"_html, .value = text(weekday_words_of(latest))});
  whom.rows.push_back({.key = "Priority"_html, .value = text(words_of(priority))});
  SummaryList what = {.rows = child_rows(domain::shown_to_others(record.child)),
                      .card = Card{.title = "What will be shared"_html}};
  const auto kind =
      domain::parse_name<domain::EnquiryKind>(form.value("kind")).value_or(domain::EnquiryKind::area_believed);
  what.rows.push_back({.key = "Why"_html, .value = text(words_of(kind))});
  const std::string there = form.value("street") + " " + form.value("town") + " " + form.value("postcode");
  if (there.size() > 2) what.rows.push_back({.key = "Address there"_html, .value = text(base::trimmed(there))});
  what.rows.push_back({.key = "What you know"_html,
                       .value = join("<span class=\"app-as-typed\">"_html, form.value("message"), "</span>"_html)});
  what.rows.push_back({.key = "Social care notes"_html, .value = "Not included. Ask for a call instead."_html});
  what.rows.push_back({.key = "Legal reason"_html, .value = "Education Act 1996 section 436A"_html});
  Html html = summary_list(whom);
  html << summary_list(what);
  if (recipients.size() > 1) {
    html << warning_text({.content = text("This shares the child’s details with " + std::to_string(recipients.size()) +
                                          " authorities. Send to one authority if you have an address.")});
  }
  return html;
}

}  // namespace

PageAnswer send_enquiry_page(Site& site, Visit visit) {
  const auto record = co_await store::find_case(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!record || record->owner != visit.visitor.authority) co_return show_not_found(visit);
  co_return show_form(visit, *record, {}, 200);
}

PageAnswer check_enquiry_page(Site& site, Visit visit) {
  const auto record = co_await store::find_case(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!record || record->owner != visit.visitor.authority) co_return show_not_found(visit);
  FormErrors errors = missing_in(visit.form);
  if (visit.form.has("change") || !errors.empty()) {
    const int status = errors.empty() ? 200 : 422;
    co_return show_form(visit, *record, std::move(errors), status);
  }
  const std::vector<std::string> recipients = recipients_of(visit);
  const auto unreachable = co_await store::unreachable(site.services.writer_pool);
  const auto settings = co_await store::all_settings(site.services.writer_pool);
  const auto priority = domain::parse_name<domain::Priority>(visit.form.value("priority"));
  const base::Date latest = latest_answer(site, recipients, priority.value_or(domain::Priority::routine), settings);
  Frame frame = {.title = "Check before you send", .section = "/cases"};
  frame.before = back_link({.href = "/cases/" + record->id + "/enquiries/new"});
  const std::string words = recipients.size() == 1 ? "Send to " + authority_name(recipients.front())
                                                   : "Send to " + std::to_string(recipients.size()) + " authorities";
  Html send = kept(visit.form);
  send << button({.content = text(words), .prevents_double_click = true});
  Html change = kept(visit.form);
  change << hidden("change", "yes") << button({.content = "Change"_html, .classes = "govuk-button--secondary"});
  const std::string base = "/cases/" + record->id + "/enquiries";
  frame.content = join("<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html,
                       title("Check before you send"_html), checked(visit, *record, recipients, unreachable, latest),
                       form_to(visit, base, send), form_to(visit, base + "/check", change), "</div></div>\n"_html);
  co_return show(visit, frame);
}

PageAnswer post_enquiry(Site& site, Visit visit) {
  const auto record = co_await store::find_case(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!record || record->owner != visit.visitor.authority) co_return show_not_found(visit);
  const auto answer = co_await call_api(site, visit, "POST", "/cases/" + visit.id() + "/enquiries", body_of(visit));
  if (!answer) {
    visit.form.set("key", "");
    co_return show_form(visit, *record, errors_of(answer.error(), field_names), answer.error().status());
  }
  co_return redirect("/cases/" + visit.id() + "?view=enquiries");
}

}  // namespace broker::web::pages
