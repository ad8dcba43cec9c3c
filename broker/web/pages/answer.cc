#include "broker/web/pages/answer.h"

#include "broker/domain/decide_enquiry.h"
#include "broker/message/enquiry.h"
#include "broker/message/resource.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

using domain::Outcome;

constexpr std::pair<std::string_view, std::string_view> checks_known[] = {
    {"admissions", "Admissions and school rolls"},
    {"home_education", "Elective home education list"},
    {"social_care", "Children’s social care"},
    {"housing", "Housing or council tax"},
    {"health", "Health"},
    {"visit", "Letter or home visit"}};

const FieldNames field_names = {{"/location/school", "laestab|School number"},
                                {"/location/laestab", "laestab|School number"},
                                {"/location/start_date", "start-day|Start date"},
                                {"/location/attending_since", "attending-day|Attending since"},
                                {"/location/address/postcode", "postcode|Postcode"},
                                {"/location/address", "street|Address"},
                                {"/location/provider", "provider|Provider"},
                                {"/location", "street"},
                                {"/next_date", "next-day|Date of the next answer"},
                                {"/moved_to", "moved_to|Where the child moved to"},
                                {"/contact", "contact|Contact"},
                                {"/note", "note|Note"},
                                {"/outcome", "outcome"}};

std::vector<std::string> checks_of(const Form& form) {
  std::vector<std::string> words;
  for (const auto& value : form.values("checks")) {
    for (const auto& [name, title] : checks_known) {
      if (name == value) words.emplace_back(title);
    }
  }
  return words;
}

std::optional<Outcome> outcome_of(const Form& form) {
  return domain::parse_name<Outcome>(form.value("outcome"));
}

bool needs_location(Outcome outcome) {
  return domain::is_confirmation(outcome) || domain::is_handover(outcome);
}

std::string location_body(const Form& form, Outcome outcome) {
  message::ObjectWriter location;
  const auto put = [&](const char* name, const std::string& value) {
    if (!value.empty()) location.text(name, value);
  };
  put("laestab", std::string(base::trimmed(form.value("laestab"))));
  put("start_date", typed_date(form, "start"));
  put("attending_since", typed_date(form, "attending"));
  put("provider", std::string(base::trimmed(form.value("provider"))));
  if (!form.value("living").empty()) location.boolean("living_in_area", form.value("living") == "yes");
  if (outcome == Outcome::home_educated) location.boolean("written_confirmation", form.has("written"));
  if (outcome == Outcome::resident_not_in_education) location.boolean("living_in_area", true);
  message::ObjectWriter address;
  const std::string street(base::trimmed(form.value("street")));
  const std::string town(base::trimmed(form.value("town")));
  const std::string postcode(base::trimmed(form.value("postcode")));
  if (!street.empty()) address.texts("lines", {street});
  if (!town.empty()) address.text("town", town);
  if (!postcode.empty()) address.text("postcode", postcode);
  if (form.has("risk")) address.boolean("restricted", true);
  const std::string text = address.done();
  if (text != "{}") location.json("address", text);
  return location.done();
}

std::string body_of(const Form& form) {
  const Outcome outcome = outcome_of(form).value_or(Outcome::not_located);
  message::ObjectWriter body;
  body.text("outcome", form.value("outcome"));
  if (needs_location(outcome)) body.json("location", location_body(form, outcome));
  const std::vector<std::string> checks = checks_of(form);
  if (!checks.empty()) body.texts("checks", checks);
  const auto put = [&body](const char* name, const std::string& value) {
    if (!value.empty()) body.text(name, value);
  };
  put("next_date", typed_date(form, "next"));
  put("moved_to", std::string(base::trimmed(form.value("moved_to"))));
  put("contact", std::string(base::trimmed(form.value("contact"))));
  put("note", form.value("note"));
  return body.done();
}

Html kept(const Form& form) {
  Html html;
  for (const auto& [name, value] : form.fields()) {
    if (name != "token" && name != "key" && name != "version" && name != "step") html << hidden(name, value);
  }
  return html;
}

Html address_fields(const Form& form, const FormErrors& errors) {
  Html html = text_field(form, "street", "Address: street (optional)", errors);
  html << text_field(form, "town", "Address: town (optional)", errors);
  html << text_field(form, "postcode", "Address: postcode (optional)", errors, "", "govuk-input--width-10");
  return html;
}

Html living_field(const Form& form) {
  return radios(
      {.name = "living",
       .fieldset = Fieldset{.legend = Legend{"Does the child live in your area?"_html, "govuk-fieldset__legend--s"}},
       .items = {{.value = "yes", .content = "Yes"_html}, {.value = "no", .content = "No"_html}},
       .value = form.value("living"),
       .classes = "govuk-radios--inline"});
}

