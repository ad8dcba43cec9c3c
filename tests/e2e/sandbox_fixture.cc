#include "tests/e2e/sandbox_fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/base/time.h"
#include "broker/client/sandbox_broker.h"
#include "broker/net/http.h"
#include "broker/postgres/program.h"
#include "certs/files.h"

namespace e2e {
namespace {

constexpr std::chrono::seconds patience{60};

}  // namespace

std::filesystem::path waymark_program() {
  return WAYMARK_PROGRAM;
}

std::string days_ago(int days) {
  const auto today = std::chrono::sys_days(broker::base::date_in_england(broker::base::SystemClock().now()));
  return broker::base::format_date(std::chrono::year_month_day(today - std::chrono::days(days)));
}

Json on_roll(const std::string& laestab) {
  const Json location = {{"school", {{"laestab", laestab}}},
                         {"start_date", days_ago(14)},
                         {"living_in_area", true},
                         {"attending_since", days_ago(14)}};
  return {{"outcome", "on_roll"}, {"location", location}};
}

ExtraBroker::ExtraBroker(std::filesystem::path directory, std::vector<std::string> settings)
    : directory_(std::move(directory)),
      settings_(std::move(settings)),
      port_(broker::client::free_port()),
      admin_port_(broker::client::free_port()) {
  start();
}

ExtraBroker::~ExtraBroker() {
  kill_at_once();
}

void ExtraBroker::start() {
  const auto address = [](uint16_t port) { return "127.0.0.1:" + std::to_string(port); };
  std::vector<std::string> arguments = {(waymark_program().parent_path() / "waymarkd").string(),
                                        "serve",
                                        "--config",
                                        (directory_ / "waymarkd.toml").string(),
                                        "--api.listen",
                                        address(port_),
                                        "--admin.listen",
                                        address(admin_port_),
                                        "--web.listen",
                                        address(broker::client::free_port())};
  arguments.insert(arguments.end(), settings_.begin(), settings_.end());
  pid_ = broker::postgres::start_program(arguments, {false, geteuid(), getegid(), "the caller"},
                                         directory_ / "extra.log", SIGKILL);
  Api admin({.url = admin_url(),
             .authorities = "",
             .certificate = "",
             .private_key = "",
             .officer = "",
             .patience = patience});
  if (admin.get("/readyz").status != 200) throw std::runtime_error("the extra broker does not get ready");
}

void ExtraBroker::kill_at_once() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

SandboxTest::SandboxTest() {
  // The database runs as another user when we are root.
  std::filesystem::permissions(scratch_.path(), std::filesystem::perms(0755));
  sandbox_ = std::make_unique<broker::client::SandboxProcess>(waymark_program(), scratch_.path() / "sandbox");
}

SandboxTest::~SandboxTest() {
  if (HasFailure()) std::cerr << "The log of the broker:\n" << sandbox_->log_end() << std::endl;
}

Api SandboxTest::fresh_api(const std::string& caller) const {
  auto access = sandbox_->access(caller, "a.obi");
  access.patience = patience;
  return Api(std::move(access));
}

Api& SandboxTest::as(const std::string& caller) {
  auto found = callers_.find(caller);
  if (found == callers_.end()) found = callers_.emplace(caller, fresh_api(caller)).first;
  return found->second;
}

pid_t SandboxTest::start_waymark(const std::string& caller, std::vector<std::string> arguments,
                                 const std::filesystem::path& output) {
  const broker::client::Access& access = as(caller).access();
  arguments.insert(arguments.begin(), waymark_program().string());
  for (const auto& [flag, value] : {std::pair{"--api", access.url},
                                    {"--ca", access.authorities},
                                    {"--cert", access.certificate},
                                    {"--key", access.private_key},
                                    {"--officer", access.officer}}) {
    arguments.insert(arguments.end(), {flag, value});
  }
  std::filesystem::remove(output);
  return broker::postgres::start_program(arguments, {false, geteuid(), getegid(), "the caller"}, output, SIGKILL);
}

Outcome SandboxTest::waymark(const std::string& caller, std::vector<std::string> arguments) {
  const auto output = scratch_.path() / "output";
  const pid_t child = start_waymark(caller, std::move(arguments), output);
  const auto status = broker::postgres::await_end(child, std::chrono::seconds(120));
  if (!status || !WIFEXITED(*status)) return {};
  return {WEXITSTATUS(*status), certs::read_file(output)};
}

Json SandboxTest::expect_status(const Answer& answer, int status) {
  EXPECT_EQ(answer.status, status) << answer.body;
  return broker::client::parse_json(answer.body);
}

std::string SandboxTest::problem_of(const Answer& answer) {
  return text_at(broker::client::parse_json(answer.body), "/type");
}

std::vector<Json> SandboxTest::all_items(Api& api, const std::string& target) {
  std::vector<Json> all;
  std::string after;
  do {
    const std::string page = target + "?limit=500" + (after.empty() ? "" : "&after=" + after);
    const Json list = expect_status(api.get(page), 200);
    for (const Json& one : broker::client::items_of(list)) all.push_back(one);
    after = broker::net::percent_encoded(text_at(list, "/next"));
  } while (!after.empty());
  return all;
}

}  // namespace e2e
