// The settings of an authority: its clocks, whom others call, and how long things are kept. Checked by the API's rules.
#include "broker/store/settings.h"

#include <algorithm>
#include <array>

#include "broker/base/text.h"
#include "broker/message/object_writer.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

using domain::Contact;
using domain::Settings;

struct NumberField {
  const char* name;  // of the API's member and of the field
  const char* title;
  const char* help;
  int Settings::* value;
};

constexpr std::array answering = {
    NumberField{"acknowledge_working_days", "Working days to acknowledge an enquiry", "",
                &Settings::acknowledge_working_days},
    NumberField{"answer_school_days", "School days to answer a routine enquiry", "", &Settings::answer_school_days},
    NumberField{"urgent_working_days", "Working days to the first answer of an urgent enquiry", "",
                &Settings::urgent_working_days},
    NumberField{"escalation_school_days", "School days until the lead for children missing education is told", "",
                &Settings::escalation_school_days}};
constexpr std::array own_work = {
    NumberField{"removal_reminder_school_days", "School days between two reminders of a removal from roll",
                "Of a removal that the school has not confirmed", &Settings::removal_reminder_school_days},
    NumberField{"transfer_school_days", "School days from a removal to the transfer file", "",
                &Settings::transfer_school_days}};
constexpr std::array keeping = {
    NumberField{"case_retention_years", "Years that a case is kept", "After it was closed or ended, with all about it",
                &Settings::case_retention_years},
    NumberField{"record_retention_days", "Days that rows of files are kept",
                "Since a file last named the child; also queries and notices", &Settings::record_retention_days},
    NumberField{"transfer_file_retention_days", "Days that a transfer file waits to be collected",
                "You are told before it is deleted", &Settings::transfer_file_retention_days}};

struct ContactField {
  const char* name;
  const char* title;
  const char* help;
  Contact Settings::* value;
};
constexpr std::array contacts = {
    ContactField{"contact", "For enquiries in the day", "Every authority sees it in the directory", &Settings::contact},
    ContactField{"out_of_hours", "Out of hours", "For enquiries where a visit is justified now",
                 &Settings::out_of_hours},
    ContactField{"cme_lead", "The lead for children missing education", "To whom an enquiry without an answer goes",
                 &Settings::cme_lead}};
constexpr std::array contact_parts = {std::pair{"name", "Name"}, std::pair{"phone", "Telephone"},
                                      std::pair{"email", "Email"}};

std::string reminders_in_words(const std::vector<int>& days) {
  std::string words;
  for (const int day : days) words += (words.empty() ? "" : ", ") + std::to_string(day);
  return words;
}

// The form as the settings stand.
Form form_of(const Settings& settings) {
  Form form;
  for (const auto& fields : {std::span<const NumberField>(answering), std::span<const NumberField>(own_work),
                             std::span<const NumberField>(keeping)}) {
    for (const NumberField& field : fields) form.set(field.name, std::to_string(settings.*field.value));
  }
  form.set("reminder_school_days", reminders_in_words(settings.reminder_school_days));
  for (const ContactField& contact : contacts) {
    const Contact& held = settings.*contact.value;
    const std::string name = contact.name;
    form.set(name + "-name", held.name);
    form.set(name + "-phone", held.phone);
    form.set(name + "-email", held.email);
  }
  form.set("version", std::to_string(settings.version));
  return form;
}

// A whole number as one; anything else as it was typed, which the API refuses with words.
void put_number(message::ObjectWriter& body, std::string_view name, std::string_view typed) {
  const std::string_view value = base::trimmed(typed);
  if (const auto number = base::parse_number(value)) {
    body.number(name, *number);
  } else {
    body.text(name, value);
  }
}

std::string reminders_json(const std::string& typed) {
  std::string list;
  for (const std::string_view part : base::split(typed, ',')) {
    const auto number = base::parse_number(base::trimmed(part));
    list += (list.empty() ? "" : ",") + (number ? std::to_string(*number) : std::string("null"));
  }
  return "[" + list + "]";
}

std::string settings_body(const Form& form) {
  message::ObjectWriter body;
  for (const auto& fields : {std::span<const NumberField>(answering), std::span<const NumberField>(own_work),
                             std::span<const NumberField>(keeping)}) {
    for (const NumberField& field : fields) put_number(body, field.name, form.value(field.name));
  }
  const std::string& reminders = form.value("reminder_school_days");
  body.json("reminder_school_days", base::trimmed(reminders).empty() ? "[]" : reminders_json(reminders));
  for (const ContactField& contact : contacts) {
    message::ObjectWriter one;
    for (const auto& [part, label] : contact_parts) {
      one.put(part, base::trimmed(form.value(std::string(contact.name) + "-" + part)));
    }
    body.json(contact.name, one.done());
  }
  return body.done();
}

