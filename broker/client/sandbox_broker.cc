#include "broker/client/sandbox_broker.h"

#include <stdexcept>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/base/random.h"
#include "broker/client/api.h"
#include "broker/postgres/program.h"
#include "certs/files.h"

namespace broker::client {
namespace {

constexpr std::chrono::seconds migrate_time{120};
constexpr std::chrono::seconds stop_time{15};
constexpr std::chrono::milliseconds ask_again{10};
constexpr uint16_t port_first = 20'000;
constexpr uint16_t port_last = 32'000;
constexpr int port_tries = 200;
constexpr size_t log_tail_bytes = 2'000;

// A value of the configuration. Paths and libpq's URLs need no more than this.
std::string quoted(const std::string& text) {
  if (text.find_first_of("\"\\\n") != std::string::npos) {
    throw std::runtime_error("the sandbox's directory may not have a quote, backslash or line end in its name");
  }
  return "\"" + text + "\"";
}

std::string setting(const std::string& name, const std::string& value) {
  return name + "=" + quoted(value) + "\n";
}

// A file of this name in the sandbox's directory makes account services of one's own known to it.
std::string providers_setting(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "providers.json";
  return std::filesystem::exists(file) ? setting("providers", file.string()) : "";
}

std::string end_of(const std::filesystem::path& log) {
  try {
    const std::string text = certs::read_file(log);
    return text.size() <= log_tail_bytes ? text : "..." + text.substr(text.size() - log_tail_bytes);
  } catch (const std::exception&) {
    return "(no log)";
  }
}

std::string end_in_words(int status) {
  if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
  return "ended with code " + std::to_string(WEXITSTATUS(status));
}

postgres::User this_user() {
  return {false, geteuid(), getegid(), "the caller"};
}

}  // namespace

SandboxBroker::SandboxBroker(std::filesystem::path directory, std::filesystem::path program, uint16_t port,
                             uint16_t admin_port, uint16_t web_port)
    : directory_(std::move(directory)),
      program_(std::move(program)),
      port_(port),
      admin_port_(admin_port),
      web_port_(web_port) {
  if (!std::filesystem::exists(program_)) {
    throw std::runtime_error("there is no " + program_.string() + "; waymark starts the waymarkd beside itself");
  }
}

SandboxBroker::~SandboxBroker() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void SandboxBroker::write_configuration(const SandboxCredentials& credentials, const SandboxDatabase& database) const {
  const std::string text =
      "[api]\n" + setting("listen", "127.0.0.1:" + std::to_string(port_)) + "[web]\n" +
      setting("listen", "127.0.0.1:" + std::to_string(web_port_)) + setting("url", web_url()) + "sandbox=true\n" +
      providers_setting(directory_) + "[admin]\n" + setting("listen", "127.0.0.1:" + std::to_string(admin_port_)) +
      "[tls]\n" + setting("certificate", credentials.server.certificate.string()) +
      setting("key", credentials.server.private_key.string()) + setting("ca", credentials.authority.string()) +
      setting("crl", credentials.revocations.string()) + "[database]\n" + setting("url", database.url) +
      setting("writer_url", database.writer_url) + setting("owner_url", database.owner_url) + "[audit]\n" +
      setting("key", (directory_ / "audit-key.pem").string()) + "[transfer]\n" +
      setting("keys", (directory_ / "transfer-key").string()) + "[uploads]\n" +
      setting("directory", directory_.string()) + "[matching]\n" +
      setting("directory", (directory_ / "index").string()) + "[clock]\n" +
      setting("file", (directory_ / "clock").string()) +
      // A receiver of webhooks that is tried out stands on this machine.
      "[webhooks]\nallow=[\"127.0.0.1\", \"localhost\"]\n" + "[log]\n" + setting("level", "info") +
      // For load drivers: they come as one authority.
      "[limits]\n" + setting("requests_per_caller_per_second", "0");
  certs::write_file(configuration(), text, certs::private_mode);
}

pid_t SandboxBroker::run(const std::string& command) const {
  // SIGKILL, so that nothing is left running whatever becomes of us; what waymarkd has answered is kept through that.
  return postgres::start_program({program_.string(), command, "--config", configuration().string()}, this_user(), log(),
                                 SIGKILL);
}

void SandboxBroker::migrate() const {
  const pid_t child = run("migrate");
  const auto status = postgres::await_end(child, migrate_time);
  if (!status) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    throw std::runtime_error("`waymarkd migrate` takes too long\n" + end_of(log()));
  }
  if (*status != 0) throw std::runtime_error("`waymarkd migrate` " + end_in_words(*status) + "\n" + end_of(log()));
}

void SandboxBroker::start() {
  pid_ = run("serve");
  certs::write_file(directory_ / "waymarkd.pid", std::to_string(pid_) + "\n", certs::public_mode);
}

void SandboxBroker::await_ready(std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  Api admin({.url = admin_url(), .authorities = "", .certificate = "", .private_key = "", .officer = ""});
  while (true) {
    try {
      if (admin.get("/readyz").status == 200) return;
    } catch (const Unreachable&) {
      // It does not listen yet.
    }
    if (const auto status = ended()) {
      throw std::runtime_error("`waymarkd serve` " + end_in_words(*status) + "\n" + end_of(log()));
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      throw std::runtime_error("`waymarkd serve` does not get ready\n" + end_of(log()));
    }
    std::this_thread::sleep_for(ask_again);
  }
}

void SandboxBroker::stop() {
  if (pid_ == 0) return;
  kill(pid_, SIGTERM);
  if (!postgres::await_end(pid_, stop_time)) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_ = 0;
  std::error_code ignored;
  std::filesystem::remove(directory_ / "waymarkd.pid", ignored);
}

void SandboxBroker::reload() const {
  if (pid_ != 0) kill(pid_, SIGHUP);
}

std::optional<int> SandboxBroker::ended() {
  if (pid_ == 0) return std::nullopt;
  const auto status = postgres::ended(pid_);
  if (status) pid_ = 0;
  return status;
}

bool is_free(uint16_t port) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  // As the broker listens: connections of an earlier run that the kernel still remembers are no hindrance.
  const int yes = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool is_bound =
      bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && listen(probe, 1) == 0;
  close(probe);
  return is_bound;
}

uint16_t free_port() {
  base::SystemRandom random;
  for (int i = 0; i < port_tries; ++i) {
    const auto port = static_cast<uint16_t>(port_first + random.next() % (port_last - port_first));
    if (is_free(port)) return port;
  }
  throw std::runtime_error("found no free port on the loopback interface");
}

}  // namespace broker::client
