// Form components against the fixtures of GOV.UK Frontend: the same HTML for each case whose options we support.
#include "broker/web/components/form.h"

#include "tests/broker/web/fixture_options.h"

namespace broker::web::components {
namespace {

Label label_of(const Json& json) {
  Options o(json);
  return {.content = o.content(),
          .classes = o.text("classes"),
          .is_page_heading = o.flag("isPageHeading"),
          .attributes = o.attributes(),
          .for_id = o.text("for")};
}
std::optional<Hint> hint_of(Options& options) {
  if (!options.has("hint")) return std::nullopt;
  Options o(options.json("hint"));
  return Hint{.content = o.content(), .id = o.text("id"), .classes = o.text("classes"), .attributes = o.attributes()};
}
ErrorMessage error_of(const Json& json) {
  Options o(json);
  ErrorMessage error = {
      .content = o.content(), .id = o.text("id"), .classes = o.text("classes"), .attributes = o.attributes()};
  error.visually_hidden_text = o.text("visuallyHiddenText", "Error");
  return error;
}
std::optional<ErrorMessage> error_of(Options& options) {
  if (!options.has("errorMessage")) return std::nullopt;
  return error_of(options.json("errorMessage"));
}
Fieldset fieldset_of(const Json& json) {
  Options o(json);
  Fieldset set = {.described_by = o.text("describedBy"),
                  .classes = o.text("classes"),
                  .role = o.text("role"),
                  .attributes = o.attributes(),
                  .content = o.content("none", "html")};
  if (o.has("legend")) {
    Options l(o.json("legend"));
    set.legend = Legend{l.content(), l.text("classes"), l.flag("isPageHeading")};
  }
  return set;
}
FormGroup group_of(Options& options) {
  Options o(options.json("formGroup"));
  return {o.text("classes"), o.attributes()};
}
std::string spellcheck_of(Options& o) {
  const auto flag = o.flag_or_none("spellcheck");
  return !flag ? "" : *flag ? "true" : "false";
}
std::vector<Choice> choices_of(Options& options) {
  std::vector<Choice> items;
  for (const Json& json : options.json("items")) {
    if (!json.is_object()) throw Unsupported{"items that are none"};
    Options o(json);
    Choice item = {.value = o.text("value"),
                   .content = o.content(),
                   .hint = hint_of(o),
                   .is_checked = o.flag_or_none("checked"),
                   .is_disabled = o.flag("disabled"),
                   .id = o.text("id"),
                   .name = o.text("name"),
                   .behaviour = o.text("behaviour"),
                   .attributes = o.attributes(),
                   .divider = o.text("divider")};
    Options l(o.json("label"));
    item.label_classes = l.text("classes");
    item.label_attributes = l.attributes();
    items.push_back(std::move(item));
  }
  return items;
}
Html make_date_input(Options& o) {
  DateInput d = {.id = o.text("id"),
                 .name_prefix = o.text("namePrefix"),
                 .hint = hint_of(o),
                 .error = error_of(o),
                 .classes = o.text("classes"),
                 .form_group = group_of(o),
                 .attributes = o.attributes()};
  if (o.has("fieldset")) d.fieldset = fieldset_of(o.json("fieldset"));
  for (const Json& json : o.json("items")) {
    if (!json.is_object()) continue;
    Options i(json);
    DateItem item = {.name = i.text("name"),
                     .label = i.text("label"),
                     .id = i.text("id"),
                     .classes = i.text("classes"),
                     .autocomplete = i.text("autocomplete"),
                     .inputmode = i.text("inputmode", "numeric"),
                     .pattern = i.text("pattern"),
                     .attributes = i.attributes()};
    if (i.has("value")) item.value = i.text("value");
    d.items.push_back(std::move(item));
  }
  return date_input(d);
}

Html make_error_summary(Options& o) {
  ErrorSummary s = {.title = o.content("titleText", "titleHtml"),
                    .description = o.content("descriptionText", "descriptionHtml"),
                    .classes = o.text("classes"),
                    .disables_auto_focus = o.flag_or_none("disableAutoFocus"),
                    .attributes = o.attributes()};
  for (const Json& json : o.json("errorList")) {
    Options e(json);
    s.errors.push_back({e.content(), e.text("href"), e.attributes()});
  }
  return error_summary(s);
}

Html make_select(Options& o) {
  Select s = {.name = o.text("name"),
              .id = o.text("id"),
              .label = label_of(o.json("label")),
              .hint = hint_of(o),
              .error = error_of(o),
              .value = o.text("value"),
              .classes = o.text("classes"),
              .described_by = o.text("describedBy"),
              .form_group = group_of(o),
              .attributes = o.attributes()};
  for (const Json& json : o.json("items")) {
    if (!json.is_object()) continue;
    Options i(json);
    if (i.has("value") && json["value"].is_boolean()) throw Unsupported{"value that is no text"};
    Option option = {.text = i.text("text"),
                     .is_selected = i.flag_or_none("selected"),
                     .is_disabled = i.flag("disabled"),
                     .attributes = i.attributes()};
    if (i.has("value")) option.value = i.text("value");
    s.items.push_back(std::move(option));
  }
  return select(s);
}

const std::map<std::string, Make>& makers() {
  static const std::map<std::string, Make> all = {
      {"button",
       [](Options& o) {
         if (o.flag("isStartButton") && !o.text("html").empty()) throw Unsupported{"html of a start button"};
         return button({.content = o.content(),
                        .href = o.text("href"),
                        .type = o.text("type", "submit"),
                        .name = o.text("name"),
                        .value = o.text("value"),
                        .id = o.text("id"),
                        .classes = o.text("classes"),
                        .is_disabled = o.flag("disabled"),
                        .is_start = o.flag("isStartButton"),
                        .prevents_double_click = o.flag_or_none("preventDoubleClick"),
                        .attributes = o.attributes()});
       }},
      {"checkboxes",
       [](Options& o) {
         Checkboxes c = {.name = o.text("name"),
                         .id_prefix = o.text("idPrefix"),
                         .described_by = o.text("describedBy"),
                         .hint = hint_of(o),
                         .error = error_of(o),
                         .items = choices_of(o),
                         .classes = o.text("classes"),
                         .form_group = group_of(o),
                         .attributes = o.attributes()};
         if (o.has("fieldset")) c.fieldset = fieldset_of(o.json("fieldset"));
         for (const Json& value : o.json("values"))
           c.values.push_back(value.is_string() ? value.get<std::string>() : value.dump());
         return checkboxes(c);
       }},
      {"date-input", make_date_input},
      {"error-message",
       [](Options& o) {
         ErrorMessage e = {
             .content = o.content(), .id = o.text("id"), .classes = o.text("classes"), .attributes = o.attributes()};
         e.visually_hidden_text = o.text("visuallyHiddenText", "Error");
         return error_message(e);
       }},
      {"error-summary", make_error_summary},
      {"fieldset",
       [](Options& o) {
         Fieldset set = {.described_by = o.text("describedBy"),
                         .classes = o.text("classes"),
                         .role = o.text("role"),
                         .attributes = o.attributes(),
                         .content = FixtureHtml::of(o.text("html"))};
         if (o.has("legend")) {
           Options l(o.json("legend"));
           set.legend = Legend{l.content(), l.text("classes"), l.flag("isPageHeading")};
         }
         return fieldset(set);
       }},
      {"file-upload",
       [](Options& o) {
         return file_upload({.name = o.text("name"),
                             .id = o.text("id"),
                             .label = label_of(o.json("label")),
                             .hint = hint_of(o),
                             .error = error_of(o),
                             .classes = o.text("classes"),
                             .described_by = o.text("describedBy"),
                             .is_disabled = o.flag("disabled"),
                             .takes_many = o.flag("multiple"),
                             .form_group = group_of(o),
                             .attributes = o.attributes()});
       }},
      {"hint",
       [](Options& o) {
         return hint(
             {.content = o.content(), .id = o.text("id"), .classes = o.text("classes"), .attributes = o.attributes()});
       }},
      {"input",
       [](Options& o) {
         Input i = {.name = o.text("name"),
                    .id = o.text("id"),
                    .label = label_of(o.json("label")),
                    .hint = hint_of(o),
                    .error = error_of(o),
                    .type = o.text("type", "text"),
                    .classes = o.text("classes"),
                    .described_by = o.text("describedBy"),
                    .inputmode = o.text("inputmode"),
                    .autocomplete = o.text("autocomplete"),
                    .autocapitalize = o.text("autocapitalize"),
                    .pattern = o.text("pattern"),
                    .spellcheck = spellcheck_of(o),
                    .is_disabled = o.flag("disabled"),
                    .form_group = group_of(o),
                    .attributes = o.attributes()};
         if (o.has("value")) i.value = o.text("value");
         return input(i);
       }},
      {"label",
       [](Options& o) {
         return label({.content = o.content(),
                       .classes = o.text("classes"),
                       .is_page_heading = o.flag("isPageHeading"),
                       .attributes = o.attributes(),
                       .for_id = o.text("for")});
       }},
      {"radios",
       [](Options& o) {
         Radios r = {.name = o.text("name"),
                     .id_prefix = o.text("idPrefix"),
                     .hint = hint_of(o),
                     .error = error_of(o),
                     .items = choices_of(o),
                     .value = o.text("value"),
                     .classes = o.text("classes"),
                     .form_group = group_of(o),
                     .attributes = o.attributes()};
         if (o.has("fieldset")) r.fieldset = fieldset_of(o.json("fieldset"));
         return radios(r);
       }},
      {"select", make_select},
      {"textarea", [](Options& o) {
         return textarea({.name = o.text("name"),
                          .id = o.text("id"),
                          .label = label_of(o.json("label")),
                          .hint = hint_of(o),
                          .error = error_of(o),
                          .value = o.text("value"),
                          .rows = std::stoi(o.text("rows", "5")),
                          .classes = o.text("classes"),
                          .described_by = o.text("describedBy"),
                          .autocomplete = o.text("autocomplete"),
                          .spellcheck = spellcheck_of(o),
                          .form_group = group_of(o),
                          .attributes = o.attributes()});
       }}};
  return all;
}

TEST(FormComponents, GiveTheHtmlOfGovukFrontend) {
  expect_html_of_fixtures(makers(), "unsupported_form.txt");
}

}  // namespace
}  // namespace broker::web::components
