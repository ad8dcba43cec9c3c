#include "broker/client/sandbox_process.h"

#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/base/text.h"
#include "broker/client/json.h"
#include "broker/postgres/program.h"
#include "certs/files.h"

namespace broker::client {
namespace {

constexpr std::chrono::seconds start_time{120};
constexpr std::chrono::seconds stop_time{40};
constexpr std::chrono::milliseconds ask_again{10};
constexpr size_t log_end_bytes = 4'000;

std::string text_of(const std::filesystem::path& file) {
  try {
    return certs::read_file(file);
  } catch (const std::exception&) {
    return "";
  }
}

// The line that begins with a brace: what it prints before are words.
std::string json_line(const std::string& output) {
  auto lines = base::split(output, '\n');
  lines.pop_back();  // what follows the last line end is not a whole line yet
  for (const auto line : lines) {
    if (line.starts_with('{') && line.ends_with('}')) return std::string(line);
  }
  return "";
}

}  // namespace

std::filesystem::path make_temporary_directory(const std::string& prefix) {
  std::string name = (std::filesystem::temp_directory_path() / (prefix + "-XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("can't make a directory like " + name);
  chmod(name.c_str(), 0755);
  return name;
}

SandboxProcess::SandboxProcess(std::filesystem::path waymark, std::filesystem::path directory,
                               const std::vector<std::string>& arguments)
    : directory_(std::filesystem::absolute(directory)) {
  std::filesystem::create_directories(directory_);
  const std::filesystem::path log = directory_ / "sandbox.log";
  std::filesystem::remove(log);
  std::vector<std::string> all{waymark.string(), "sandbox", "--dir", directory_.string(), "--port", "0", "--json"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  pid_ = postgres::start_program(all, {false, geteuid(), getegid(), "the caller"}, log, SIGKILL);
  const auto deadline = std::chrono::steady_clock::now() + start_time;
  while (description_.empty()) {
    const bool has_ended = postgres::ended(pid_).has_value();
    description_ = json_line(text_of(log));
    if (!description_.empty()) break;
    if (has_ended || std::chrono::steady_clock::now() >= deadline) {
      if (!has_ended) kill_at_once();
      pid_ = 0;
      throw std::runtime_error("the sandbox does not start\n" + text_of(log));
    }
    std::this_thread::sleep_for(ask_again);
  }
}

SandboxProcess::~SandboxProcess() {
  if (pid_ != 0) kill_at_once();
}

bool SandboxProcess::stop() {
  if (pid_ == 0) return false;
  kill(pid_, SIGTERM);
  const auto status = postgres::await_end(pid_, stop_time);
  if (!status) return false;
  pid_ = 0;
  return *status == 0;
}

void SandboxProcess::kill_at_once() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string SandboxProcess::value(const std::string& pointer) const {
  return text_at(parse_json(description_), pointer);
}

Access SandboxProcess::access(const std::string& caller, const std::string& officer) const {
  const std::string place = (caller.size() == 3 ? "/authorities/" : "/schools/") + caller;
  Access access;
  access.url = value("/api");
  access.authorities = value("/ca");
  access.certificate = value(place + "/cert");
  access.private_key = value(place + "/key");
  access.officer = officer;
  return access;
}

std::string SandboxProcess::log_end() const {
  const std::string text = text_of(directory_ / "waymarkd.log");
  return text.size() <= log_end_bytes ? text : text.substr(text.size() - log_end_bytes);
}

pid_t SandboxProcess::broker_pid() const {
  const auto pid = base::parse_number(base::trimmed(text_of(directory_ / "waymarkd.pid")));
  if (!pid) return 0;
  // The file outlives the process for a moment, and its number may be given to another.
  const std::string name = text_of("/proc/" + std::to_string(*pid) + "/comm");
  return base::trimmed(name) == "waymarkd" ? static_cast<pid_t>(*pid) : 0;
}

bool SandboxProcess::kill_broker() const {
  const pid_t pid = broker_pid();
  return pid != 0 && kill(pid, SIGKILL) == 0;
}

bool SandboxProcess::await_broker(pid_t before, std::chrono::milliseconds time) const {
  const auto deadline = std::chrono::steady_clock::now() + time;
  Access access;
  access.url = value("/admin");
  Api admin(std::move(access));
  while (std::chrono::steady_clock::now() < deadline) {
    try {
      const pid_t now = broker_pid();
      if (now != 0 && now != before && admin.get("/readyz").status == 200) return true;
    } catch (const Unreachable&) {
      // It is on its way.
    }
    std::this_thread::sleep_for(ask_again);
  }
  return false;
}

}  // namespace broker::client
