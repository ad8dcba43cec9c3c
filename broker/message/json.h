// The JSON library as this room uses it, and the strict reading of objects. Included by .cc files of this room only:
// everybody else passes text.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "broker/base/result.h"
#include "broker/base/time.h"
#include "broker/domain/names.h"
#include "matcher/pupil_record.h"

namespace broker::message {

// Members stay in the order in which they are written.
using Json = nlohmann::ordered_json;

constexpr int json_depth_max = 32;
constexpr size_t json_members_max = 200;  // of one object
constexpr size_t field_errors_max = 100;  // unknown members named in one refusal; more say nothing new

// A JSON object from outside. Refused: anything but one object in well-formed UTF-8, a member named twice, more than
// json_members_max in one object, deeper nesting than json_depth_max.
base::Result<Json> parse_object(std::string_view body);

// JSON that we wrote ourselves and kept; anything else is a bug.
Json parse_own(std::string_view text);

// Throws for text that is not UTF-8, which only a bug lets in.
std::string dump(const Json& json);
// One string with its quotes, as dump() writes it.
void append_json_text(std::string& out, std::string_view text);

// Reads the members of one object, each by name; what is wrong is added to `errors` with its JSON pointer, and what was
// not asked for is refused by finish(), because a typo must not lose data.
class Reader {
 public:
  Reader(const Json& object, std::string pointer, std::vector<base::FieldError>& errors);

  // Empty when absent or null. NUL and other control characters (but newline and tab) are refused.
  std::string text(const std::string& name, size_t bytes_max = 200);
  std::string required_text(const std::string& name, size_t bytes_max = 200);
  std::optional<base::Date> date(const std::string& name);
  matcher::PartialDate partial_date(const std::string& name);
  std::optional<bool> boolean(const std::string& name);
  std::optional<int64_t> integer(const std::string& name, int64_t least, int64_t most);
  std::vector<std::string> texts(const std::string& name, size_t items_max, size_t bytes_max = 200);
  // The member itself where it has this type; null when absent.
  const Json* object(const std::string& name);
  const Json* array(const std::string& name, size_t items_max);
  const Json* any(const std::string& name);

  template <typename Enum>
  std::optional<Enum> choice(const std::string& name) {
    const std::string word = text(name);
    if (word.empty()) return std::nullopt;
    const auto value = domain::parse_name<Enum>(word);
    if (!value) wrong(name, "must be " + domain::all_names<Enum>());
    return value;
  }
  template <typename Enum>
  std::optional<Enum> required_choice(const std::string& name) {
    require(name);
    return choice<Enum>(name);
  }

  bool has(const std::string& name) const;
  void require(const std::string& name);
  void wrong(const std::string& name, std::string detail);
  std::string pointer_to(const std::string& name) const;
  std::vector<base::FieldError>& errors() { return errors_; }

  void finish();

 private:
  const Json* member(const std::string& name);

  const Json& object_;
  std::string pointer_;
  std::vector<base::FieldError>& errors_;
  std::set<std::string> known_;
};

// An empty object with room: one that grows copies its members, long texts and all, each time.
Json object_of(size_t members_expected);

// Adds the member unless the text is empty.
void put(Json& json, const char* name, const std::string& text);
void put_date(Json& json, const char* name, const std::optional<base::Date>& date);
void put_time(Json& json, const char* name, const std::optional<base::Time>& time);

// Parses a request body and gives it to `read(Reader&) -> T`; refuses with every wrong field named.
template <typename Read>
auto decode(std::string_view body, Read read) -> base::Result<decltype(read(std::declval<Reader&>()))> {
  auto json = parse_object(body);
  if (!json) return base::refuse(std::move(json.error()));
  std::vector<base::FieldError> errors;
  Reader reader(*json, "", errors);
  auto value = read(reader);
  reader.finish();
  if (!errors.empty()) return base::refuse(base::invalid(std::move(errors)));
  return value;
}

}  // namespace broker::message
