// A sandbox for a test, and the callers of its API. Shared by the end-to-end tests.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "broker/client/api.h"
#include "broker/client/json.h"
#include "broker/client/sandbox_process.h"
#include "tests/support/scratch.h"

namespace e2e {

using broker::client::Answer;
using broker::client::Api;
using broker::client::dump;
using broker::client::Json;
using broker::client::text_at;

// The waymark program that was built with this test.
std::filesystem::path waymark_program();

// `2026-11-13` of so many days before today in England.
std::string days_ago(int days);

// What a caller sends to say that the child is with it and attends.
Json on_roll(const std::string& laestab);

// One more waymarkd over a sandbox's database, with settings of its own. It dies with the calling thread.
class ExtraBroker {
 public:
  // `settings` are flags such as `--log.level`, `debug`. Its log is `directory`/extra.log.
  ExtraBroker(std::filesystem::path directory, std::vector<std::string> settings = {});
  ~ExtraBroker();
  ExtraBroker(const ExtraBroker&) = delete;
  ExtraBroker& operator=(const ExtraBroker&) = delete;

  // At the same ports as before, where it was killed; waits until it is ready.
  void start();
  void kill_at_once();

  std::string api_url() const { return "https://localhost:" + std::to_string(port_); }
  std::string admin_url() const { return "http://127.0.0.1:" + std::to_string(admin_port_); }

 private:
  std::filesystem::path directory_;
  std::vector<std::string> settings_;
  uint16_t port_, admin_port_;
  pid_t pid_ = 0;
};

// What a program said and how it ended.
struct Outcome {
  int code = -1;
  std::string output;  // both streams
};

class SandboxTest : public testing::Test {
 protected:
  SandboxTest();
  ~SandboxTest() override;

  // The API as this authority or school sees it. It is patient: a broker that is away is waited for.
  Api& as(const std::string& caller);
  Api fresh_api(const std::string& caller) const;

  // `waymark` as this caller's machine runs it, to its end.
  Outcome waymark(const std::string& caller, std::vector<std::string> arguments);
  // The same, begun; its output goes to the file. It is the test's to end, and dies with the calling thread.
  pid_t start_waymark(const std::string& caller, std::vector<std::string> arguments,
                      const std::filesystem::path& output);

  // The JSON of an answer that has to have this status.
  static Json expect_status(const Answer& answer, int status);
  static std::string problem_of(const Answer& answer);

  // All pages of a list.
  static std::vector<Json> all_items(Api& api, const std::string& target);

  support::Scratch scratch_;
  std::unique_ptr<broker::client::SandboxProcess> sandbox_;

 private:
  std::map<std::string, Api> callers_;
};

}  // namespace e2e
