#include "broker/client/sandbox.h"

#include <iostream>
#include <optional>
#include <stdexcept>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/client/json.h"
#include "broker/client/sandbox_broker.h"
#include "broker/client/sandbox_credentials.h"
#include "broker/client/sandbox_people.h"
#include "broker/postgres/cluster.h"

namespace broker::client {
namespace {

constexpr std::chrono::seconds ready_time{60};
constexpr int look_every_ms = 500;
constexpr std::chrono::hours renewal_check{6};
// A broker that fails so often, each time within so short a life, will not come up.
constexpr int failures_max = 5;
constexpr std::chrono::seconds short_life{2};
constexpr int admin_port_above = 1000;
constexpr int web_port_above = 1;
constexpr int port_last = 65'535;

std::chrono::sys_seconds present() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

uint16_t api_port(int wanted) {
  if (wanted == 0) return free_port();
  if (!is_free(static_cast<uint16_t>(wanted)))
    throw std::runtime_error("port " + std::to_string(wanted) + " is taken; name another with --port, or 0 for any");
  return static_cast<uint16_t>(wanted);
}

// The usual place beside the API's port, or any.
uint16_t port_above(int wanted, int above) {
  const int usual = wanted + above;
  return wanted != 0 && usual <= port_last && is_free(static_cast<uint16_t>(usual)) ? static_cast<uint16_t>(usual)
                                                                                    : free_port();
}

// One sandbox a directory.
class DirectoryLock {
 public:
  explicit DirectoryLock(const std::filesystem::path& directory) {
    std::filesystem::create_directories(directory);
    descriptor_ = open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0 || flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (descriptor_ >= 0) close(descriptor_);
      throw std::runtime_error("another sandbox runs in " + directory.string());
    }
  }
  ~DirectoryLock() { close(descriptor_); }
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  int descriptor_ = -1;
};

std::filesystem::path waymarkd_beside_us() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "waymarkd";
}

Json json_of(const Credential& credential) {
  return {{"cert", credential.certificate.string()}, {"key", credential.private_key.string()}};
}

}  // namespace

struct Sandbox::State {
  explicit State(const SandboxSettings& settings)
      : directory(std::filesystem::absolute(settings.directory)),
        lock(directory),
        port(api_port(settings.port)),
        broker(directory, waymarkd_beside_us(), port, port_above(settings.port, admin_port_above),
               port_above(settings.port, web_port_above)),
        credentials(make_credentials(directory, settings.authorities, present())),
        database(postgres::ClusterSettings{
            .directory = directory / "postgres", .database = "waymark", .options = {{"waymark.sandbox", "yes"}}}) {
    const SandboxDatabase urls{database.conninfo("waymark", "waymark_api"),
                               database.conninfo("waymark", "waymark_writer"), database.conninfo()};
    broker.write_configuration(credentials, urls);
    broker.migrate();
    broker.start();
    started = std::chrono::steady_clock::now();
    broker.await_ready(ready_time);
    enter_people(broker.api_url(), credentials);
  }

  // Starts the broker again where it has died; false when it fails of itself too often.
  bool keep_broker() {
    const auto status = broker.ended();
    if (!status) return true;
    const auto now = std::chrono::steady_clock::now();
    // Who kills it from outside, as often as he likes, wants to see it come back.
    const bool has_failed = !WIFSIGNALED(*status) || WTERMSIG(*status) != SIGKILL;
    if (has_failed) failures = now - started < short_life ? failures + 1 : 1;
    if (failures > failures_max) {
      std::cerr << "waymark: waymarkd fails again and again; see " << (directory / "waymarkd.log").string()
                << std::endl;
      return false;
    }
    std::cerr << "waymark: waymarkd died; starting it again" << std::endl;
    broker.start();
    started = now;
    return true;
  }

  void keep_database() {
    if (database.is_running()) return;
    std::cerr << "waymark: PostgreSQL died; starting it again" << std::endl;
    database.start();
  }

  void keep_list() {
    const auto now = std::chrono::steady_clock::now();
    if (now - list_checked < renewal_check) return;
    list_checked = now;
    if (renew_list(directory, present())) broker.reload();
  }

  std::filesystem::path directory;
  DirectoryLock lock;
  uint16_t port;
  SandboxBroker broker;
  SandboxCredentials credentials;
  postgres::Cluster database;
  std::chrono::steady_clock::time_point started;
  std::chrono::steady_clock::time_point list_checked = std::chrono::steady_clock::now();
  int failures = 0;
};

Sandbox::Sandbox(const SandboxSettings& settings) : state_(std::make_unique<State>(settings)) {}

Sandbox::~Sandbox() {
  state_->broker.stop();
}

std::string Sandbox::description() const {
  const SandboxCredentials& credentials = state_->credentials;
  Json json = {
      {"api", state_->broker.api_url()}, {"web", state_->broker.web_url()}, {"admin", state_->broker.admin_url()}};
  json["ca"] = credentials.authority.string();
  json["authorities"] = Json::object();
  for (const auto& [code, credential] : credentials.authorities) json["authorities"][code] = json_of(credential);
  json["schools"] = Json::object();
  for (const auto& [laestab, credential] : credentials.schools) json["schools"][laestab] = json_of(credential);
  json["officers"] = Json::object();
  for (const auto& [code, officers] : credentials.officers) {
    for (const auto& [id, credential] : officers) json["officers"][code][id] = json_of(credential);
  }
  json["operator"] = json_of(credentials.operator_);
  json["directory"] = state_->directory.string();
  return dump(json);
}

bool Sandbox::supervise() {
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int one : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&awaited, one);
  const timespec pause{0, look_every_ms * 1'000'000L};
  while (true) {
    const int got = sigtimedwait(&awaited, nullptr, &pause);
    if (got == SIGTERM || got == SIGINT) return true;
    state_->keep_database();
    if (!state_->keep_broker()) return false;
    state_->keep_list();
  }
}

void block_sandbox_signals() {
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int one : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&awaited, one);
  sigprocmask(SIG_BLOCK, &awaited, nullptr);
}

}  // namespace broker::client
