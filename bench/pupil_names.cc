#include "bench/pupil_names.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

constexpr std::array<std::pair<const char*, double>, 10> shares = {{{"british", .58},
                                                                    {"south_asian", .15},
                                                                    {"polish", .05},
                                                                    {"east_european", .04},
                                                                    {"arabic", .04},
                                                                    {"turkish", .02},
                                                                    {"iberian", .02},
                                                                    {"chinese", .02},
                                                                    {"somali", .03},
                                                                    {"west_african", .05}}};
constexpr double made_up_surname_share = 0.30;
constexpr double made_up_forename_share = 0.06;

// Rank r of a list comes up about in proportion to 1 / (r + 3).
const std::string& drawn(Random& random, const std::vector<std::string>& names) {
  const auto size = static_cast<double>(names.size());
  const double r = 3 * (std::pow((size + 3) / 3, chance(random)) - 1);
  return names[std::min(names.size() - 1, static_cast<size_t>(r))];
}

// The beginning of one name and the end of another: a name that nobody listed.
std::string made_up(Random& random, const std::vector<std::string>& names) {
  const std::string& a = names[below(random, names.size())];
  const std::string& b = names[below(random, names.size())];
  const auto is_plain = [](const std::string& s) {
    return s.size() >= 4 && std::ranges::all_of(s, [](char c) { return static_cast<unsigned char>(c) < 128; });
  };
  if (!is_plain(a) || !is_plain(b)) return a;
  return a.substr(0, (a.size() + 1) / 2) + b.substr(b.size() / 2);
}

}  // namespace

PupilNames::PupilNames(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot open " + path);
  for (const auto& [name, share] : shares) groups_.push_back({name, share, {}, {}, {}});
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    std::string group;
    std::string kind;
    std::getline(fields, group, '\t');
    std::getline(fields, kind, '\t');
    const auto found = std::ranges::find(groups_, group, &NameGroup::name);
    if (found == groups_.end()) continue;
    std::vector<std::string>& to = kind == "f" ? found->girls : kind == "m" ? found->boys : found->surnames;
    for (std::string name; std::getline(fields, name, '\t');) to.push_back(name);
  }
}

size_t PupilNames::draw_group(Random& random) const {
  double rest = chance(random);
  for (size_t i = 0; i < groups_.size(); ++i) {
    if (rest < groups_[i].share) return i;
    rest -= groups_[i].share;
  }
  return 0;
}

std::string PupilNames::forename(Random& random, size_t group, bool is_girl) const {
  const auto& names = is_girl ? groups_[group].girls : groups_[group].boys;
  if (happens(random, made_up_forename_share)) return made_up(random, names);
  // Some families of every group give English names.
  if (group != 0 && happens(random, 0.12)) return drawn(random, is_girl ? groups_[0].girls : groups_[0].boys);
  return drawn(random, names);
}

std::string PupilNames::surname(Random& random, size_t group) const {
  const auto& names = groups_[group].surnames;
  return happens(random, made_up_surname_share) ? made_up(random, names) : drawn(random, names);
}

}  // namespace bench
