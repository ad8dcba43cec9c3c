#include "broker/base/metrics.h"

#include <gtest/gtest.h>

namespace broker::base {

TEST(Metrics, PrintsOpenMetricsWithCumulativeBuckets) {
  Metrics metrics;
  metrics.count("waymark_requests", "route=\"/v1/cases\"");
  metrics.count("waymark_requests", "route=\"/v1/cases\"", 2);
  metrics.gauge("waymark_connections", 4);
  metrics.observe_seconds("waymark_commit_seconds", 0.002);
  metrics.observe_seconds("waymark_commit_seconds", 60);
  const std::string text = metrics.text();
  EXPECT_NE(text.find("waymark_requests_total{route=\"/v1/cases\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("waymark_connections 4\n"), std::string::npos);
  EXPECT_NE(text.find("waymark_commit_seconds_bucket{le=\"0.0025\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("waymark_commit_seconds_bucket{le=\"+Inf\"} 2\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("# EOF\n"));
}

}  // namespace broker::base
