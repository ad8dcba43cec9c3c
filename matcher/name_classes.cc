#include "matcher/name_classes.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "matcher/name_tables.h"

namespace matcher {
namespace {

class Classes {
 public:
  Classes() {
    read(name_variants_text);
    read(nicknames_text);
    for (auto& [word, classes] : words_) std::ranges::sort(classes, std::greater<>());
  }

  NameClasses of(std::string_view word) const {
    const auto found = words_.find(std::string(word));
    return found == words_.end() ? NameClasses{} : found->second;
  }

  size_t count() const { return static_cast<size_t>(next_); }

  std::span<const Skeleton> sounds(NameClass name_class) const { return sounds_[name_class]; }

 private:
  // A class a line; a line that begins with # is a remark.
  void read(std::string_view text) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.empty() || line.front() == '#') continue;
      while (!line.empty()) {
        const size_t blank = std::min(line.find(' '), line.size());
        if (blank > 0) {
          add(line.substr(0, blank));
          add_sound(skeleton_of(line.substr(0, blank)));
        }
        line.remove_prefix(std::min(blank + 1, line.size()));
      }
      ++next_;
    }
  }

  // A name in more classes than fit keeps the first ones, which are the better known.
  void add(std::string_view word) {
    NameClasses& classes = words_[std::string(word)];
    const auto free_place = std::ranges::find(classes, NameClass{0});
    if (free_place != classes.end()) *free_place = next_;
  }

  void add_sound(Skeleton sound) {
    sounds_.resize(next_ + size_t{1});
    if (std::ranges::find(sounds_.back(), sound) == sounds_.back().end()) sounds_.back().push_back(sound);
  }

  std::unordered_map<std::string, NameClasses> words_;
  std::vector<std::vector<Skeleton>> sounds_;
  NameClass next_ = 1;
};

const Classes& classes() {
  static const Classes instance;
  return instance;
}

}  // namespace

NameClasses classes_of(std::string_view word) {
  return classes().of(word);
}

size_t name_class_count() {
  return classes().count();
}

std::span<const Skeleton> sounds_of_class(NameClass name_class) {
  return classes().sounds(name_class);
}

}  // namespace matcher
