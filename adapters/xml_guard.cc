#include "adapters/xml_guard.h"

#include <algorithm>
#include <array>
#include <vector>

#include "adapters/refused_file.h"

namespace adapters {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_blank(char c) {
  return blanks.find(c) != std::string_view::npos;
}

// Names beyond ASCII are let through whole: no element of ours has one, and they do no harm.
bool can_start_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool can_be_in_name(char c) {
  return can_start_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool is_xml_character(uint32_t point) {
  if (point < 0x20) return point == '\t' || point == '\n' || point == '\r';
  return point <= 0xD7FF || (point >= 0xE000 && point <= 0xFFFD) || (point >= 0x10000 && point <= 0x10FFFF);
}

// The inside of `&...;`: one of the five names of XML, or the number of a character that XML allows.
bool is_known_reference(std::string_view name) {
  constexpr std::array<std::string_view, 5> names = {"amp", "lt", "gt", "quot", "apos"};
  if (std::ranges::find(names, name) != names.end()) return true;
  if (name.size() < 2 || name[0] != '#') return false;
  const bool is_hex = name[1] == 'x';
  const auto digits = name.substr(is_hex ? 2 : 1);
  if (digits.empty() || digits.size() > 7) return false;
  uint32_t point = 0;
  for (const char c : digits) {
    if (c >= '0' && c <= '9') {
      point = point * (is_hex ? 16 : 10) + static_cast<uint32_t>(c - '0');
    } else if (is_hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
      point = point * 16 + static_cast<uint32_t>((c | 0x20) - 'a' + 10);
    } else {
      return false;
    }
  }
  return is_xml_character(point);
}

class XmlGuard {
 public:
  XmlGuard(std::string_view text, const XmlLimits& limits) : text_(text), limits_(limits) {}

  std::optional<broker::base::Problem> check() {
    check_characters();
    while (!problem_ && at_ < text_.size()) {
      if (text_[at_] == '<') {
        check_markup();
      } else {
        check_text();
      }
    }
    if (!problem_ && !open_.empty()) refuse("truncated", "the file ends before its elements do");
    if (!problem_ && roots_ != 1) refuse("malformed-xml", "there is not exactly one outermost element");
    return std::move(problem_);
  }

 private:
  void refuse(std::string_view code, std::string_view reason) {
    if (problem_) return;
    const auto until = std::min(at_, text_.size());
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(until), '\n');
    problem_ = refused_file(code, "Line " + std::to_string(line) + ": " + std::string(reason) + ".");
  }

  // Control characters, and the two code points that are none, whatever stands around them.
  void check_characters() {
    for (size_t i = 0; i < text_.size(); ++i) {
      const auto c = static_cast<unsigned char>(text_[i]);
      const bool is_control = c < 0x20 && !is_blank(text_[i]);
      const bool is_noncharacter =
          c == 0xEF && (text_.substr(i, 3) == "\xEF\xBF\xBE" || text_.substr(i, 3) == "\xEF\xBF\xBF");
      if (is_control || is_noncharacter) {
        at_ = i;
        return refuse("xml-character", "a character that XML does not allow");
      }
    }
  }

  void count_node() {
    if (++nodes_ > limits_.nodes_max) refuse("too-many-elements", "the file has more elements than are read");
  }

  bool skip(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(blanks, at_), text_.size()); }

  // The text up to the token, which is skipped; nothing, with a refusal, when it never comes.
  std::string_view until(std::string_view token) {
    const auto end = text_.find(token, at_);
    if (end == std::string_view::npos) {
      refuse("truncated", "the file ends inside a mark-up");
      return {};
    }
    const auto inside = text_.substr(at_, end - at_);
    at_ = end + token.size();
    return inside;
  }

  std::string_view name() {
    size_t end = at_;
    while (end < text_.size() && can_be_in_name(text_[end])) ++end;
    const auto found = text_.substr(at_, end - at_);
    if (found.empty() || !can_start_name(found[0])) {
      refuse("malformed-xml", "a name is missing");
    } else if (found.size() > limits_.name_bytes_max) {
      refuse("malformed-xml", "a name is longer than names are");
    }
    at_ = end;
    return found;
  }

  void check_references(std::string_view text) {
    for (size_t i = text.find('&'); i != std::string_view::npos && !problem_; i = text.find('&', i + 1)) {
      const auto end = text.substr(0, i + 12).find(';', i);
      if (end == std::string_view::npos || !is_known_reference(text.substr(i + 1, end - i - 1))) {
        refuse("entity", "an entity that XML itself does not define; entities are refused");
      }
    }
  }

