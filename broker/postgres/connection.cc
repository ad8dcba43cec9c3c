#include "broker/postgres/connection.h"

#include <libpq-fe.h>

#include "broker/base/ensure.h"
#include "broker/base/text.h"
#include "broker/postgres/wire.h"

namespace broker::postgres {
namespace {

// Applied unless the conninfo says otherwise. GSSAPI costs a round trip that nobody here uses.
const Wire::Options option_defaults = {{"application_name", "waymark"}, {"client_encoding", "UTF8"},
                                       {"gssencmode", "disable"},       {"tcp_user_timeout", "10000"},
                                       {"keepalives_idle", "15"},       {"keepalives_interval", "5"},
                                       {"keepalives_count", "3"}};

Wire::Options parse_conninfo(const std::string& conninfo) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(PQconninfoParse(conninfo.c_str(), &error),
                                                                            &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> error_owner(error, &PQfreemem);
  // What libpq says may quote the password, so it is not passed on.
  if (!parsed) throw DatabaseError("08001", "the database's connection string can't be read");
  Wire::Options options = option_defaults;
  for (const PQconninfoOption* option = parsed.get(); option->keyword; ++option) {
    if (option->val) options.emplace_back(option->keyword, option->val);
  }
  return options;
}

std::string nth(const std::vector<std::string_view>& parts, size_t place) {
  if (parts.empty()) return {};
  return std::string(parts.size() == 1 ? parts.front() : parts.at(std::min(place, parts.size() - 1)));
}

// One set of options a host. libpq by itself would give the first host all the time there is.
std::vector<Wire::Options> split_hosts(const Wire::Options& options) {
  std::vector<std::string_view> hosts;
  std::vector<std::string_view> addresses;
  std::vector<std::string_view> ports;
  Wire::Options others;
  for (const auto& [keyword, value] : options) {
    if (keyword == "host") {
      hosts = base::split(value, ',');
    } else if (keyword == "hostaddr") {
      addresses = base::split(value, ',');
    } else if (keyword == "port") {
      ports = base::split(value, ',');
    } else {
      others.emplace_back(keyword, value);
    }
  }
  std::vector<Wire::Options> split;
  const size_t count = std::max<size_t>({1, hosts.size(), addresses.size()});
  for (size_t place = 0; place < count; ++place) {
    Wire::Options& one = split.emplace_back(others);
    if (!hosts.empty()) one.emplace_back("host", nth(hosts, place));
    if (!addresses.empty()) one.emplace_back("hostaddr", nth(addresses, place));
    if (!ports.empty()) one.emplace_back("port", nth(ports, place));
  }
  return split;
}

}  // namespace

Connection::Connection(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}

Connection::~Connection() = default;

awaitable<std::unique_ptr<Connection>> Connection::connect(boost::asio::any_io_executor executor, std::string conninfo,
                                                           Deadline deadline) {
  const std::vector<Wire::Options> hosts = split_hosts(parse_conninfo(conninfo));
  std::exception_ptr failure;
  for (size_t place = 0; place < hosts.size(); ++place) {
    const auto now = std::chrono::steady_clock::now();
    const auto hosts_left = static_cast<Deadline::rep>(hosts.size() - place);
    const Deadline share = now + (deadline - now) / hosts_left;
    auto wire = std::make_shared<Wire>(executor);
    try {
      co_await wire->connect(hosts[place], share);
      co_return std::unique_ptr<Connection>(new Connection(std::move(wire)));
    } catch (const DatabaseError&) {
      failure = std::current_exception();
    }
  }
  std::rethrow_exception(failure);
}

awaitable<Rows> Connection::execute(const Statement& statement, Params params) {
  wire_->begin_call();
  if (wire_->wants_settings() && wire_->is_idle()) {
    wire_->send_settings();
    wire_->send_sync();
  }
  const Query query(statement, std::move(params));
  wire_->send(query);
  wire_->send_sync();
  co_await wire_->flush();
  auto answers = co_await wire_->receive();
  wire_->end_call();
  co_return std::move(answers.at(0));
}

awaitable<std::vector<Rows>> Connection::pipeline(std::vector<Query> queries) {
  wire_->begin_call();
  // In a transaction of their own, so that the caller's rolling back does not undo them.
  if (wire_->wants_settings() && wire_->is_idle()) {
    wire_->send_settings();
    wire_->send_sync();
  }
  for (const Query& query : queries) wire_->send(query);
  wire_->send_sync();
  co_await wire_->flush();
  auto answers = co_await wire_->receive();
  wire_->end_call();
  co_return answers;
}

awaitable<void> Connection::run_script(std::string sql) {
  if (wire_->wants_settings() && wire_->is_idle()) {
    std::vector<Query> nothing_but_settings;
    co_await pipeline(std::move(nothing_but_settings));
  }
  wire_->begin_call();
  wire_->leave_pipeline_mode();
  wire_->send_script(sql);
  co_await wire_->flush();
  co_await wire_->receive_script();
  wire_->enter_pipeline_mode();
  wire_->end_call();
}

void Connection::set_timeout(std::chrono::milliseconds timeout) {
  base::ensure(timeout.count() > 0);
  wire_->timeout_ = timeout;
}

bool Connection::is_usable() const {
  return wire_->is_usable();
}

bool Connection::is_idle() const {
  return wire_->is_idle();
}

bool Connection::is_alive() {
  return wire_->is_alive();
}

int Connection::backend_pid() const {
  return wire_->backend_pid();
}

}  // namespace broker::postgres
