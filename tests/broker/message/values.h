// Values of the domain with anything in them that they can hold, for tests of what is written and read back. A seed
// gives the same values again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "broker/domain/event.h"
#include "broker/domain/match.h"

namespace broker::message::testing {

class Values {
 public:
  explicit Values(uint64_t seed) : engine_(seed) {}

  domain::Case record();
  domain::Enquiry enquiry();
  domain::Match match();
  matcher::PupilRecord pupil();
  // One body of each kind of event, in the order of the variant.
  std::vector<domain::EventBody> events();

 private:
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }
  bool coin() { return below(2) == 1; }
  std::string text();
  double figure() { return std::uniform_real_distribution<double>(-40, 40)(engine_); }
  base::Time time();
  base::Date date();
  matcher::PartialDate partial_date();
  std::vector<std::string> texts();
  matcher::SchoolReference school() { return {text(), text(), text()}; }
  matcher::Address address();
  domain::Location location();
  domain::Answer answer();
  domain::Reply reply();
  domain::Confirmation confirmation();
  domain::Removal removal();
  domain::Check check();
  std::vector<domain::Deadline> schedule();
  std::vector<domain::MovedDate> moved();
  domain::MatchSide side();

  template <typename Enum>
  Enum choice() {
    const auto& table = domain::Names<Enum>::table;
    return table.at(static_cast<size_t>(below(static_cast<int>(table.size())))).first;
  }
  template <typename Make>
  auto maybe(Make make) -> std::optional<decltype(make())> {
    if (coin()) return std::nullopt;
    return make();
  }
  template <typename Make>
  auto some(Make make) -> std::vector<decltype(make())> {
    std::vector<decltype(make())> list;
    for (int n = below(4); n > 0; --n) list.push_back(make());
    return list;
  }

  std::mt19937_64 engine_;
};

}  // namespace broker::message::testing
