// The frame of every page: header, service navigation, skip link, error summary, main, footer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/net/http.h"
#include "broker/web/components/html.h"
#include "broker/web/visitor.h"

namespace broker::web {

using components::Html;

// One thing wrong with a form: the field's id and the words, shown at the top and at the field.
struct FormError {
  std::string field;  // empty: of the form as a whole
  std::string sentence;
};
using FormErrors = std::vector<FormError>;

struct Frame {
  std::string title;    // of the page, without the service
  std::string section;  // of the navigation, by its address: "/work-list"
  Html before;          // back link or breadcrumbs, above the main part
  Html content;
  FormErrors errors;     // above the content; then the title begins with "Error:"
  bool is_wide = false;  // tables of work
};

// `visitor` may be null on the pages that anybody can read.
std::string document(const Frame& frame, const Visitor* visitor);

}  // namespace broker::web
