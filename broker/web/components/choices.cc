// Radios, checkboxes and the date: fields of several inputs, which a fieldset may hold together.
#include <algorithm>

#include "broker/web/components/form.h"

namespace broker::web::components {
namespace {

struct Group {
  std::string id;
  std::string described_by;
  const std::optional<Hint>& hint;
  const std::optional<ErrorMessage>& error;
};

Html help_of(Group& group) {
  Html html;
  const auto say = [&group](const std::string& id) {
    group.described_by += (group.described_by.empty() ? "" : " ") + id;
  };
  if (group.hint) {
    Hint shown = *group.hint;
    shown.id = group.id + "-hint";
    say(shown.id);
    html << hint(shown);
  }
  if (group.error) {
    ErrorMessage shown = *group.error;
    shown.id = group.id + "-error";
    say(shown.id);
    html << error_message(shown);
  }
  return html;
}

Html wrapped(const FormGroup& form_group, const std::optional<Fieldset>& around, const std::string& role,
             const Group& group, const Html& inner) {
  Html html =
      join("<div"_html,
           class_attribute({"govuk-form-group", group.error ? "govuk-form-group--error" : "", form_group.classes}),
           attributes(form_group.attributes), ">\n"_html);
  if (around) {
    Fieldset set = *around;
    set.described_by = group.described_by;
    set.role = role;
    set.content = inner;
    html << fieldset(set);
  } else {
    html << inner;
  }
  html << "</div>\n"_html;
  return html;
}

struct Kind {
  Markup type;
  Markup item;
  Markup input;
  Markup divider;
  std::string_view label;
  std::string_view hint;
};
constexpr Kind radio_kind = {
    "radio"_html,          "govuk-radios__item"_html, "govuk-radios__input"_html, "govuk-radios__divider"_html,
    "govuk-radios__label", "govuk-radios__hint"};
constexpr Kind checkbox_kind = {"checkbox"_html,
                                "govuk-checkboxes__item"_html,
                                "govuk-checkboxes__input"_html,
                                "govuk-checkboxes__divider"_html,
                                "govuk-checkboxes__label",
                                "govuk-checkboxes__hint"};

std::string with(std::string_view first, const std::string& more) {
  return more.empty() ? std::string(first) : std::string(first) + " " + more;
}

Html choice(const Kind& kind, const Choice& item, const std::string& id, const std::string& name, bool is_checked,
            std::string described_by) {
  if (!item.divider.empty()) return join("<div class=\""_html, kind.divider, "\">"_html, item.divider, "</div>\n"_html);
  const bool has_hint = item.hint && !item.hint->content.is_empty();
  if (has_hint) described_by = with(described_by, id + "-item-hint");
  if (described_by.starts_with(' ')) described_by.erase(0, 1);
  Html html = join("<div class=\""_html, kind.item, "\">\n<input class=\""_html, kind.input, "\" id=\""_html, id,
                   "\" name=\""_html, name, "\" type=\""_html, kind.type, "\" value=\""_html, item.value, "\""_html);
  if (is_checked) html << " checked"_html;
  if (item.is_disabled) html << " disabled"_html;
  html << attribute("data-behaviour"_html, item.behaviour) << attribute("aria-describedby"_html, described_by);
  html << attributes(item.attributes) << ">\n"_html;
  html << label({.content = item.content,
                 .classes = with(kind.label, item.label_classes),
                 .attributes = item.label_attributes,
                 .for_id = id});
  if (has_hint) {
    Hint shown = *item.hint;
    shown.id = id + "-item-hint";
    shown.classes = with(kind.hint, shown.classes);
    html << hint(shown);
  }
  html << "</div>\n"_html;
  return html;
}

std::string id_of(const Choice& item, const std::string& prefix, size_t index) {
  if (!item.id.empty()) return item.id;
  return index == 1 ? prefix : prefix + "-" + std::to_string(index);
}

Html date_item(const DateInput& params, const DateItem& item) {
  std::string name = item.name;
  if (!params.name_prefix.empty()) name = params.name_prefix + "-" + name;
  std::string title = item.label;
  if (title.empty()) {
    title = item.name;
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
  }
  std::string classes = "govuk-date-input__input";
  // Where one of them says that it is wrong, the others are not.
  const bool is_said = std::any_of(params.items.begin(), params.items.end(), [](const DateItem& one) {
    return one.classes.find("govuk-input--error") != std::string::npos;
  });
  if (params.error && !is_said) classes += " govuk-input--error";
  if (item.classes.find("govuk-input--width-") == std::string::npos) {
    classes += item.name == "year" ? " govuk-input--width-4" : " govuk-input--width-2";
  }
  const Input shown = {.name = name,
                       .id = item.id.empty() ? params.id + "-" + item.name : item.id,
                       .label = {.content = text(title), .classes = "govuk-date-input__label"},
                       .value = item.value,
                       .classes = with(classes, item.classes),
                       .inputmode = item.inputmode,
                       .autocomplete = item.autocomplete,
                       .pattern = item.pattern,
                       .attributes = item.attributes};
  return join("<div class=\"govuk-date-input__item\">\n"_html, input(shown), "</div>\n"_html);
}

}  // namespace

Html radios(const Radios& params) {
  Group group = {params.id_prefix.empty() ? params.name : params.id_prefix,
                 params.fieldset ? params.fieldset->described_by : "", params.hint, params.error};
  Html inner = help_of(group);
  inner << "<div"_html << class_attribute({"govuk-radios", params.classes}) << attributes(params.attributes)
        << " data-module=\"govuk-radios\">\n"_html;
  size_t index = 0;
  for (const Choice& item : params.items) {
    ++index;
    const bool is_chosen = !params.value.empty() && item.value == params.value;
    inner << choice(radio_kind, item, id_of(item, group.id, index), params.name, item.is_checked.value_or(is_chosen),
                    "");
  }
  inner << "</div>\n"_html;
  return wrapped(params.form_group, params.fieldset, params.fieldset ? params.fieldset->role : "", group, inner);
}

Html checkboxes(const Checkboxes& params) {
  Group group = {params.id_prefix.empty() ? params.name : params.id_prefix, params.described_by, params.hint,
                 params.error};
  if (params.fieldset && !params.fieldset->described_by.empty()) group.described_by = params.fieldset->described_by;
  Html inner = help_of(group);
  inner << "<div"_html << class_attribute({"govuk-checkboxes", params.classes}) << attributes(params.attributes)
        << " data-module=\"govuk-checkboxes\">\n"_html;
  size_t index = 0;
  for (const Choice& item : params.items) {
    ++index;
    const bool is_chosen = std::find(params.values.begin(), params.values.end(), item.value) != params.values.end();
    inner << choice(checkbox_kind, item, id_of(item, group.id, index), item.name.empty() ? params.name : item.name,
                    item.is_checked.value_or(is_chosen), params.fieldset ? "" : group.described_by);
  }
  inner << "</div>\n"_html;
  return wrapped(params.form_group, params.fieldset, params.fieldset ? params.fieldset->role : "", group, inner);
}

Html date_input(const DateInput& params) {
  Group group = {params.id, params.fieldset ? params.fieldset->described_by : "", params.hint, params.error};
  Html inner = help_of(group);
  inner << "<div"_html << class_attribute({"govuk-date-input", params.classes}) << attributes(params.attributes)
        << attribute("id"_html, params.id) << ">\n"_html;
  const std::vector<DateItem> usual = {{.name = "day"}, {.name = "month"}, {.name = "year"}};
  for (const DateItem& item : params.items.empty() ? usual : params.items) inner << date_item(params, item);
  inner << "</div>\n"_html;
  return wrapped(params.form_group, params.fieldset, "group", group, inner);
}

}  // namespace broker::web::components
