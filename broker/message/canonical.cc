#include "broker/message/canonical.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "broker/message/plain_text.h"

namespace broker::message {
namespace {

// Walks over JSON as dump() writes it: without blanks, and with the escapes of the canonical form. Fails where it meets
// anything else.
class Sorter {
 public:
  explicit Sorter(std::string_view text) : text_(text) {}

  std::optional<std::string> sorted() {
    std::string out;
    out.reserve(text_.size());
    write_value(out);
    if (has_failed_ || place_ != text_.size()) return std::nullopt;
    return out;
  }

 private:
  struct Member {
    std::string_view name;
    std::string value;
  };

  // NUL, which stands nowhere, at the end and after a failure.
  char next() const { return has_failed_ || place_ >= text_.size() ? '\0' : text_[place_]; }
  void fail() { has_failed_ = true; }
  bool take(char wanted) {
    if (next() != wanted) return false;
    ++place_;
    return true;
  }
  // What stands between two items, or the end after the last.
  bool ends_with(char end) {
    if (take(end)) return true;
    if (!take(',')) fail();
    return has_failed_;
  }

  // With its quotes.
  std::string_view take_string() {
    const size_t start = place_;
    if (!take('"')) return fail(), std::string_view();
    while (true) {
      place_ = skip_plain(text_, place_);
      while (place_ < text_.size() && text_[place_] != '"' && text_[place_] != '\\') ++place_;
      if (place_ >= text_.size()) return fail(), std::string_view();
      if (text_[place_] == '"') break;
      // A character's number is written for control characters alone.
      const std::string_view escape = text_.substr(place_, 4);
      if (escape.starts_with("\\/") || (escape.starts_with("\\u") && escape != "\\u00")) fail();
      place_ += 2;
    }
    return text_.substr(start, ++place_ - start);
  }

  void write_value(std::string& out) {
    switch (next()) {
      case '{': return write_object(out);
      case '[': return write_array(out);
      case '"': out += take_string(); return;
      default: break;
    }
    const size_t end = std::min(text_.find_first_of(",]}", place_), text_.size());
    const std::string_view word = text_.substr(place_, end - place_);
    if (word.empty() || word.find_first_of(" \t\r\n") != std::string_view::npos) return fail();
    out += word;
    place_ = end;
  }

  void write_array(std::string& out) {
    take('[');
    out += '[';
    bool is_first = true;
    for (bool has_ended = take(']'); !has_ended && !has_failed_; has_ended = ends_with(']')) {
      if (!is_first) out += ',';
      is_first = false;
      write_value(out);
    }
    out += ']';
  }

  void write_object(std::string& out) {
    take('{');
    std::vector<Member> members;
    for (bool has_ended = take('}'); !has_ended && !has_failed_; has_ended = ends_with('}')) {
      Member& member = members.emplace_back(take_string(), "");
      if (!take(':')) fail();
      write_value(member.value);
    }
    std::ranges::sort(members, {}, &Member::name);
    out += '{';
    for (const Member& member : members) {
      if (&member != &members.front()) out += ',';
      out += member.name;
      out += ':';
      out += member.value;
    }
    out += '}';
  }

  std::string_view text_;
  size_t place_ = 0;
  bool has_failed_ = false;
};

}  // namespace

std::string canonical_own(std::string_view json) {
  if (auto sorted = Sorter(json).sorted()) return std::move(*sorted);
  return canonical_json(json).value();
}

}  // namespace broker::message
