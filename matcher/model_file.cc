#include "matcher/model_file.h"

#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace matcher {
namespace {

constexpr size_t members_max = 1000;
constexpr size_t name_letters_max = 100;

// One line of the file: a dotted name and a number, such as `match.dob.exact` and 0.79.
using Members = std::vector<std::pair<std::string, double>>;

Members members_of(const Model& model) {
  Members out = {{"found_share", model.found_share},
                 {"siblings_each", model.siblings_each},
                 {"population_min", model.population_min},
                 {"calibration_slope", model.calibration_slope},
                 {"calibration_shift", model.calibration_shift},
                 {"match_threshold", model.match_threshold},
                 {"review_threshold", model.review_threshold},
                 {"clear_of_second", model.clear_of_second}};
  for (size_t i = 0; i < fields; ++i) {
    const auto field = static_cast<Field>(i);
    const std::string name(field_name(field));
    out.emplace_back("shared_by_siblings." + name, model.shared(field));
    for (size_t level = 0; level < missing_level(field); ++level) {
      const std::string path = name + "." + std::string(level_info(field, level).name);
      out.emplace_back("match." + path, model.share(field, level).match);
      out.emplace_back("unrelated." + path, model.share(field, level).unrelated);
    }
  }
  return out;
}

bool set_share(Model& model, std::string_view name, double value) {
  if (value < 0 || value > 1) return false;
  for (size_t i = 0; i < fields; ++i) {
    const auto field = static_cast<Field>(i);
    const std::string own(field_name(field));
    if (name == "shared_by_siblings." + own) {
      model.shared_by_siblings[i] = value;
      return true;
    }
    for (size_t level = 0; level < missing_level(field); ++level) {
      const std::string path = own + "." + std::string(level_info(field, level).name);
      LevelShare& share = model.share(field, level);
      if (name == "match." + path) {
        share.match = value;
        return true;
      }
      if (name == "unrelated." + path) {
        share.unrelated = value;
        return true;
      }
    }
  }
  return false;
}

bool set_member(Model& model, std::string_view name, double value) {
  const std::array<std::pair<std::string_view, double*>, 8> numbers = {{{"found_share", &model.found_share},
                                                                        {"siblings_each", &model.siblings_each},
                                                                        {"population_min", &model.population_min},
                                                                        {"calibration_slope", &model.calibration_slope},
                                                                        {"calibration_shift", &model.calibration_shift},
                                                                        {"match_threshold", &model.match_threshold},
                                                                        {"review_threshold", &model.review_threshold},
                                                                        {"clear_of_second", &model.clear_of_second}}};
  for (const auto& [known, place] : numbers) {
    if (known != name) continue;
    *place = value;
    return true;
  }
  return set_share(model, name, value);
}

// The flat JSON object that model_json writes: strings and numbers, no nesting.
class FlatJson {
 public:
  explicit FlatJson(std::string_view text) : rest_(text) {}

  bool read(Model& model) {
    if (!take('{')) return false;
    for (size_t count = 0; count < members_max; ++count) {
      const auto name = read_string();
      if (!name || !take(':') || !read_value(model, *name)) return false;
      if (take(',')) continue;
      return take('}') && blanks_only();
    }
    return false;
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != std::string_view::npos)
      rest_.remove_prefix(1);
  }
  bool blanks_only() {
    skip_blanks();
    return rest_.empty();
  }
  bool take(char wanted) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<std::string> read_string() {
    if (!take('"')) return std::nullopt;
    const size_t end = rest_.find('"');
    if (end == std::string_view::npos || end > name_letters_max) return std::nullopt;
    std::string out(rest_.substr(0, end));
    if (out.find('\\') != std::string::npos) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return out;
  }
  bool read_value(Model& model, const std::string& name) {
    skip_blanks();
    if (name == "name") {
      auto value = read_string();
      if (!value) return false;
      model.name = std::move(*value);
      return true;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || !(value > -1e9 && value < 1e9)) return false;
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return set_member(model, name, value);
  }

  std::string_view rest_;
};

}  // namespace

std::string model_json(const Model& model) {
  std::string out = "{\n  \"name\": \"" + model.name + "\"";
  std::array<char, 40> number{};
  for (const auto& [name, value] : members_of(model)) {
    // The shortest digits that are read back as the very number.
    const char* end = std::to_chars(number.data(), number.data() + number.size(), value).ptr;
    out += ",\n  \"" + name + "\": " + std::string(number.data(), static_cast<size_t>(end - number.data()));
  }
  return out + "\n}\n";
}

std::optional<Model> parse_model_json(std::string_view text) {
  Model model = default_model();
  if (!FlatJson(text).read(model)) return std::nullopt;
  return model;
}

}  // namespace matcher
