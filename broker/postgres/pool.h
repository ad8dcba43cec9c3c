// A bounded set of connections that mends itself: broken ones are replaced, and while the database is away callers hear
// so at once instead of queueing. Used on the one event-loop thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "broker/postgres/connection.h"

namespace broker::postgres {

struct PoolSettings {
  std::string conninfo;
  size_t connections_max = 8;
  size_t waiters_max = 4096;  // more than this wait for a connection: the next is refused at once
  std::chrono::milliseconds connect_timeout{900};
  std::chrono::milliseconds query_timeout = Connection::timeout_default;
  // After a failed connect nobody tries again for this long, doubling up to the maximum.
  std::chrono::milliseconds backoff_min{50};
  std::chrono::milliseconds backoff_max{500};
};

class Pool {
 public:
  Pool(boost::asio::any_io_executor executor, PoolSettings settings);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  struct State;

  // A connection on loan. It goes back when this is destroyed; it is discarded instead when it broke, when a
  // transaction was left open (so a throw rolls back), or when the pool is gone.
  class Lease {
   public:
    Lease(std::shared_ptr<State> state, std::unique_ptr<Connection> connection);
    ~Lease();
    Lease(Lease&&) noexcept;
    Lease& operator=(Lease&&) = delete;
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    std::shared_ptr<State> state_;  // owners: the pool and its leases
    std::unique_ptr<Connection> connection_;
  };

  // An idle connection, a new one, or the next to be returned. Throws Unavailable when there is none by the deadline,
  // at once while the database is known to be away, and after connect_timeout at the latest when it does not answer.
  awaitable<Lease> acquire(Deadline deadline);

  // Called when a connection has reached a server of another timeline than those before it: a standby was promoted, or
  // an older state restored to a point in time. What was read before may not be there any more. Nobody has used the
  // connection yet.
  void on_other_timeline(std::function<void()> tell);

  // Closes idle connections; those on loan close when they come back. Later acquires throw Unavailable.
  void close();

  size_t idle() const;     // connections that wait for use
  size_t open() const;     // idle, on loan and being made
  size_t waiting() const;  // callers that wait for a connection
  // The last connect failed and none has succeeded since; for /readyz.
  bool is_away() const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace broker::postgres
