#include "broker/message/json.h"

#include <algorithm>

#include "broker/base/text.h"

namespace broker::message {
namespace {

base::Problem malformed(std::string detail) {
  return base::problem(base::ProblemType::malformed_json, std::move(detail));
}

// Builds the value as the library's own parser does, and stops at what that one lets through. The library's parser with
// a callback would do as well, but looks a whole list over after each object in it, and throws on a number that is too
// large.
class StrictBuilder : public nlohmann::detail::json_sax_dom_parser<Json> {
  using Base = nlohmann::detail::json_sax_dom_parser<Json>;

 public:
  explicit StrictBuilder(Json& json) : Base(json, false) {}

  bool start_object(size_t size) {
    objects_.push_back(names_.size());
    return is_shallow() && Base::start_object(size);
  }
  bool key(std::string& name) {
    const auto first = names_.begin() + static_cast<std::ptrdiff_t>(objects_.back());
    if (std::find(first, names_.end(), name) != names_.end()) return stop("A member of an object is named twice.");
    // Members stand in a list, which is looked through for each new one.
    names_.push_back(name);
    if (names_.size() - objects_.back() > json_members_max) return stop("An object has too many members.");
    return Base::key(name);
  }
  bool end_object() {
    names_.resize(objects_.back());
    objects_.pop_back();
    --depth_;
    return Base::end_object();
  }
  bool start_array(size_t size) { return is_shallow() && Base::start_array(size); }
  bool end_array() {
    --depth_;
    return Base::end_array();
  }
  template <typename Exception>
  bool parse_error(size_t position, const std::string&, const Exception&) {
    return stop("The body is not JSON; reading stopped at byte " + std::to_string(position) + ".");
  }

  const std::string& reason() const { return reason_; }

 private:
  bool stop(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }
  bool is_shallow() { return ++depth_ <= json_depth_max || stop("The body is nested too deeply."); }

  std::vector<std::string> names_;  // of the objects that are open, one after the other
  std::vector<size_t> objects_;     // where the names of each begin
  std::string reason_;
  int depth_ = 0;
};

}  // namespace

base::Result<Json> parse_object(std::string_view body) {
  if (!base::is_utf8(body)) return base::refuse(malformed("The body is not well-formed UTF-8."));
  Json json;
  StrictBuilder builder(json);
  if (!Json::sax_parse(body, &builder)) return base::refuse(malformed(builder.reason()));
  if (!json.is_object()) return base::refuse(malformed("The body has to be one JSON object."));
  return json;
}

Json parse_own(std::string_view text) {
  return Json::parse(text);
}

Reader::Reader(const Json& object, std::string pointer, std::vector<base::FieldError>& errors)
    : object_(object), pointer_(std::move(pointer)), errors_(errors) {
  if (!object_.is_object()) errors_.push_back({pointer_, "must be an object"});
}

std::string Reader::pointer_to(const std::string& name) const {
  std::string escaped;
  for (const char c : name) {
    if (c == '~')
      escaped += "~0";
    else if (c == '/')
      escaped += "~1";
    else
      escaped += c;
  }
  return pointer_ + "/" + escaped;
}

void Reader::wrong(const std::string& name, std::string detail) {
  errors_.push_back({pointer_to(name), std::move(detail)});
}

bool Reader::has(const std::string& name) const {
  const auto found = object_.is_object() ? object_.find(name) : object_.end();
  return found != object_.end() && !found->is_null();
}

const Json* Reader::member(const std::string& name) {
  known_.insert(name);
  return has(name) ? &*object_.find(name) : nullptr;
}

void Reader::require(const std::string& name) {
  known_.insert(name);
  if (!has(name)) wrong(name, "is required");
}

std::string Reader::text(const std::string& name, size_t bytes_max) {
  const Json* value = member(name);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    wrong(name, "must be a string");
    return {};
  }
  auto text = value->get<std::string>();
  if (text.size() > bytes_max) {
    wrong(name, "is longer than " + std::to_string(bytes_max) + " bytes");
    return {};
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte == 0x7F) {
      wrong(name, "holds a control character");
      return {};
    }
  }
  return std::string(base::trimmed(text));
}

