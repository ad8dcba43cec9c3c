// Counters, gauges and durations of this process, in OpenMetrics text. Labels are route templates, codes and
// authorities; never anything about a child.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace broker::base {

// Owned by the server and used on its one event-loop thread.
class Metrics {
 public:
  // `labels` is the inside of the braces, e.g. `route="/v1/cases",status="201"`; empty for none.
  void count(std::string_view name, std::string_view labels = {}, uint64_t by = 1);
  void gauge(std::string_view name, double value, std::string_view labels = {});
  void observe_seconds(std::string_view name, double seconds, std::string_view labels = {});

  // OpenMetrics 1.0, ends with `# EOF`.
  std::string text() const;

 private:
  static constexpr std::array bounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0};
  struct Histogram {
    std::array<uint64_t, bounds.size() + 1> buckets{};
    double sum = 0;
    uint64_t count = 0;
  };
  template <typename T>
  using Family = std::map<std::string, std::map<std::string, T, std::less<>>, std::less<>>;

  Family<uint64_t> counters_;
  Family<double> gauges_;
  Family<Histogram> histograms_;
};

}  // namespace broker::base
