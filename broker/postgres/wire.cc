#include "broker/postgres/wire.h"

#include <algorithm>
#include <cerrno>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>

#include "broker/base/ensure.h"

namespace broker::postgres {
namespace {

constexpr auto tupled = boost::asio::as_tuple(boost::asio::use_awaitable);
// The server's own limit comes a little after ours, as the net under it.
constexpr std::chrono::milliseconds server_timeout_margin{500};
constexpr size_t statement_name_bytes_max = 63;  // PostgreSQL cuts longer ones

constexpr Statement session_settings{
    "waymark_session_settings",
    // A process that stops between two statements of a transaction holds up all others no longer than this.
    "select set_config('statement_timeout', $1, false), set_config('idle_in_transaction_session_timeout', '5s', "
    "false),"
    " set_config('client_min_messages', 'warning', false), set_config('datestyle', 'ISO, YMD', false),"
    " set_config('timezone', 'UTC', false)"};

}  // namespace

void Wire::Finish::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Wire::Wire(const boost::asio::any_io_executor& executor) : socket_(executor), timer_(executor) {}

Wire::~Wire() = default;

// libpq closes its descriptor whenever it likes, for one as soon as it reads the end. Were that one registered with the
// event loop, a new connection could get the same number and lose its registration when ours ends; so we watch a copy.
void Wire::watch_socket() {
  if (socket_.is_open()) socket_.close();
  const int copy = ::fcntl(PQsocket(connection_.get()), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw boost::system::system_error(errno, boost::system::generic_category(), "dup");
  socket_.assign(copy);
}

void Wire::arm(Deadline deadline) {
  is_expired_ = false;
  ++call_;
  timer_.expires_at(deadline);
  timer_.async_wait([weak = weak_from_this(), call = call_](const boost::system::error_code& error) {
    if (error) return;
    const auto wire = weak.lock();
    if (!wire || wire->call_ != call) return;
    wire->is_expired_ = true;
    if (wire->socket_.is_open()) wire->socket_.cancel();
  });
}

awaitable<void> Wire::wait(bool for_read, bool for_write) {
  using boost::asio::posix::descriptor_base;
  using namespace boost::asio::experimental::awaitable_operators;
  boost::system::error_code error;
  if (!is_expired_) {
    if (for_read && for_write) {
      auto readable = socket_.async_wait(descriptor_base::wait_read, tupled);
      auto writable = socket_.async_wait(descriptor_base::wait_write, tupled);
      auto either = std::move(readable) || std::move(writable);
      const auto first = co_await std::move(either);
      error = std::visit([](const auto& outcome) { return std::get<0>(outcome); }, first);
    } else {
      const auto direction = for_write ? descriptor_base::wait_write : descriptor_base::wait_read;
      const auto [outcome] = co_await socket_.async_wait(direction, tupled);
      error = outcome;
    }
  }
  if (is_expired_) throw DatabaseError(std::string(DatabaseError::timed_out), "no answer within the time allowed");
  if (error) throw boost::system::system_error(error);
}

awaitable<void> Wire::connect(Options options, Deadline deadline) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : options) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  connection_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
  if (!connection_) throw std::bad_alloc();
  pg_conn* connection = connection_.get();
  PQsetNoticeReceiver(connection, &Wire::hear, this);
  if (PQstatus(connection) == CONNECTION_BAD) throw_lost("connect");
  arm(deadline);
  PostgresPollingStatusType poll = PGRES_POLLING_WRITING;
  while (poll != PGRES_POLLING_OK) {
    watch_socket();  // libpq may change to another one in each poll
    co_await wait(poll == PGRES_POLLING_READING, poll == PGRES_POLLING_WRITING);
    poll = PQconnectPoll(connection);
    if (poll == PGRES_POLLING_FAILED) throw_lost("connect");
  }
  timer_.cancel();
  ++call_;
  watch_socket();
  base::ensure(PQsetnonblocking(connection, 1) == 0);
  enter_pipeline_mode();
}

void Wire::begin_call() {
  if (!is_usable()) throw DatabaseError("08003", "the connection can't be used any more");
  is_busy_ = true;
  error_.reset();
  sent_.clear();
  arm(std::chrono::steady_clock::now() + timeout_);
}