// Names last as long as the errors that are made of them.
FormErrors errors_in_fields(const base::Problem& problem) {
  std::vector<std::pair<std::string, std::string>> kept;
  const auto add = [&kept](const std::string& pointer, const std::string& field, const std::string& title) {
    kept.emplace_back(pointer, field + "|" + title + ":");
  };
  for (const NumberField& field : answering) add("/" + std::string(field.name), field.name, field.title);
  add("/reminder_school_days", "reminder_school_days", "School days after which a reminder is sent");
  for (const NumberField& field : own_work) add("/" + std::string(field.name), field.name, field.title);
  for (const ContactField& contact : contacts) {
    for (const auto& [part, label] : contact_parts) {
      const std::string name = contact.name;
      add("/" + name + "/" + part, name + "-" + part, contact.title + std::string(", ") + label);
    }
  }
  for (const NumberField& field : keeping) add("/" + std::string(field.name), field.name, field.title);
  return errors_of(problem, FieldNames(kept.begin(), kept.end()));
}

Html number_fields(std::span<const NumberField> fields, const Form& form, const FormErrors& errors) {
  Html html;
  for (const NumberField& field : fields) {
    html << text_field(form, field.name, field.title, errors, field.help, "govuk-input--width-4");
  }
  return html;
}

Html settings_form(const Visit& visit, const Form& form, const FormErrors& errors) {
  Html fields = subtitle("When you are asked"_html);
  fields << paragraph("These days count for enquiries that other authorities send you."_html)
         << number_fields(answering, form, errors)
         << text_field(form, "reminder_school_days", "School days after which a reminder is sent", errors,
                       "Ascending, with commas, as 5, 10, 15", "govuk-input--width-10")
         << subtitle("Your own cases and schools"_html) << number_fields(own_work, form, errors)
         << subtitle("Whom others call"_html);
  for (const ContactField& contact : contacts) {
    Html parts;
    for (const auto& [part, label] : contact_parts) {
      parts << text_field(form, std::string(contact.name) + "-" + part, label, errors);
    }
    fields << fieldset({.legend = Legend{text(contact.title), "govuk-fieldset__legend--s"},
                        .content = join(hint({.content = text(contact.help)}), parts)});
  }
  fields << subtitle("How long things are kept"_html)
         << warning_text({.content = "A shorter time takes effect in the next night. What is forgotten then does not "
                                     "come back."_html})
         << number_fields(keeping, form, errors)
         << button({.content = "Save the settings"_html, .prevents_double_click = true});
  // Zero, of settings that were never changed, is a version too.
  fields << hidden("version", form.value("version"));
  return form_to(visit, "/settings", fields);
}

Html settings_list(const Settings& settings) {
  SummaryList list;
  const auto row = [&list](const char* key, const std::string& value) {
    list.rows.push_back({.key = text(key), .value = text(value)});
  };
  for (const NumberField& field : answering) row(field.title, std::to_string(settings.*field.value));
  row("School days after which a reminder is sent", reminders_in_words(settings.reminder_school_days));
  for (const NumberField& field : own_work) row(field.title, std::to_string(settings.*field.value));
  for (const ContactField& contact : contacts) {
    const Contact& held = settings.*contact.value;
    std::string words = held.name;
    for (const std::string& part : {held.phone, held.email}) {
      if (!part.empty()) words += (words.empty() ? "" : ", ") + part;
    }
    row(contact.title, words.empty() ? "None is set" : words);
  }
  for (const NumberField& field : keeping) row(field.title, std::to_string(settings.*field.value));
  return summary_list(list);
}

net::Response show_settings(const Visit& visit, const Html& content, FormErrors errors, int status) {
  Frame frame = {.title = "Settings", .section = "/settings"};
  frame.content << "<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html
                << title("Settings"_html, text(authority_name(visit.visitor.authority)));
  if (visit.query("saved") == "yes") {
    frame.content << inset_text({.content = "The settings are saved."_html});
  }
  if (visit.visitor.has(coordinator_role)) {
    frame.content << "<ul class=\"govuk-list\">\n<li>"_html << link("/officers", "Officers and their roles"_html)
                  << "</li>\n<li>"_html << link("/terms", "Term dates"_html) << "</li>\n</ul>\n"_html;
  }
  frame.content << content << "</div></div>\n"_html;
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

}  // namespace

PageAnswer settings_page(Site& site, Visit visit) {
  const Settings settings =
      co_await store::find_settings(site.services.pool, visit.visitor.viewer(), visit.visitor.authority);
  if (!visit.visitor.has(coordinator_role)) co_return show_settings(visit, settings_list(settings), {}, 200);
  co_return show_settings(visit, settings_form(visit, form_of(settings), {}), {}, 200);
}

PageAnswer save_settings_page(Site& site, Visit visit) {
  const std::string path = "/authorities/" + visit.visitor.authority + "/settings";
  const auto answer = co_await call_api(site, visit, "PUT", path, settings_body(visit.form));
  if (answer) co_return redirect("/settings?saved=yes");
  const base::Problem problem = answer.error();
  FormErrors errors = errors_in_fields(problem);
  if (problem.status() == 412) {
    errors = {{"", "Somebody has changed the settings since you opened this page. Open it again to see them."}};
  }
  const Html form = settings_form(visit, visit.form, errors);
  co_return show_settings(visit, form, std::move(errors), problem.status());
}

}  // namespace broker::web::pages
