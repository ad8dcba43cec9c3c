#include "broker/postgres/pool.h"

#include <algorithm>
#include <deque>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "broker/base/ensure.h"

namespace broker::postgres {
namespace {

constexpr auto tupled = boost::asio::as_tuple(boost::asio::use_awaitable);

// The first eight digits of a WAL file's name (PostgreSQL 15, 9.27.3); a standby writes none.
constexpr Statement select_timeline{"select_timeline", R"(
select case when pg_is_in_recovery() then '' else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end)"};

struct Waiter {
  explicit Waiter(const boost::asio::any_io_executor& executor) : timer(executor) {}
  boost::asio::steady_timer timer;  // expires at the caller's deadline; cancelled to wake it earlier
  std::unique_ptr<Connection> given;
};

}  // namespace

struct Pool::State {
  boost::asio::any_io_executor executor;
  PoolSettings settings;
  std::vector<std::unique_ptr<Connection>> idle;  // the last used at the back: it is warm
  std::deque<Waiter*> waiters;
  size_t open = 0;
  bool is_closed = false;
  Deadline retry_at{};
  std::chrono::milliseconds backoff{0};  // above 0: the last connect failed
  std::string timeline;                  // of the server that was reached last; empty: none yet
  std::function<void()> tell_of_other_timeline;

  void note_timeline(const std::string& reached) {
    if (reached.empty()) return;
    const bool is_other = !timeline.empty() && timeline != reached;
    timeline = reached;
    if (is_other && tell_of_other_timeline) tell_of_other_timeline();
  }

  std::unique_ptr<Connection> take_idle() {
    while (!idle.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle.back());
      idle.pop_back();
      if (connection->is_alive()) return connection;
      --open;
    }
    return nullptr;
  }

  void give_back(std::unique_ptr<Connection> connection) {
    if (is_closed || !connection->is_usable() || !connection->is_idle()) {
      connection.reset();
      --open;
      wake_one();
      return;
    }
    connection->set_timeout(settings.query_timeout);
    if (waiters.empty()) {
      idle.push_back(std::move(connection));
    } else {
      waiters.front()->given = std::move(connection);
      wake_one();
    }
  }

  // What it finds when it wakes decides: a connection given, room to make one, or nothing.
  void wake_one() {
    if (waiters.empty()) return;
    Waiter* const waiter = waiters.front();
    waiters.pop_front();
    waiter->timer.cancel();
  }

  void wake_all() {
    while (!waiters.empty()) wake_one();
  }

  void note_failure() {
    backoff = backoff.count() == 0 ? settings.backoff_min : std::min(backoff * 2, settings.backoff_max);
    retry_at = std::chrono::steady_clock::now() + backoff;
    if (open == 0) wake_all();
  }
};

namespace {

// Keeps the count of open connections right however a coroutine ends.
class OpenSlot {
 public:
  explicit OpenSlot(Pool::State& state) : state_(state) { ++state_.open; }
  ~OpenSlot() {
    if (is_held_) --state_.open;
  }
  OpenSlot(const OpenSlot&) = delete;
  OpenSlot& operator=(const OpenSlot&) = delete;
  void keep() { is_held_ = false; }

 private:
  Pool::State& state_;
  bool is_held_ = true;
};

// Stands in the queue for as long as it lives.
class Place {
 public:
  Place(Pool::State& state, Waiter& waiter) : state_(state), waiter_(waiter) { state_.waiters.push_back(&waiter_); }
  ~Place() {
    std::erase(state_.waiters, &waiter_);
    if (waiter_.given) state_.give_back(std::move(waiter_.given));  // cancelled just after it was given one
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  Pool::State& state_;
  Waiter& waiter_;
};

awaitable<std::unique_ptr<Connection>> make_connection(std::shared_ptr<Pool::State> state, Deadline deadline) {
  std::string reason;
  {
    OpenSlot slot(*state);
    try {
      auto connection = co_await Connection::connect(state->executor, state->settings.conninfo, deadline);
      connection->set_timeout(state->settings.query_timeout);
      const Rows timeline = co_await connection->execute(select_timeline);
      state->backoff = std::chrono::milliseconds(0);
      state->note_timeline(timeline.front().text(0));
      slot.keep();
      co_return connection;
    } catch (const DatabaseError& error) {
      reason = error.what();
    }
  }
  state->note_failure();
  throw Unavailable(reason);
}

awaitable<std::unique_ptr<Connection>> await_turn(std::shared_ptr<Pool::State> state, Deadline deadline) {
  if (state->waiters.size() >= state->settings.waiters_max) throw Unavailable("too many wait for a connection");
  Waiter waiter(state->executor);
  waiter.timer.expires_at(deadline);
  const Place place(*state, waiter);
  const auto [error] = co_await waiter.timer.async_wait(tupled);
  if (waiter.given) co_return std::move(waiter.given);
  if (!error) throw Unavailable("no connection became free in time");
  // Cancelled together with its coroutine, or woken to look again: the former throws at the next wait.
  co_return nullptr;
}

awaitable<Pool::Lease> acquire_from(std::shared_ptr<Pool::State> state, Deadline deadline) {
  const Deadline sooner = std::min(deadline, deadline_in(state->settings.connect_timeout));
  while (true) {
    if (state->is_closed) throw Unavailable("the pool is closed");
    if (auto connection = state->take_idle()) co_return Pool::Lease(state, std::move(connection));
    const auto now = std::chrono::steady_clock::now();
    const bool has_room = state->open < state->settings.connections_max;
    if (has_room && now >= state->retry_at) {
      auto connection = co_await make_connection(state, sooner);
      co_return Pool::Lease(state, std::move(connection));
    }
    if (state->open == 0) throw Unavailable("the last attempt to connect has just failed");
    // While connects fail but others hold working connections, one of those may come back in time.
    const Deadline turn_by = has_room ? sooner : deadline;
    auto connection = co_await await_turn(state, turn_by);
    if (connection) co_return Pool::Lease(state, std::move(connection));
  }
}

}  // namespace

Pool::Pool(boost::asio::any_io_executor executor, PoolSettings settings) : state_(std::make_shared<State>()) {
  base::ensure(settings.connections_max > 0);
  state_->executor = std::move(executor);
  state_->settings = std::move(settings);
}

Pool::~Pool() {
  close();
}

awaitable<Pool::Lease> Pool::acquire(Deadline deadline) {
  return acquire_from(state_, deadline);
}

void Pool::on_other_timeline(std::function<void()> tell) {
  state_->tell_of_other_timeline = std::move(tell);
}

void Pool::close() {
  state_->is_closed = true;
  state_->open -= state_->idle.size();
  state_->idle.clear();
  state_->wake_all();
}

size_t Pool::idle() const {
  return state_->idle.size();
}

size_t Pool::open() const {
  return state_->open;
}

size_t Pool::waiting() const {
  return state_->waiters.size();
}

bool Pool::is_away() const {
  return state_->backoff.count() > 0;
}

Pool::Lease::Lease(std::shared_ptr<State> state, std::unique_ptr<Connection> connection)
    : state_(std::move(state)), connection_(std::move(connection)) {}

Pool::Lease::Lease(Lease&&) noexcept = default;

Pool::Lease::~Lease() {
  if (connection_) state_->give_back(std::move(connection_));
}

}  // namespace broker::postgres