void Wire::end_call() {
  if (is_in_doubt_) {
    throw DatabaseError(std::string(DatabaseError::in_doubt), "committed here, but the standby did not confirm it");
  }
  timer_.cancel();
  ++call_;
  is_busy_ = false;
  if (error_) throw DatabaseError(*std::exchange(error_, nullptr));
}

void Wire::send(const Query& query) {
  const Statement& statement = *query.statement;
  const auto known = prepared_.find(statement.name);
  if (known == prepared_.end()) {
    base::ensure(std::string_view(statement.name).size() <= statement_name_bytes_max);
    bool is_first = true;  // a pipeline may hold the same statement many times
    for (const Sent& sent : sent_) is_first = is_first && sent.statement != &statement;
    if (is_first) {
      if (!PQsendPrepare(connection_.get(), statement.name, statement.sql, 0, nullptr)) throw_lost(statement.name);
      sent_.push_back({Step::prepare, &statement});
    }
  } else {
    base::ensure(std::string_view(known->second) == statement.sql);
  }
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  for (const Params::Value& value : query.params.values_) {
    values.push_back(value.is_null ? nullptr : value.bytes.data());
    lengths.push_back(static_cast<int>(value.bytes.size()));
    formats.push_back(value.is_binary ? 1 : 0);
  }
  if (!PQsendQueryPrepared(connection_.get(), statement.name, static_cast<int>(values.size()), values.data(),
                           lengths.data(), formats.data(), 0)) {
    throw_lost(statement.name);
  }
  sent_.push_back({Step::execute, &statement});
}

void Wire::send_settings() {
  const std::string timeout = std::to_string((timeout_ + server_timeout_margin).count());
  const char* const value = timeout.c_str();
  if (!PQsendQueryParams(connection_.get(), session_settings.sql, 1, nullptr, &value, nullptr, nullptr, 0)) {
    throw_lost(session_settings.name);
  }
  sent_.push_back({Step::settings, &session_settings});
}

void Wire::send_sync() {
  if (!PQpipelineSync(connection_.get())) throw_lost("sync");
  sent_.push_back({Step::sync, nullptr});
}

void Wire::send_script(const std::string& sql) {
  if (!PQsendQuery(connection_.get(), sql.c_str())) throw_lost("script");
}

void Wire::leave_pipeline_mode() {
  base::ensure(PQexitPipelineMode(connection_.get()) == 1);
}

void Wire::enter_pipeline_mode() {
  base::ensure(PQenterPipelineMode(connection_.get()) == 1);
}

awaitable<void> Wire::flush() {
  while (true) {
    const int left = PQflush(connection_.get());
    if (left < 0) throw_lost("send");
    if (left == 0) co_return;
    co_await wait(true, true);
    if (!PQconsumeInput(connection_.get())) throw_lost("send");
  }
}

bool Wire::is_usable() const {
  return connection_ && !is_busy_ && !is_in_doubt_ && !is_doomed_ && PQstatus(connection_.get()) == CONNECTION_OK;
}

bool Wire::is_idle() const {
  return connection_ && PQtransactionStatus(connection_.get()) == PQTRANS_IDLE;
}

bool Wire::is_alive() {
  pollfd entry{PQsocket(connection_.get()), POLLIN, 0};
  // Each turn takes what has arrived; a closed socket stays readable, and then PQconsumeInput fails.
  for (int turn = 0; turn < 3 && is_usable() && ::poll(&entry, 1, 0) > 0; ++turn) {
    if (!PQconsumeInput(connection_.get())) return false;
    PQisBusy(connection_.get());  // parses, so that hear() is told
  }
  return is_usable();
}

int Wire::backend_pid() const {
  return PQbackendPID(connection_.get());
}

void Wire::throw_lost(const char* doing) const {
  std::string reason = PQerrorMessage(connection_.get());
  while (!reason.empty() && reason.back() == '\n') reason.pop_back();
  std::replace(reason.begin(), reason.end(), '\n', ' ');
  throw DatabaseError("08006", std::string(doing) + ": " + reason);
}

}  // namespace broker::postgres
