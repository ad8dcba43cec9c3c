// Names for invented children by heritage group, common ones more often than rare ones, with an endless tail of names
// put together from parts of others. Used by the generator of pupils.
#pragma once

#include <array>
#include <random>
#include <string>
#include <vector>

namespace bench {

using Random = std::mt19937_64;

inline double chance(Random& random) {
  return std::uniform_real_distribution<double>(0, 1)(random);
}
inline bool happens(Random& random, double probability) {
  return chance(random) < probability;
}
inline size_t below(Random& random, size_t limit) {
  return std::uniform_int_distribution<size_t>(0, limit - 1)(random);
}

struct NameGroup {
  std::string name;
  double share = 0;  // of the children
  std::vector<std::string> girls, boys, surnames;
};

class PupilNames {
 public:
  explicit PupilNames(const std::string& path);

  size_t draw_group(Random& random) const;
  std::string forename(Random& random, size_t group, bool is_girl) const;
  std::string surname(Random& random, size_t group) const;
  const std::string& group_name(size_t group) const { return groups_[group].name; }

 private:
  std::vector<NameGroup> groups_;
};

}  // namespace bench
