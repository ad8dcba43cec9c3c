// Opening a case: one form, checked by the API's rules.
#include "broker/message/resource.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

const FieldNames field_names = {{"/child/forename", "forename|First name"},
                                {"/child/surname", "surname|Surname"},
                                {"/child/preferred_forename", "known_as|Known as"},
                                {"/child/dob", "dob-day|Date of birth"},
                                {"/child/upn", "upn|UPN"},
                                {"/child/address/lines", "street|Street"},
                                {"/child/address/town", "town|Town"},
                                {"/child/address/postcode", "postcode|Postcode"},
                                {"/child/guardians", "guardian|Parent"},
                                {"/child/school", "school|Last school"},
                                {"/missing_since", "missing_since-day|First day missing"},
                                {"/reason", "reason|Why the case is opened"},
                                {"/note", "note|Note"}};

}  // namespace

std::string child_body(const Form& form) {
  message::ObjectWriter child;
  child.text("surname", base::trimmed(form.value("surname"))).text("forename", base::trimmed(form.value("forename")));
  const auto put = [&child](const char* name, const std::string& value) {
    if (!value.empty()) child.text(name, value);
  };
  put("preferred_forename", std::string(base::trimmed(form.value("known_as"))));
  put("upn", std::string(base::trimmed(form.value("upn"))));
  put("dob", typed_date(form, "dob"));
  put("sex", form.value("sex"));
  message::ObjectWriter address;
  const std::string street(base::trimmed(form.value("street")));
  const std::string town(base::trimmed(form.value("town")));
  const std::string postcode(base::trimmed(form.value("postcode")));
  if (!street.empty()) address.texts("lines", {street});
  if (!town.empty()) address.text("town", town);
  if (!postcode.empty()) address.text("postcode", postcode);
  if (form.has("restricted")) address.boolean("restricted", true);
  const std::string address_text = address.done();
  if (address_text != "{}") child.json("address", address_text);
  const std::string guardian(base::trimmed(form.value("guardian")));
  if (!guardian.empty()) child.json("guardians", "[" + message::ObjectWriter().text("name", guardian).done() + "]");
  message::ObjectWriter school;
  const std::string laestab(base::trimmed(form.value("school")));
  const std::string school_name(base::trimmed(form.value("school_name")));
  if (!laestab.empty()) school.text("laestab", laestab);
  if (!school_name.empty()) school.text("name", school_name);
  const std::string school_text = school.done();
  if (school_text != "{}") child.json("school", school_text);
  return child.done();
}

Html child_fields(const Form& form, const FormErrors& errors) {
  Html html = text_field(form, "forename", "First name", errors);
  html << text_field(form, "surname", "Surname", errors);
  html << text_field(form, "known_as", "First name the child uses, if another (optional)", errors);
  html << date_field(form, "dob", "Date of birth", "For example, 14 3 2015", errors);
  html << radios({.name = "sex",
                  .fieldset = Fieldset{.legend = Legend{"Sex (optional)"_html, "govuk-fieldset__legend--s"}},
                  .items = {{.value = "F", .content = "Female"_html}, {.value = "M", .content = "Male"_html}},
                  .value = form.value("sex"),
                  .classes = "govuk-radios--inline"});
  html << text_field(form, "upn", "Unique pupil number (UPN), if known", errors,
                     "A letter and 12 digits, or 11 digits and a letter", "govuk-input--width-10");
  html << text_field(form, "street", "Last address: street (optional)", errors);
  html << text_field(form, "town", "Last address: town (optional)", errors);
  html << text_field(form, "postcode", "Last address: postcode (optional)", errors, "", "govuk-input--width-10");
  html << text_field(form, "guardian", "Parent’s name (optional)", errors);
  return html;
}