std::string Reader::required_text(const std::string& name, size_t bytes_max) {
  const size_t errors_before = errors_.size();
  std::string value = text(name, bytes_max);
  if (value.empty() && errors_.size() == errors_before) wrong(name, "is required");
  return value;
}

std::optional<base::Date> Reader::date(const std::string& name) {
  const std::string value = text(name);
  if (value.empty()) return std::nullopt;
  const auto date = base::parse_date(value);
  if (!date) wrong(name, "must be a calendar date YYYY-MM-DD");
  return date;
}

matcher::PartialDate Reader::partial_date(const std::string& name) {
  const std::string value = text(name);
  if (value.empty()) return {};
  const auto date = matcher::parse_partial_date(value);
  if (!date) wrong(name, "must be a calendar date YYYY-MM-DD, or YYYY-MM or YYYY where no more is known");
  return date.value_or(matcher::PartialDate{});
}

std::optional<bool> Reader::boolean(const std::string& name) {
  const Json* value = member(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) {
    wrong(name, "must be true or false");
    return std::nullopt;
  }
  return value->get<bool>();
}

std::optional<int64_t> Reader::integer(const std::string& name, int64_t least, int64_t most) {
  const Json* value = member(name);
  if (value == nullptr) return std::nullopt;
  const bool is_integer =
      value->is_number_integer() && !(value->is_number_unsigned() && value->get<uint64_t>() > INT64_MAX);
  if (!is_integer || value->get<int64_t>() < least || value->get<int64_t>() > most) {
    wrong(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }
  return value->get<int64_t>();
}

std::vector<std::string> Reader::texts(const std::string& name, size_t items_max, size_t bytes_max) {
  std::vector<std::string> list;
  const Json* items = array(name, items_max);
  if (items == nullptr) return list;
  for (size_t i = 0; i < items->size(); ++i) {
    // Each item is read as a member of a one-member object, so that it is judged as any other text.
    Json wrapped;
    const std::string index = std::to_string(i);
    wrapped[index] = (*items)[i];
    Reader item(wrapped, pointer_to(name), errors_);
    std::string text = item.required_text(index, bytes_max);
    if (!text.empty()) list.push_back(std::move(text));
  }
  return list;
}

const Json* Reader::object(const std::string& name) {
  const Json* value = member(name);
  if (value != nullptr && !value->is_object()) {
    wrong(name, "must be an object");
    return nullptr;
  }
  return value;
}

const Json* Reader::array(const std::string& name, size_t items_max) {
  const Json* value = member(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    wrong(name, "must be a list");
    return nullptr;
  }
  if (value->size() > items_max) {
    wrong(name, "holds more than " + std::to_string(items_max) + " items");
    return nullptr;
  }
  return value;
}

const Json* Reader::any(const std::string& name) {
  return member(name);
}

void Reader::finish() {
  if (!object_.is_object()) return;
  for (const auto& [name, value] : object_.items()) {
    if (errors_.size() >= field_errors_max) return;
    if (!known_.contains(name))
      wrong(name.size() > 60 ? name.substr(0, 60) : name, "is not a member that this call knows");
  }
}

Json object_of(size_t members_expected) {
  Json json = Json::object();
  json.get_ref<Json::object_t&>().reserve(members_expected);
  return json;
}

void put(Json& json, const char* name, const std::string& text) {
  if (!text.empty()) json[name] = text;
}

void put_date(Json& json, const char* name, const std::optional<base::Date>& date) {
  if (date) json[name] = base::format_date(*date);
}

void put_time(Json& json, const char* name, const std::optional<base::Time>& time) {
  if (time) json[name] = base::format_time(*time);
}

}  // namespace broker::message
