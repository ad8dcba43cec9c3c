// The trace that a client's call belongs to is in the log line of each of its requests, however they end.
#include "broker/base/log.h"
#include "tests/broker/api/api_fixture.h"

namespace broker::api {
namespace {

constexpr const char* trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class TraceTest : public ApiTest {
 protected:
  TraceTest() { base::set_log_level(base::LogLevel::debug); }
  ~TraceTest() override { base::set_log_level(base::LogLevel::info); }

  // The lines that tell of this request.
  std::string logged(const std::string& who, const std::string& target, const std::string& traceparent, int status) {
    testing::internal::CaptureStderr();
    const net::Response response = send(who, {"GET", target, "", {{"traceparent", traceparent}}});
    std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_NE(log.find("\"message\":\"request\""), std::string::npos) << log;
    return log;
  }
};

TEST_F(TraceTest, IsInTheLineOfARequestHoweverItEnds) {
  const std::string line = "\"traceparent\":\"" + std::string(trace) + "\"";
  EXPECT_NE(logged("314", "/whoami", trace, 200).find(line), std::string::npos);
  EXPECT_NE(logged("314", "/cases/019a7c6e-0000-7000-8000-000000000000", trace, 404).find(line), std::string::npos);
  EXPECT_NE(logged("314", "/nowhere", trace, 404).find(line), std::string::npos);
  EXPECT_NE(logged("none", "/whoami", trace, 401).find(line), std::string::npos);
}

TEST_F(TraceTest, IsNotTakenWhereItIsMalformed) {
  for (const char* wrong : {"", "x", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-surname"}) {
    EXPECT_NE(logged("314", "/whoami", wrong, 200).find("\"traceparent\":\"\""), std::string::npos) << wrong;
  }
}

}  // namespace
}  // namespace broker::api
