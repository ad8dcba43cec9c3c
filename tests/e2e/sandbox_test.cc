// The sandbox as people and scripts use it: it comes back with its data, and leaves nothing behind however it ends.
#include <fstream>

#include <signal.h>

#include "broker/base/text.h"
#include "broker/postgres/program.h"
#include "certs/files.h"
#include "tests/e2e/sandbox_fixture.h"

namespace e2e {
namespace {

constexpr std::chrono::seconds end_time{20};

// Whether any process has this text among its arguments.
bool runs_with(const std::string& text) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (!broker::base::parse_number(entry.path().filename().string())) continue;
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    const std::string arguments((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (arguments.find(text) != std::string::npos) return true;
  }
  return false;
}

bool await_silence(const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + end_time;
  while (runs_with(text)) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    sched_yield();
  }
  return true;
}

class SandboxLife : public SandboxTest {
 protected:
  std::string directory() const { return (scratch_.path() / "sandbox").string(); }

  std::string open_case() {
    const Json body = {{"child", {{"surname", "Kept"}, {"forename", "Kim"}}}};
    return text_at(expect_status(as("314").post("/v1/cases", dump(body)), 201), "/id");
  }

  void start_again() { sandbox_ = std::make_unique<broker::client::SandboxProcess>(waymark_program(), directory()); }
};

}  // namespace

TEST_F(SandboxLife, GoesOnWithTheSameDataAndCertificatesAtItsSecondStart) {
  const std::string id = open_case();
  const std::string certificate = certs::read_file(sandbox_->value("/authorities/314/cert"));
  ASSERT_TRUE(sandbox_->stop());
  ASSERT_TRUE(await_silence(directory()));
  start_again();
  EXPECT_EQ(certs::read_file(sandbox_->value("/authorities/314/cert")), certificate);
  expect_status(fresh_api("314").get("/v1/cases/" + id), 200);
}

TEST_F(SandboxLife, LeavesNothingRunningWhenItIsKilledAndComesBackWithItsData) {
  const std::string id = open_case();
  sandbox_->kill_at_once();
  ASSERT_TRUE(await_silence(directory())) << "something of the sandbox still runs";
  start_again();
  expect_status(fresh_api("314").get("/v1/cases/" + id), 200);
}

TEST_F(SandboxLife, DescribesEverybodyWhoTakesPart) {
  EXPECT_TRUE(sandbox_->value("/api").starts_with("https://"));
  EXPECT_TRUE(sandbox_->value("/admin").starts_with("http://127.0.0.1:"));
  EXPECT_TRUE(sandbox_->value("/web").starts_with("https://localhost:"));
  for (const char* pointer : {"/ca", "/authorities/314/cert", "/authorities/319/key", "/schools/3144001/cert",
                              "/schools/3194002/key", "/operator/cert", "/operator/key"}) {
    EXPECT_TRUE(std::filesystem::exists(sandbox_->value(pointer))) << pointer;
  }
}

TEST_F(SandboxLife, IsOneADirectory) {
  const auto log = scratch_.path() / "second.log";
  const pid_t second =
      broker::postgres::start_program({waymark_program().string(), "sandbox", "--dir", directory(), "--port", "0"},
                                      {false, geteuid(), getegid(), "the caller"}, log, SIGKILL);
  const auto status = broker::postgres::await_end(second, end_time);
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(WEXITSTATUS(*status), 1);
  EXPECT_NE(certs::read_file(log).find("another sandbox runs"), std::string::npos);
}

}  // namespace e2e
