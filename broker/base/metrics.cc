#include "broker/base/metrics.h"

#include <fmt/format.h>

namespace broker::base {
namespace {

std::string braced(std::string_view labels) {
  return labels.empty() ? "" : fmt::format("{{{}}}", labels);
}

}  // namespace

void Metrics::count(std::string_view name, std::string_view labels, uint64_t by) {
  counters_[std::string(name)][std::string(labels)] += by;
}

void Metrics::gauge(std::string_view name, double value, std::string_view labels) {
  gauges_[std::string(name)][std::string(labels)] = value;
}

void Metrics::observe_seconds(std::string_view name, double seconds, std::string_view labels) {
  Histogram& histogram = histograms_[std::string(name)][std::string(labels)];
  size_t bucket = 0;
  while (bucket < bounds.size() && seconds > bounds.at(bucket)) ++bucket;
  ++histogram.buckets.at(bucket);
  histogram.sum += seconds;
  ++histogram.count;
}

std::string Metrics::text() const {
  std::string out;
  for (const auto& [name, series] : counters_) {
    out += fmt::format("# TYPE {} counter\n", name);
    for (const auto& [labels, value] : series) out += fmt::format("{}_total{} {}\n", name, braced(labels), value);
  }
  for (const auto& [name, series] : gauges_) {
    out += fmt::format("# TYPE {} gauge\n", name);
    for (const auto& [labels, value] : series) out += fmt::format("{}{} {}\n", name, braced(labels), value);
  }
  for (const auto& [name, series] : histograms_) {
    out += fmt::format("# TYPE {} histogram\n# UNIT {} seconds\n", name, name);
    for (const auto& [labels, histogram] : series) {
      const std::string comma = labels.empty() ? "" : ",";
      uint64_t below = 0;
      for (size_t i = 0; i < histogram.buckets.size(); ++i) {
        below += histogram.buckets.at(i);
        const std::string bound = i < bounds.size() ? fmt::format("{}", bounds.at(i)) : "+Inf";
        out += fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bound, below);
      }
      out += fmt::format("{}_sum{} {}\n{}_count{} {}\n", name, braced(labels), histogram.sum, name, braced(labels),
                         histogram.count);
    }
  }
  return out + "# EOF\n";
}

}  // namespace broker::base