namespace {

Html case_form(const Visit& visit, const FormErrors& errors, const Html& warning) {
  const Form& form = visit.form;
  Html fields = child_fields(form, errors);
  fields << text_field(form, "school", "Last school’s number (LAESTAB), if known", errors, "Seven digits",
                       "govuk-input--width-10");
  fields << text_field(form, "school_name", "Last school’s name (optional)", errors);
  fields << checkboxes(
      {.name = "restricted",
       .items = {{.value = "yes",
                  .content = "Somebody may be at risk if the address is known"_html,
                  .hint =
                      Hint{.content = "Address, school and telephone are then never shown to another authority"_html}}},
       .values = form.values("restricted")});
  fields << date_field(form, "missing_since", "First day missing (optional)", "The clocks count from here", errors);
  fields << text_field(form, "reason", "Why you open the case", errors, "For example, family has left the address",
                       "govuk-!-width-full");
  fields << radios({.name = "priority",
                    .fieldset = Fieldset{.legend = Legend{"How urgent is it?"_html, "govuk-fieldset__legend--s"}},
                    .items = {{.value = "routine", .content = "Routine"_html},
                              {.value = "urgent",
                               .content = "Urgent"_html,
                               .hint = Hint{.content = "Child protection plan, looked after, risk of exploitation or "
                                                       "forced marriage"_html}},
                              {.value = "immediate",
                               .content = "Immediate"_html,
                               .hint = Hint{.content = "A visit is justified now"_html}}},
                    .value = form.value("priority").empty() ? "routine" : form.value("priority")});
  fields << text_area(form, "note", "Anything else (optional)", errors, "Kept on the case, not shared");
  fields << warning;
  fields << button({.content = "Open the case"_html, .prevents_double_click = true});
  return form_to(visit, "/cases/new", fields);
}

net::Response show_form(const Visit& visit, FormErrors errors, const Html& warning, int status) {
  Frame frame = {.title = "Open a case", .section = "/cases"};
  frame.before = back_link({.href = "/work-list", .content = "Back to work list"_html});
  frame.content = join("<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html,
                       title("Open a case"_html), case_form(visit, errors, warning), "</div></div>\n"_html);
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

}  // namespace

PageAnswer new_case_page(Site&, Visit visit) {
  co_return show_form(visit, {}, {}, 200);
}

PageAnswer open_case_page(Site& site, Visit visit) {
  const Form& form = visit.form;
  message::ObjectWriter body;
  body.json("child", child_body(form));
  const auto put = [&](const char* name, const std::string& value) {
    if (!value.empty()) body.text(name, value);
  };
  put("reason", std::string(base::trimmed(form.value("reason"))));
  put("note", form.value("note"));
  put("missing_since", typed_date(form, "missing_since"));
  put("priority", form.value("priority"));
  if (form.has("force")) body.boolean("force", true);
  const auto answer = co_await call_api(site, visit, "POST", "/cases", body.done());
  if (answer) {
    for (const auto& [name, value] : answer->headers) {
      if (name == "Location") co_return redirect(value.substr(3));  // after /v1
    }
  }
  const base::Problem problem = answer ? base::Problem{} : answer.error();
  FormErrors errors = errors_of(problem, field_names);
  Html warning;
  for (const auto& [name, value] : problem.members) {
    if (name != "case_id") continue;
    const bool is_by_likeness = problem.detail.find("force") != std::string::npos;
    errors = {{is_by_likeness ? "force" : "",
               is_by_likeness
                   ? "You have an open case that looks like the same child. Look at it before you open another"
                   : problem.detail}};
    warning << inset_text(
        {.content = join("Open case: "_html, link("/cases/" + value, "look at the case you have"_html))});
    if (!is_by_likeness) continue;
    warning << checkboxes(
        {.name = "force",
         .error = error_at(errors, "force"),
         .items = {{.value = "yes", .content = "I have looked: this is another child. Open a new case."_html}}});
    // What is sent now is another thing than what was refused.
    visit.form.set("key", "");
  }
  visit.form.set("key", "");
  co_return show_form(visit, std::move(errors), warning, problem.status());
}

}  // namespace broker::web::pages