Html detail_fields(const Form& form, Outcome outcome, const FormErrors& errors) {
  Html html;
  switch (outcome) {
    case Outcome::on_roll:
      html << text_field(form, "laestab", "The school’s number (LAESTAB)", errors, "Seven digits",
                         "govuk-input--width-10");
      html << date_field(form, "start", "Start date", "", errors) << living_field(form);
      html << date_field(form, "attending", "Attending since", "The case can close only when the child attends",
                         errors);
      html << address_fields(form, errors);
      break;
    case Outcome::home_educated:
      html << checkboxes({.name = "written",
                          .items = {{.value = "yes", .content = "The parent confirmed this in writing"_html}},
                          .values = form.values("written")});
      html << living_field(form) << address_fields(form, errors);
      break;
    case Outcome::other_provision:
      html << text_field(form, "provider", "Who educates the child?", errors);
      html << date_field(form, "start", "Start date (optional)", "", errors) << living_field(form);
      html << address_fields(form, errors);
      break;
    case Outcome::resident_not_in_education:
      html << warning_text({.content =
                                "A case will be opened for you, because the duty to find education for the child "
                                "moves to your authority."_html});
      html << address_fields(form, errors);
      break;
    case Outcome::application_in_hand:
    case Outcome::checks_in_progress: html << date_field(form, "next", "When will you answer next?", "", errors); break;
    case Outcome::moved_on:
      html << text_field(form, "moved_to", "Where has the child moved to?", errors,
                         "The three digits of the authority, or the country");
      break;
    case Outcome::withheld:
    case Outcome::detained:
      html << text_field(form, "contact", "Whom can they call?", errors, "Name and telephone number");
      break;
    default: break;
  }
  return html;
}

bool has_details(Outcome outcome) {
  switch (outcome) {
    case Outcome::not_located:
    case Outcome::information_needed:
    case Outcome::wrong_authority:
    case Outcome::not_compulsory_age:
    case Outcome::different_child:
    case Outcome::died: return false;
    default: return true;
  }
}

Html details_page(const Visit& visit, Outcome outcome, const FormErrors& errors) {
  Html fields = detail_fields(visit.form, outcome, errors);
  // What this page asks for is not kept twice.
  Html rest;
  for (const auto& [name, value] : visit.form.fields()) {
    if (name == "outcome" || name == "checks" || name == "note" || name == "risk") rest << hidden(name, value);
  }
  fields << rest << hidden("step", "details") << button({.content = "Continue"_html});
  const int64_t version = base::parse_number(visit.form.value("version")).value_or(0);
  return join(title(text(words_of(outcome))), form_to(visit, "/enquiries/" + visit.id() + "/answer", fields, version));
}

Html check_page(const Visit& visit, const domain::Answer& answer) {
  SummaryList list = {.card = Card{.title = "Your answer"_html}};
  list.rows.push_back({.key = "What you found"_html, .value = text(words_of(answer.outcome))});
  Html rest = answer_words(answer);
  if (!rest.is_empty()) list.rows.push_back({.key = "Details"_html, .value = rest});
  Html html = title("Check before you send"_html);
  html << summary_list(list);
  if (domain::is_handover(answer.outcome)) {
    html << warning_text(
        {.content = "You take the child over: a case opens for your authority, and theirs closes."_html});
  }
  if (visit.form.has("risk")) {
    html << inset_text({.content =
                            "The address and the school stay with you. The reply says that the child was located, "
                            "and that they should contact you."_html});
  }
  Html send = kept(visit.form);
  send << hidden("step", "send") << button({.content = "Send the answer"_html, .prevents_double_click = true});
  Html change = kept(visit.form);
  change << hidden("step", "change")
         << button({.content = "Change the answer"_html, .classes = "govuk-button--secondary"});
  const int64_t version = base::parse_number(visit.form.value("version")).value_or(0);
  const std::string to = "/enquiries/" + visit.id() + "/answer";
  return html << form_to(visit, to, send, version) << form_to(visit, to, change, version);
}

net::Response show_step(const Visit& visit, const std::string& name, const Html& content, FormErrors errors,
                        int status) {
  Frame frame = {.title = name, .section = "/work-list"};
  frame.before = back_link({.href = "/enquiries/" + visit.id(), .content = "Back to the enquiry"_html});
  frame.content = join("<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html, content,
                       "</div></div>\n"_html);
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

FormErrors outcome_errors(const Form& form) {
  FormErrors errors;
  const auto outcome = outcome_of(form);
  if (!outcome) return {{"outcome", "Select what you found"}};
  if (*outcome == Outcome::not_located && form.values("checks").empty()) {
    errors.push_back({"checks", "Select the checks that you made"});
  }
  return errors;
}

// Whether an error belongs to the first page of the answer.
bool is_of_first_page(const FormErrors& errors) {
  for (const FormError& error : errors) {
    if (error.field == "outcome" || error.field == "checks" || error.field == "note" || error.field.empty())
      return true;
  }
  return false;
}

}  // namespace

