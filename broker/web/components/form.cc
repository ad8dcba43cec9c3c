#include "broker/web/components/form.h"

namespace broker::web::components {
namespace {

void say(std::string& described_by, const std::string& id) {
  described_by += (described_by.empty() ? "" : " ") + id;
}

// Hint and error message of a field, whose ids are added to what describes it.
Html help_of(const std::string& id, const std::optional<Hint>& hint_of_field,
             const std::optional<ErrorMessage>& error_of_field, std::string& described_by) {
  Html html;
  if (hint_of_field) {
    Hint shown = *hint_of_field;
    shown.id = id + "-hint";
    say(described_by, shown.id);
    html << hint(shown);
  }
  if (error_of_field) {
    ErrorMessage shown = *error_of_field;
    shown.id = id + "-error";
    say(described_by, shown.id);
    html << error_message(shown);
  }
  return html;
}

Html form_group(const FormGroup& group, bool has_error, const Html& content) {
  return join("<div"_html,
              class_attribute({"govuk-form-group", has_error ? "govuk-form-group--error" : "", group.classes}),
              attributes(group.attributes), ">"_html, content, "</div>\n"_html);
}

Html label_for(Label params, const std::string& id) {
  params.for_id = id;
  return label(params);
}

const std::string& id_or(const std::string& id, const std::string& name) {
  return id.empty() ? name : id;
}

Markup flag(bool is_set, Markup name) {
  return is_set ? name : ""_html;
}

}  // namespace

Html label(const Label& params) {
  if (params.content.is_empty()) return {};
  const Html one = join("<label"_html, class_attribute({"govuk-label", params.classes}), attributes(params.attributes),
                        attribute("for"_html, params.for_id), ">"_html, params.content, "</label>\n"_html);
  if (!params.is_page_heading) return one;
  return join("<h1 class=\"govuk-label-wrapper\">"_html, one, "</h1>\n"_html);
}

Html hint(const Hint& params) {
  return join("<div"_html, attribute("id"_html, params.id), class_attribute({"govuk-hint", params.classes}),
              attributes(params.attributes), ">"_html, params.content, "</div>\n"_html);
}

Html error_message(const ErrorMessage& params) {
  Html html = join("<p"_html, attribute("id"_html, params.id), class_attribute({"govuk-error-message", params.classes}),
                   attributes(params.attributes), ">"_html);
  if (!params.visually_hidden_text.empty()) {
    html << "<span class=\"govuk-visually-hidden\">"_html << params.visually_hidden_text << ":</span> "_html;
  }
  html << params.content << "</p>\n"_html;
  return html;
}

Html fieldset(const Fieldset& params) {
  Html html =
      join("<fieldset"_html, class_attribute({"govuk-fieldset", params.classes}), attribute("role"_html, params.role),
           attribute("aria-describedby"_html, params.described_by), attributes(params.attributes), ">\n"_html);
  if (params.legend && !params.legend->content.is_empty()) {
    html << "<legend"_html << class_attribute({"govuk-fieldset__legend", params.legend->classes}) << ">"_html;
    if (params.legend->is_page_heading) {
      html << "<h1 class=\"govuk-fieldset__heading\">"_html << params.legend->content << "</h1>"_html;
    } else {
      html << params.legend->content;
    }
    html << "</legend>\n"_html;
  }
  html << params.content << "</fieldset>\n"_html;
  return html;
}

Html input(const Input& params) {
  const std::string& id = id_or(params.id, params.name);
  std::string described_by = params.described_by;
  Html content = label_for(params.label, id);
  content << help_of(id, params.hint, params.error, described_by);
  content << "<input"_html
          << class_attribute({"govuk-input", params.classes, params.error ? "govuk-input--error" : ""});
  content << " id=\""_html << id << "\" name=\""_html << params.name << "\" type=\""_html << params.type << "\""_html;
  content << attribute("spellcheck"_html, params.spellcheck);
  if (params.value) content << " value=\""_html << *params.value << "\""_html;
  content << flag(params.is_disabled, " disabled"_html) << attribute("aria-describedby"_html, described_by);
  content << attribute("autocomplete"_html, params.autocomplete);
  content << attribute("autocapitalize"_html, params.autocapitalize) << attribute("pattern"_html, params.pattern);
  content << attribute("inputmode"_html, params.inputmode) << attributes(params.attributes) << ">\n"_html;
  return form_group(params.form_group, params.error.has_value(), content);
}

Html textarea(const Textarea& params) {
  const std::string& id = id_or(params.id, params.name);
  std::string described_by = params.described_by;
  Html content = label_for(params.label, id);
  content << help_of(id, params.hint, params.error, described_by);
  content << "<textarea"_html
          << class_attribute({"govuk-textarea", params.error ? "govuk-textarea--error" : "", params.classes});
  content << " id=\""_html << id << "\" name=\""_html << params.name << "\" rows=\""_html << params.rows << "\""_html;
  content << attribute("spellcheck"_html, params.spellcheck) << attribute("aria-describedby"_html, described_by);
  content << attribute("autocomplete"_html, params.autocomplete) << attributes(params.attributes) << ">"_html;
  // A browser drops the first line feed after the tag; this one is it, so that the text's own stays.
  if (params.value.starts_with('\n')) content << "\n"_html;
  content << params.value << "</textarea>\n"_html;
  return form_group(params.form_group, params.error.has_value(), content);
}

Html select(const Select& params) {
  const std::string& id = id_or(params.id, params.name);
  std::string described_by = params.described_by;
  Html content = label_for(params.label, id);
  content << help_of(id, params.hint, params.error, described_by);
  content << "<select"_html
          << class_attribute({"govuk-select", params.classes, params.error ? "govuk-select--error" : ""});
  content << " id=\""_html << id << "\" name=\""_html << params.name << "\""_html;
  content << attribute("aria-describedby"_html, described_by) << attributes(params.attributes) << ">\n"_html;
  for (const Option& item : params.items) {
    const std::string& value = item.value ? *item.value : item.text;
    const bool is_chosen = !params.value.empty() && value == params.value;
    content << "<option"_html;
    if (item.value) content << " value=\""_html << *item.value << "\""_html;
    content << flag(item.is_selected.value_or(is_chosen), " selected"_html) << flag(item.is_disabled, " disabled"_html);
    content << attributes(item.attributes) << ">"_html << item.text << "</option>\n"_html;
  }
  content << "</select>\n"_html;
  return form_group(params.form_group, params.error.has_value(), content);
}

Html file_upload(const FileUpload& params) {
  const std::string& id = id_or(params.id, params.name);
  std::string described_by = params.described_by;
  Html content = label_for(params.label, id);
  content << help_of(id, params.hint, params.error, described_by);
  content << "<input"_html
          << class_attribute({"govuk-file-upload", params.classes, params.error ? "govuk-file-upload--error" : ""});
  content << " id=\""_html << id << "\" name=\""_html << params.name << "\" type=\"file\""_html;
  content << flag(params.is_disabled, " disabled"_html) << flag(params.takes_many, " multiple"_html);
  content << attribute("aria-describedby"_html, described_by) << attributes(params.attributes) << ">\n"_html;
  return form_group(params.form_group, params.error.has_value(), content);
}

Html button(const Button& params) {
  Html common = class_attribute({"govuk-button", params.classes, params.is_start ? "govuk-button--start" : ""});
  common << " data-module=\"govuk-button\""_html << attributes(params.attributes) << attribute("id"_html, params.id);
  Html content = params.content;
  if (params.is_start) {
    content << R"(<svg class="govuk-button__start-icon" xmlns="http://www.w3.org/2000/svg" width="17.5" height="19")"
               R"( viewBox="0 0 33 40" aria-hidden="true" focusable="false"><path fill="currentColor")"
               R"( d="M0 0h13l20 20-20 20H0l20-20z"/></svg>)"_html;
  }
  if (!params.href.empty()) {
    return join("<a href=\""_html, params.href, "\" role=\"button\" draggable=\"false\""_html, common, ">"_html,
                content, "</a>\n"_html);
  }
  Html html = join("<button type=\""_html, params.type, "\""_html, attribute("value"_html, params.value),
                   attribute("name"_html, params.name));
  html << flag(params.is_disabled, " disabled aria-disabled=\"true\""_html);
  if (params.prevents_double_click) {
    html << " data-prevent-double-click=\""_html << (*params.prevents_double_click ? "true"_html : "false"_html)
         << "\""_html;
  }
  html << common << ">"_html << content << "</button>\n"_html;
  return html;
}

Html error_summary(const ErrorSummary& params) {
  Html html = join("<div"_html, class_attribute({"govuk-error-summary", params.classes}));
  if (params.disables_auto_focus) {
    html << " data-disable-auto-focus=\""_html << (*params.disables_auto_focus ? "true"_html : "false"_html)
         << "\""_html;
  }
  html << attributes(params.attributes) << " data-module=\"govuk-error-summary\">\n<div role=\"alert\">\n"_html;
  html << "<h2 class=\"govuk-error-summary__title\">"_html << params.title << "</h2>\n"_html;
  html << "<div class=\"govuk-error-summary__body\">\n"_html;
  if (!params.description.is_empty()) html << "<p>"_html << params.description << "</p>\n"_html;
  if (!params.errors.empty()) {
    html << "<ul class=\"govuk-list govuk-error-summary__list\">\n"_html;
    for (const SummaryError& error : params.errors) {
      html << "<li>"_html;
      if (error.href.empty()) {
        html << error.content;
      } else {
        html << "<a href=\""_html << error.href << "\""_html << attributes(error.attributes) << ">"_html
             << error.content << "</a>"_html;
      }
      html << "</li>\n"_html;
    }
    html << "</ul>\n"_html;
  }
  html << "</div>\n</div>\n</div>\n"_html;
  return html;
}

}  // namespace broker::web::components
