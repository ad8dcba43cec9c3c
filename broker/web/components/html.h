// Markup, as a type of its own: text becomes markup by escaping alone, so that a page that compiles cannot inject any.
// Every component and page makes one.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace broker::web::components {

// Markup that stands in our own source: `"<p>"_html`. A literal is the only way to one.
class Markup {
 public:
  constexpr std::string_view view() const { return view_; }

 private:
  friend consteval Markup operator""_html(const char* text, size_t size);
  consteval explicit Markup(std::string_view view) : view_(view) {}
  std::string_view view_;
};

consteval Markup operator""_html(const char* text, size_t size) {
  return Markup(std::string_view(text, size));
}

class Html {
 public:
  Html() = default;
  Html(Markup markup) : markup_(markup.view()) {}

  // Text is escaped, for content and for the value of an attribute in quotes alike.
  Html& operator<<(std::string_view text);
  Html& operator<<(Markup markup);
  Html& operator<<(const Html& other);
  template <std::integral Number>
  Html& operator<<(Number number) {
    markup_ += std::to_string(number);
    return *this;
  }

  const std::string& markup() const { return markup_; }
  bool is_empty() const { return markup_.empty(); }
  bool operator==(const Html&) const = default;

 private:
  friend struct FixtureHtml;  // of the tests, which are given markup by GOV.UK Frontend's fixtures
  std::string markup_;
};

// Text as markup.
Html text(std::string_view text);

// The parts one after the other: markup as it is, text escaped.
template <typename... Parts>
Html join(const Parts&... parts) {
  Html html;
  (html << ... << parts);
  return html;
}

using Attributes = std::vector<std::pair<std::string, std::string>>;

// ` name="value"` for each.
Html attributes(const Attributes& list);
// ` name="value"`, or nothing where the value is empty.
Html attribute(Markup name, std::string_view value);
// ` class="first second"`; empty ones are left out.
Html class_attribute(std::initializer_list<std::string_view> classes);

}  // namespace broker::web::components