Html answer_words(const domain::Answer& answer) {
  Html html;
  const auto line = [&html](const std::string& words) {
    if (!words.empty()) html << "<p class=\"app-as-typed\">"_html << words << "</p>\n"_html;
  };
  std::string checks;
  for (const std::string& one : answer.checks) checks += (checks.empty() ? "" : ", ") + one;
  if (!checks.empty()) line("Checked: " + checks + ".");
  if (answer.location) html << location_rows(*answer.location);
  if (answer.moved_to && !answer.moved_to->authority.empty()) {
    line("Moved on to " + authority_with_code(answer.moved_to->authority) + ".");
  }
  if (answer.moved_to && !answer.moved_to->country.empty()) line("Moved on to " + answer.moved_to->country + ".");
  if (answer.next_date) line("Next answer by " + web::words_of(*answer.next_date) + ".");
  if (!answer.contact.empty()) line("Contact: " + answer.contact);
  line(answer.note);
  return html;
}

Html outcome_form(const Visit& visit, const store::StoredEnquiry& found, const FormErrors& errors) {
  const std::string us = authority_name(visit.visitor.authority);
  const std::string them = authority_name(found.enquiry.from);
  const auto choice = [](Outcome outcome, const Html& help = {}) {
    Choice item = {.value = std::string(domain::text_of(outcome)), .content = text(words_of(outcome))};
    if (!help.is_empty()) item.hint = Hint{.content = help};
    return item;
  };
  Html fields = radios({.name = "outcome",
                        .fieldset = Fieldset{.legend = Legend{"What did you find?"_html, "govuk-fieldset__legend--m"}},
                        .error = error_at(errors, "outcome"),
                        .items = {choice(Outcome::on_roll, "You will be asked for the school and start date next"_html),
                                  choice(Outcome::home_educated), choice(Outcome::other_provision),
                                  choice(Outcome::resident_not_in_education,
                                         text("A case will be opened for you, because the duty moves to " + us)),
                                  choice(Outcome::application_in_hand), choice(Outcome::moved_on),
                                  choice(Outcome::not_located, "Only after you have made the checks below"_html),
                                  choice(Outcome::checks_in_progress), choice(Outcome::information_needed),
                                  choice(Outcome::withheld, "Telling them more would do harm: they get a contact"_html),
                                  choice(Outcome::wrong_authority), choice(Outcome::not_compulsory_age),
                                  choice(Outcome::different_child), choice(Outcome::died), choice(Outcome::detained)},
                        .value = visit.form.value("outcome")});
  std::vector<Choice> checks;
  for (const auto& [name, words] : checks_known) checks.push_back({.value = std::string(name), .content = text(words)});
  fields << checkboxes(
      {.name = "checks",
       .fieldset = Fieldset{.legend = Legend{"Which checks did you make?"_html, "govuk-fieldset__legend--m"}},
       .error = error_at(errors, "checks"),
       .items = checks,
       .values = visit.form.values("checks")});
  fields << text_area(visit.form, "note", "Anything " + them + " needs to know (optional)", errors);
  fields << checkboxes(
      {.name = "risk",
       .items = {{.value = "yes",
                  .content = "Someone may be at risk if this address is shared"_html,
                  .hint = Hint{.content =
                                   "The reply will say “located, contact us” and will not include the address"_html}}},
       .values = visit.form.values("risk")});
  fields << hidden("step", "outcome") << button({.content = "Continue"_html});
  return form_to(visit, "/enquiries/" + found.enquiry.id + "/answer", fields, found.enquiry.version);
}

PageAnswer answer_page(Site& site, Visit visit) {
  const auto found = co_await store::find_enquiry(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!found || found->enquiry.to != visit.visitor.authority) co_return show_not_found(visit);
  const std::string step = visit.form.value("step");
  FormErrors errors = outcome_errors(visit.form);
  if (step == "change" || !errors.empty()) {
    const int status = errors.empty() ? 200 : 422;
    net::Response again = co_await enquiry_again(site, std::move(visit), std::move(errors), status);
    co_return again;
  }
  const Outcome outcome = *outcome_of(visit.form);
  if (step == "outcome" && has_details(outcome)) {
    co_return show_step(visit, words_of(outcome), details_page(visit, outcome, {}), {}, 200);
  }
  // What the API would say of the answer is asked before it is sent.
  auto decoded = message::decode_answer(body_of(visit.form), visit.id());
  std::optional<base::Problem> problem;
  if (!decoded) problem = decoded.error();
  if (decoded) {
    auto missing = domain::missing_in(decoded->answer);
    if (!missing.empty()) problem = base::invalid(std::move(missing));
  }
  if (!problem && step != "send") {
    co_return show_step(visit, "Check before you send", check_page(visit, decoded->answer), {}, 200);
  }
  if (!problem) {
    const auto sent =
        co_await call_api(site, visit, "POST", "/enquiries/" + visit.id() + "/replies", body_of(visit.form));
    if (sent) co_return redirect("/enquiries/" + visit.id());
    problem = sent.error();
    visit.form.set("key", "");
  }
  errors = errors_of(*problem, field_names);
  if (problem->type == base::ProblemType::version_mismatch) errors = {{"", lost_race_words}};
  if (has_details(outcome) && !is_of_first_page(errors)) {
    const Html page = details_page(visit, outcome, errors);
    co_return show_step(visit, words_of(outcome), page, std::move(errors), problem->status());
  }
  net::Response again = co_await enquiry_again(site, std::move(visit), std::move(errors), problem->status());
  co_return again;
}

}  // namespace broker::web::pages
