// GOV.UK Frontend's form components, as typed functions. Each gives the same HTML as its Nunjucks macro does; the tests
// hold them against govuk-frontend's own fixtures.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/web/components/html.h"

namespace broker::web::components {

struct Label {
  Html content;
  std::string classes;
  bool is_page_heading = false;
  Attributes attributes;
  std::string for_id;
};
Html label(const Label& params);

struct Hint {
  Html content;
  std::string id;
  std::string classes;
  Attributes attributes;
};
Html hint(const Hint& params);

struct ErrorMessage {
  Html content;
  std::string id;
  std::string classes;
  Attributes attributes;
  std::string visually_hidden_text = "Error";
};
Html error_message(const ErrorMessage& params);

struct Legend {
  Html content;
  std::string classes;
  bool is_page_heading = false;
};
struct Fieldset {
  std::optional<Legend> legend;
  std::string described_by;
  std::string classes;
  std::string role;
  Attributes attributes;
  Html content;
};
Html fieldset(const Fieldset& params);

struct FormGroup {
  std::string classes;
  Attributes attributes;
};

struct Input {
  std::string name;
  std::string id;  // the name where empty
  Label label;
  std::optional<Hint> hint;
  std::optional<ErrorMessage> error;
  std::optional<std::string> value;
  std::string type = "text";
  std::string classes;
  std::string described_by;
  std::string inputmode;
  std::string autocomplete;
  std::string autocapitalize;
  std::string pattern;
  std::string spellcheck;  // "true", "false" or empty
  bool is_disabled = false;
  FormGroup form_group;
  Attributes attributes;
};
Html input(const Input& params);

struct Textarea {
  std::string name;
  std::string id;
  Label label;
  std::optional<Hint> hint;
  std::optional<ErrorMessage> error;
  std::string value;
  int rows = 5;
  std::string classes;
  std::string described_by;
  std::string autocomplete;
  std::string spellcheck;
  FormGroup form_group;
  Attributes attributes;
};
Html textarea(const Textarea& params);

struct Option {
  std::string text;
  std::optional<std::string> value;  // the text where absent
  std::optional<bool> is_selected;
  bool is_disabled = false;
  Attributes attributes;
};
struct Select {
  std::string name;
  std::string id;
  Label label;
  std::optional<Hint> hint;
  std::optional<ErrorMessage> error;
  std::vector<Option> items;
  std::string value;
  std::string classes;
  std::string described_by;
  FormGroup form_group;
  Attributes attributes;
};
Html select(const Select& params);

struct FileUpload {
  std::string name;
  std::string id;
  Label label;
  std::optional<Hint> hint;
  std::optional<ErrorMessage> error;
  std::string classes;
  std::string described_by;
  bool is_disabled = false;
  bool takes_many = false;
  FormGroup form_group;
  Attributes attributes;
};
Html file_upload(const FileUpload& params);

// One choice of radios or checkboxes; a divider stands between two of them.
struct Choice {
  std::string value;
  Html content;
  std::optional<Hint> hint;
  std::optional<bool> is_checked;
  bool is_disabled = false;
  std::string id;
  std::string name;       // of checkboxes alone
  std::string behaviour;  // of checkboxes alone: "exclusive"
  std::string label_classes;
  Attributes label_attributes;
  Attributes attributes;
  std::string divider;
};

struct Radios {
  std::string name;
  std::string id_prefix;
  std::optional<Fieldset> fieldset;
  std::optional<Hint> hint;
  std::optional<ErrorMessage> error;
  std::vector<Choice> items;
  std::string value;
  std::string classes;
  FormGroup form_group;
  Attributes attributes;
};
Html radios(const Radios& params);

struct Checkboxes {
  std::string name;
  std::string id_prefix;
  std::string described_by;
  std::optional<Fieldset> fieldset;
  std::optional<Hint> hint;
  std::optional<ErrorMessage> error;
  std::vector<Choice> items;
  std::vector<std::string> values;
  std::string classes;
  FormGroup form_group;
  Attributes attributes;
};
Html checkboxes(const Checkboxes& params);

struct DateItem {
  std::string name;
  std::string label;
  std::optional<std::string> value;
  std::string id;
  std::string classes;
  std::string autocomplete;
  std::string inputmode = "numeric";
  std::string pattern;
  Attributes attributes;
};
// Day, month and year unless `items` says otherwise.
struct DateInput {
  std::string id;
  std::string name_prefix;
  std::optional<Fieldset> fieldset;
  std::optional<Hint> hint;
  std::optional<ErrorMessage> error;
  std::vector<DateItem> items;
  std::string classes;
  FormGroup form_group;
  Attributes attributes;
};
Html date_input(const DateInput& params);

struct Button {
  Html content;
  std::string href;  // a link that looks like a button, where given
  std::string type = "submit";
  std::string name;
  std::string value;
  std::string id;
  std::string classes;
  bool is_disabled = false;
  bool is_start = false;
  std::optional<bool> prevents_double_click;
  Attributes attributes;
};
Html button(const Button& params);

struct SummaryError {
  Html content;
  std::string href;
  Attributes attributes;
};
struct ErrorSummary {
  Html title;
  Html description;
  std::vector<SummaryError> errors;
  std::string classes;
  std::optional<bool> disables_auto_focus;
  Attributes attributes;
};
Html error_summary(const ErrorSummary& params);

}  // namespace broker::web::components
