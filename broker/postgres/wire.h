// libpq's socket on the event loop: small steps (send, flush, receive), each within the deadline of the call. Inside of
// Connection; nothing else uses it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "broker/postgres/connection.h"

struct pg_conn;

namespace broker::postgres {

// Shared, so that the pending handler of the deadline timer can find it gone.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  explicit Wire(const boost::asio::any_io_executor& executor);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Keyword and value of each libpq option, for one host.
  using Options = std::vector<std::pair<std::string, std::string>>;
  awaitable<void> connect(Options options, Deadline deadline);

  // Brackets a call. What does not reach end_call() broke the connection: a throw or a cancellation in between.
  void begin_call();
  void end_call();

  // Queue the protocol's messages; nothing waits.
  void send(const Query& query);
  void send_settings();
  void send_sync();
  void send_script(const std::string& sql);
  void leave_pipeline_mode();
  void enter_pipeline_mode();

  // Sends what is queued, reading meanwhile, since a server that can't write stops reading.
  awaitable<void> flush();
  // Gives the results of all that was sent, one a query, up to the last sync. Throws the first error after that.
  awaitable<std::vector<Rows>> receive();
  awaitable<void> receive_script();

  bool is_usable() const;
  bool is_idle() const;
  bool is_alive();
  bool wants_settings() const { return timeout_ != server_timeout_; }
  int backend_pid() const;

  std::chrono::milliseconds timeout_ = Connection::timeout_default;

 private:
  enum class Step { prepare, execute, settings, sync };
  struct Sent {
    Step step;
    const Statement* statement = nullptr;
  };
  struct Finish {
    void operator()(pg_conn* connection) const;
  };

  void arm(Deadline deadline);
  void watch_socket();
  awaitable<void> wait(bool for_read, bool for_write);
  awaitable<void> await_result();
  void take(const Sent& sent, Rows rows, pg_result* result, std::vector<Rows>& answers);
  void remember(DatabaseError error);
  [[noreturn]] void throw_lost(const char* doing) const;
  static void hear(void* wire, const pg_result* notice);

  std::unique_ptr<pg_conn, Finish> connection_;
  boost::asio::posix::stream_descriptor socket_;  // a copy of libpq's, to wait on
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds server_timeout_{0};            // what the session's statement_timeout was made from
  std::unordered_map<std::string, const char*> prepared_;  // name to SQL
  std::vector<Sent> sent_;
  std::unique_ptr<DatabaseError> error_;  // the first of this call
  uint64_t call_ = 0;
  bool is_busy_ = false;
  bool is_expired_ = false;
  bool is_in_doubt_ = false;
  bool is_doomed_ = false;  // the server said that it ends this session
};

// The server's error as ours, without any value of a row; `doing` is the statement's name.
DatabaseError error_of(const pg_result* result, const char* doing);

}  // namespace broker::postgres
