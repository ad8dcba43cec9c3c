#include "broker/web/components/html.h"

namespace broker::web::components {

Html& Html::operator<<(std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': markup_ += "&amp;"; break;
      case '<': markup_ += "&lt;"; break;
      case '>': markup_ += "&gt;"; break;
      case '"': markup_ += "&quot;"; break;
      case '\'': markup_ += "&#39;"; break;
      default: markup_ += c;
    }
  }
  return *this;
}

Html& Html::operator<<(Markup markup) {
  markup_ += markup.view();
  return *this;
}

Html& Html::operator<<(const Html& other) {
  markup_ += other.markup_;
  return *this;
}

Html text(std::string_view text) {
  Html html;
  html << text;
  return html;
}

Html attributes(const Attributes& list) {
  Html html;
  for (const auto& [name, value] : list) html << " "_html << name << "=\""_html << value << "\""_html;
  return html;
}

Html attribute(Markup name, std::string_view value) {
  if (value.empty()) return {};
  return join(" "_html, name, "=\""_html, value, "\""_html);
}

Html class_attribute(std::initializer_list<std::string_view> classes) {
  std::string all;
  for (const std::string_view one : classes) {
    if (one.empty()) continue;
    if (!all.empty()) all += ' ';
    all += one;
  }
  return attribute("class"_html, all);
}

}  // namespace broker::web::components
