#include "tests/fault/site.h"

#include <fstream>
#include <stdexcept>
#include <thread>

#include <signal.h>
#include <sys/wait.h>

#include "broker/postgres/program.h"
#include "tests/fault/load.h"

namespace fault {
namespace {

namespace fs = std::filesystem;
using broker::client::SandboxBroker;

constexpr std::chrono::milliseconds ready_time{30'000};
constexpr std::chrono::milliseconds ask_again{5};
constexpr std::chrono::milliseconds end_time{10'000};
constexpr size_t log_end_bytes = 3'000;
// So that a broker whose clock is put back still finds its clients' certificates and the list begun.
constexpr std::chrono::hours credentials_age{24};

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Site::Site(SiteSettings settings) : settings_(std::move(settings)) {
  fs::create_directories(settings_.directory);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  credentials_ = broker::client::make_credentials(settings_.directory, authorities, now - credentials_age);
  broker::postgres::ClusterSettings cluster;
  cluster.directory = settings_.directory / "postgres";
  cluster.options = settings_.database_options;
  cluster.options.emplace_back("waymark.sandbox", "yes");  // the brokers are those of sandboxes
  cluster.options.emplace_back("shared_buffers", "64MB");
  database_ = std::make_unique<broker::postgres::Cluster>(cluster);
  if (settings_.has_standby) {
    cluster.directory = settings_.directory / "standby";
    cluster.standby_of = database_->conninfo("postgres");
    standby_ = std::make_unique<broker::postgres::Cluster>(std::move(cluster));
  }
  if (settings_.has_database_gate) {
    const fs::path gate = fs::path(settings_.directory) / "gate";
    fs::create_directories(gate);
    database_gate_ = std::make_unique<support::Gate>(
        (gate / ".s.PGSQL.5432").string(), (database_->socket_directory() / ".s.PGSQL.5432").string(), settings_.seed);
  }
  for (size_t number = 0; number < settings_.brokers; ++number) {
    const fs::path home = home_of(number);
    fs::create_directories(home);
    const uint16_t port = broker::client::free_port();
    const uint16_t admin_port = broker::client::free_port();
    const uint16_t web_port = broker::client::free_port();
    brokers_.push_back(std::make_unique<SandboxBroker>(home, broker_program(number), port, admin_port, web_port));
    std::string url = brokers_.back()->api_url();
    if (settings_.has_client_gates) {
      const uint16_t gate_port = broker::client::free_port();
      client_gates_.push_back(std::make_unique<support::Gate>("127.0.0.1:" + std::to_string(gate_port),
                                                              "127.0.0.1:" + std::to_string(port),
                                                              settings_.seed * 100 + number));
      url = "https://localhost:" + std::to_string(gate_port);
    }
    urls_.push_back(url);
    brokers_.back()->write_configuration(
        credentials_, {database_url("waymark_api"), database_url("waymark_writer"), database_->conninfo()});
    if (number == 0) brokers_.back()->migrate();
    // All brokers of a Waymark sign and seal with the same keys, which the first one makes.
    for (const char* key : {"audit-key.pem", "transfer-key"}) {
      if (number > 0 && fs::exists(home_of(0) / key))
        fs::copy(home_of(0) / key, home / key, fs::copy_options::recursive);
    }
    start_broker(number);
    await_ready(number, ready_time);
  }
}

fs::path Site::home_of(size_t number) const {
  return settings_.directory / ("broker-" + std::to_string(number));
}

// waymarkd itself, or a script that sets its environment and becomes it.
fs::path Site::broker_program(size_t number) const {
  const fs::path program = fs::path(WAYMARK_PROGRAM).parent_path() / "waymarkd";
  if (!settings_.environment) return program;
  const fs::path script = home_of(number) / "waymarkd.sh";
  std::ofstream out(script);
  out << "#!/bin/sh\nexec env";
  for (const std::string& variable : settings_.environment(number)) out << " '" << variable << "'";
  out << " '" << program.string() << "' \"$@\"\n";
  out.close();
  fs::permissions(script, fs::perms(0755));
  return script;
}

std::string Site::database_url(const std::string& role) const {
  if (database_gate_) {
    return "host=" + (settings_.directory / "gate").string() + " port=5432 user=" + role + " dbname=waymark";
  }
  if (!standby_) return database_->conninfo("waymark", role);
  return "host=" + database_->socket_directory().string() + "," + standby_->socket_directory().string() +
         " port=5432 user=" + role + " dbname=waymark target_session_attrs=read-write";
}

// Commits begin to wait when the checkpointer has read the setting, which a busy one does late. Once the postmaster
// has, as a new connection shows, it has told the checkpointer, which heeds that before its next checkpoint.
void Site::wait_for_standby() {
  database_->run("postgres", "alter system set synchronous_standby_names = 'standby'");
  database_->run("postgres", "select pg_reload_conf()");
  const auto give_up = std::chrono::steady_clock::now() + ready_time;
  for (bool is_set = false; !is_set; std::this_thread::sleep_for(ask_again)) {
    try {
      database_->run("postgres", "do $$ begin assert current_setting('synchronous_standby_names') <> ''; end $$");
      is_set = true;
    } catch (const broker::postgres::ClusterError&) {
      if (std::chrono::steady_clock::now() > give_up) throw;
    }
  }
  database_->run("postgres", "checkpoint");
}

void Site::promote_standby() {
  standby_->promote();
  std::swap(database_, standby_);
}

void Site::renew_standby() {
  standby_->begin_as_standby_of(database_->conninfo("postgres"));
}

void Site::kill_broker(size_t number) {
  SandboxBroker& one = *brokers_.at(number);
  const pid_t pid = one.pid();
  if (pid == 0)
    throw std::runtime_error("broker " + std::to_string(number) + " has died of itself\n" + log_end(number));
  kill(pid, SIGKILL);
  const auto give_up = std::chrono::steady_clock::now() + end_time;
  while (!one.ended()) {
    if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("a broker outlives kill -9");
    std::this_thread::sleep_for(ask_again);
  }
}

void Site::start_broker(size_t number) {
  brokers_.at(number)->start();
}

bool Site::is_ready(size_t number) const {
  broker::client::Api admin({.url = brokers_.at(number)->admin_url(),
                             .authorities = "",
                             .certificate = "",
                             .private_key = "",
                             .officer = ""});
  try {
    return admin.get("/readyz").status == 200;
  } catch (const broker::client::Unreachable&) {
    return false;
  }
}

std::chrono::milliseconds Site::await_ready(size_t number, std::chrono::milliseconds time) {
  const auto began = std::chrono::steady_clock::now();
  while (!is_ready(number)) {
    if (has_ended(number)) {
      throw std::runtime_error("broker " + std::to_string(number) + " ended of itself\n" + log_end(number));
    }
    if (std::chrono::steady_clock::now() - began > time) {
      throw std::runtime_error("broker " + std::to_string(number) + " does not get ready\n" + log_end(number));
    }
    std::this_thread::sleep_for(ask_again);
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
}

Reach Site::reach(const std::string& authority) const {
  const auto& own = credentials_.authorities.at(authority);
  return {urls_, credentials_.authority.string(), own.certificate.string(), own.private_key.string()};
}

broker::client::Access Site::access(const std::string& authority) const {
  const auto& own = credentials_.authorities.at(authority);
  broker::client::Access access;
  access.url = brokers_.front()->api_url();
  access.authorities = credentials_.authority.string();
  access.certificate = own.certificate.string();
  access.private_key = own.private_key.string();
  access.officer = "a.obi";
  access.patience = std::chrono::seconds(60);
  return access;
}

std::string Site::log_end(size_t number) const {
  const std::string text = text_of(home_of(number) / "waymarkd.log");
  return text.size() <= log_end_bytes ? text : text.substr(text.size() - log_end_bytes);
}

}  // namespace fault
