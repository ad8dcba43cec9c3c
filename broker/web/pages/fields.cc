// The fields of forms and the small pieces of pages that parts.h declares.
#include "broker/base/ids.h"
#include "broker/base/random.h"
#include "broker/base/text.h"
#include "broker/web/pages/parts.h"

namespace broker::web::pages {
namespace {

// Names one filling-in of a form: a double click is one enquiry.
std::string new_key() {
  base::SystemRandom random;
  const uint64_t parts[2] = {random.next(), random.next()};
  return "page-" + base::to_hex(std::string_view(reinterpret_cast<const char*>(parts), sizeof parts));
}

Html form(const Visit& visit, const std::string& action, Markup encoding, const Html& content, int64_t version) {
  Html html = join("<form method=\"post\" action=\""_html, action, "\""_html, encoding, " novalidate>\n"_html);
  html << hidden("token", masked_token(visit.visitor.csrf_token));
  const std::string& key = visit.form.value("key");
  html << hidden("key", key.empty() ? new_key() : key);
  if (version > 0) html << hidden("version", std::to_string(version));
  html << content << "</form>\n"_html;
  return html;
}

bool is_digits(const std::string& value) {
  return !value.empty() && value.size() <= 4 && base::parse_number(value).has_value();
}

std::string two_digits(const std::string& value) {
  return value.size() == 1 ? "0" + value : value;
}

}  // namespace

Html hidden(std::string_view name, std::string_view value) {
  return join("<input type=\"hidden\" name=\""_html, name, "\" value=\""_html, value, "\">\n"_html);
}

Html form_to(const Visit& visit, const std::string& action, const Html& content, int64_t version) {
  return form(visit, action, ""_html, content, version);
}

Html file_form_to(const Visit& visit, const std::string& action, const Html& content) {
  return form(visit, action, " enctype=\"multipart/form-data\""_html, content, 0);
}

std::optional<ErrorMessage> error_at(const FormErrors& errors, std::string_view field) {
  for (const FormError& error : errors) {
    if (error.field == field) return ErrorMessage{.content = text(error.sentence)};
  }
  return std::nullopt;
}

std::string typed_date(const Form& form, const std::string& name) {
  const std::string day(base::trimmed(form.value(name + "-day")));
  const std::string month(base::trimmed(form.value(name + "-month")));
  const std::string year(base::trimmed(form.value(name + "-year")));
  if (day.empty() && month.empty() && year.empty()) return {};
  if (!is_digits(year) || !is_digits(month) || !is_digits(day)) return year + "-" + month + "-" + day;
  return year + "-" + two_digits(month) + "-" + two_digits(day);
}

Html date_field(const Form& form, const std::string& name, const std::string& legend, const std::string& help,
                const FormErrors& errors) {
  DateInput date = {.id = name,
                    .name_prefix = name,
                    .fieldset = Fieldset{.legend = Legend{text(legend), "govuk-fieldset__legend--s"}},
                    .error = error_at(errors, name + "-day")};
  if (!help.empty()) date.hint = Hint{.content = text(help)};
  for (const char* part : {"day", "month", "year"}) {
    date.items.push_back({.name = part, .value = form.value(name + "-" + part)});
  }
  return date_input(date);
}

Html text_field(const Form& form, const std::string& name, const std::string& title, const FormErrors& errors,
                const std::string& help, const std::string& classes) {
  Input field = {.name = name,
                 .label = {.content = text(title), .classes = "govuk-label--s"},
                 .error = error_at(errors, name),
                 .value = form.value(name),
                 .classes = classes.empty() ? "govuk-input--width-20" : classes,
                 .autocomplete = "off"};
  if (!help.empty()) field.hint = Hint{.content = text(help)};
  return input(field);
}

Html text_area(const Form& form, const std::string& name, const std::string& title, const FormErrors& errors,
               const std::string& help) {
  Textarea field = {.name = name,
                    .label = {.content = text(title), .classes = "govuk-label--s"},
                    .error = error_at(errors, name),
                    .value = form.value(name),
                    .autocomplete = "off"};
  if (!help.empty()) field.hint = Hint{.content = text(help)};
  return textarea(field);
}

Html paragraph(const Html& content) {
  return join("<p class=\"govuk-body\">"_html, content, "</p>\n"_html);
}

Html title(const Html& content, const Html& caption) {
  Html html;
  if (!caption.is_empty()) html << "<span class=\"govuk-caption-l\">"_html << caption << "</span>\n"_html;
  html << "<h1 class=\"govuk-heading-l\">"_html << content << "</h1>\n"_html;
  return html;
}

Html subtitle(const Html& content, std::string_view id) {
  return join("<h2 class=\"govuk-heading-m\""_html, attribute("id"_html, id), ">"_html, content, "</h2>\n"_html);
}

Html link(const std::string& address, const Html& content) {
  return join("<a class=\"govuk-link\" href=\""_html, address, "\">"_html, content, "</a>"_html);
}

Html scrolling_table(Table params, const std::string& id) {
  return join("<div class=\"app-table-scroll\" role=\"region\" aria-label=\""_html, params.caption,
              "\" tabindex=\"0\" id=\""_html, id, "\">\n"_html, table(params), "</div>\n"_html);
}

Html muted(const Html& content) {
  return join("<span class=\"govuk-body-s app-muted\">"_html, content, "</span>"_html);
}

Html code(std::string_view value) {
  return join("<span class=\"app-code\">"_html, value, "</span>"_html);
}

Html coloured_tag(std::string_view words, std::string_view colour) {
  return tag({.content = text(words), .classes = "govuk-tag--" + std::string(colour)});
}

Html figures(const std::vector<Figure>& list) {
  Html html = "<ul class=\"app-kpis\" aria-label=\"Summary\">\n"_html;
  for (const Figure& one : list) {
    html << "<li"_html << class_attribute({one.is_alert ? "app-kpis--alert" : ""})
         << "><span class=\"app-kpis__n\">"_html << one.number << "</span><span class=\"app-kpis__l\">"_html
         << one.words << "</span></li>\n"_html;
  }
  html << "</ul>\n"_html;
  return html;
}

}  // namespace broker::web::pages