  void check_text() {
    const auto end = std::min(text_.find('<', at_), text_.size());
    const auto text = text_.substr(at_, end - at_);
    if (open_.empty() && text.find_first_not_of(blanks) != std::string_view::npos) {
      return refuse(roots_ == 0 ? "not-xml" : "malformed-xml", "text outside the outermost element");
    }
    if (text.find("]]>") != std::string_view::npos) return refuse("malformed-xml", "a stray end of a CDATA section");
    check_references(text);
    if (!problem_) at_ = end;
  }

  void check_markup() {
    count_node();
    if (skip("<!--")) {
      const auto inside = until("-->");
      if (inside.find("--") != std::string_view::npos || inside.ends_with('-')) {
        refuse("malformed-xml", "two hyphens inside a comment");
      }
    } else if (skip("<![CDATA[")) {
      if (open_.empty()) refuse("malformed-xml", "text outside the outermost element");
      until("]]>");
    } else if (text_.substr(at_).starts_with("<!")) {
      refuse("dtd", "a document type or entity declaration; these are refused");
    } else if (skip("<?")) {
      check_instruction();
    } else if (skip("</")) {
      check_end();
    } else {
      ++at_;
      check_start();
    }
  }

  void check_instruction() {
    const bool is_first = at_ == 2;
    const auto target = name();
    const bool is_declaration =
        target.size() == 3 && (target[0] | 0x20) == 'x' && (target[1] | 0x20) == 'm' && (target[2] | 0x20) == 'l';
    if (is_declaration && (!is_first || target != "xml")) refuse("malformed-xml", "an XML declaration inside the file");
    if (!problem_) until("?>");
  }

  void check_end() {
    const auto closed = name();
    skip_blanks();
    if (problem_) return;
    if (at_ == text_.size()) return refuse("truncated", "the file ends inside a mark-up");
    if (!skip(">") || open_.empty() || open_.back() != closed) {
      return refuse("malformed-xml", "an end that matches no start");
    }
    open_.pop_back();
  }

  void check_start() {
    const auto opened = name();
    if (problem_) return;
    if (open_.empty() && ++roots_ > 1) return refuse("malformed-xml", "more than one outermost element");
    check_attributes();
    if (problem_) return;
    const bool is_empty = skip("/");
    if (!skip(">")) {
      const bool is_end = at_ >= text_.size();
      return refuse(is_end ? "truncated" : "malformed-xml",
                    is_end ? "the file ends inside a mark-up" : "a malformed start");
    }
    if (is_empty) return;
    open_.push_back(opened);
    if (open_.size() > limits_.depth_max) refuse("too-deep", "elements nest deeper than is read");
  }

  void check_attributes() {
    std::vector<std::string_view> seen;
    while (!problem_) {
      const size_t before = at_;
      skip_blanks();
      if (at_ >= text_.size() || text_[at_] == '>' || text_[at_] == '/') return;
      if (at_ == before) return refuse("malformed-xml", "a malformed start");
      count_node();
      const auto attribute = name();
      skip_blanks();
      const bool has_value = skip("=");
      skip_blanks();
      if (problem_) return;
      if (!has_value || at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) {
        return refuse("malformed-xml", "an attribute without a quoted value");
      }
      const auto quote = text_.substr(at_++, 1);
      const auto value = until(quote);
      if (value.find('<') != std::string_view::npos) refuse("malformed-xml", "an attribute with a mark-up in it");
      check_references(value);
      if (std::ranges::find(seen, attribute) != seen.end()) refuse("malformed-xml", "an attribute twice");
      seen.push_back(attribute);
      if (seen.size() > limits_.attributes_max)
        refuse("too-many-elements", "an element has more attributes than are read");
    }
  }

  std::string_view text_;
  const XmlLimits& limits_;
  size_t at_ = 0;
  size_t nodes_ = 0;
  size_t roots_ = 0;
  std::vector<std::string_view> open_;  // into text_, which outlives the check
  std::optional<broker::base::Problem> problem_;
};

}  // namespace

std::optional<broker::base::Problem> check_xml(std::string_view text, const XmlLimits& limits) {
  return XmlGuard(text, limits).check();
}

}  // namespace adapters
