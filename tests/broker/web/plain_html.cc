#include "tests/broker/web/plain_html.h"

#include <algorithm>
#include <vector>

namespace broker::web {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

std::string with_single_spaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// `name="value"` of a tag, sorted; classes too, since their order means nothing.
std::string plain_tag(std::string_view inside) {
  size_t at = 0;
  while (at < inside.size() && !is_space(inside[at])) ++at;
  std::string name(inside.substr(0, at));
  std::vector<std::string> attributes;
  while (at < inside.size()) {
    while (at < inside.size() && (is_space(inside[at]) || inside[at] == '/')) ++at;
    const size_t begin = at;
    while (at < inside.size() && !is_space(inside[at]) && inside[at] != '=' && inside[at] != '/') ++at;
    std::string attribute(inside.substr(begin, at - begin));
    if (at < inside.size() && inside[at] == '=') {
      const char quote = inside[++at];
      const size_t end = inside.find(quote, at + 1);
      std::string value = with_single_spaces(inside.substr(at + 1, end - at - 1));
      if (attribute == "class") {
        std::vector<std::string> classes;
        for (size_t from = 0; from <= value.size();) {
          const size_t space = std::min(value.find(' ', from), value.size());
          classes.push_back(value.substr(from, space - from));
          from = space + 1;
        }
        std::sort(classes.begin(), classes.end());
        value.clear();
        for (const std::string& one : classes) value += (value.empty() ? "" : " ") + one;
      }
      attribute += "=\"" + value + "\"";
      at = end + 1;
    }
    if (!attribute.empty()) attributes.push_back(attribute);
  }
  std::sort(attributes.begin(), attributes.end());
  for (const std::string& one : attributes) name += " " + one;
  return "<" + name + ">";
}

}  // namespace

std::string plain_html(std::string_view html) {
  std::string out;
  for (size_t at = 0; at < html.size();) {
    if (html[at] == '<') {
      size_t end = at;
      char quote = 0;
      for (; end < html.size() && (quote != 0 || html[end] != '>'); ++end) {
        if (quote == 0 && (html[end] == '"' || html[end] == '\''))
          quote = html[end];
        else if (html[end] == quote)
          quote = 0;
      }
      out += plain_tag(html.substr(at + 1, end - at - 1)) + "\n";
      at = end + 1;
    } else {
      const size_t end = std::min(html.find('<', at), html.size());
      const std::string text = with_single_spaces(html.substr(at, end - at));
      const size_t first = text.find_first_not_of(' ');
      if (first != std::string::npos) out += text.substr(first) + "\n";
      at = end;
    }
  }
  return out;
}

}  // namespace broker::web
