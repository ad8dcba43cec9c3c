#include "broker/net/stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include "broker/net/socket_bio.h"

namespace broker::net {
namespace {

constexpr auto tupled = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr size_t read_bytes_max = size_t{64} * 1024;  // at once
// So many reads and writes that never had to wait, and others get their turn.
constexpr int busy_turns_max = 16;
// How long and how much is read away after our last answer.
constexpr std::chrono::milliseconds linger_time{2'000};
constexpr size_t linger_bytes_max = size_t{64} << 20;

// One for all connections: what was read is appended to its own buffer before anything else runs.
std::array<char, read_bytes_max>& scratch() {
  static thread_local std::array<char, read_bytes_max> buffer;
  return buffer;
}

}  // namespace

void Stream::FreeTls::operator()(ssl_st* tls) const {
  SSL_free(tls);
}

Stream::Stream(boost::asio::ip::tcp::socket socket, ssl_ctx_st* context)
    : socket_(std::move(socket)), timer_(socket_.get_executor()) {
  if (context) {
    tls_.reset(SSL_new(context));
    if (!tls_) throw std::bad_alloc();
  }
}

Stream::~Stream() = default;

void Stream::set_deadline(Deadline deadline) {
  deadline_ = deadline;
  is_expired_ = false;
  if (deadline < armed_until_) arm(deadline);
}

// Moving the deadline later leaves the timer alone: it looks again when it fires. Requests move it all the time.
void Stream::arm(Deadline deadline) {
  armed_until_ = deadline;
  timer_.expires_at(deadline);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    if (error) return;
    const auto stream = weak.lock();
    if (!stream) return;
    stream->armed_until_ = Deadline::max();
    if (stream->deadline_ > std::chrono::steady_clock::now()) {
      stream->arm(stream->deadline_);
    } else {
      stream->is_expired_ = true;
      boost::system::error_code ignored;
      std::ignore = stream->socket_.cancel(ignored);
    }
  });
}

awaitable<void> Stream::wait(bool for_write) {
  boost::system::error_code error;
  busy_turns_ = 0;
  if (!is_expired_ && !is_cut_) {
    const auto direction = for_write ? boost::asio::socket_base::wait_write : boost::asio::socket_base::wait_read;
    const auto [outcome] = co_await socket_.async_wait(direction, tupled);
    error = outcome;
  }
  if (is_cut_) throw Disconnected(Disconnected::Cause::cut, "the connection was cut");
  if (is_expired_) throw Disconnected(Disconnected::Cause::timed_out, "the other end took too long");
  if (error) throw Disconnected(Disconnected::Cause::broken, error.message());
}

awaitable<void> Stream::pause() {
  if (is_cut_) throw Disconnected(Disconnected::Cause::cut, "the connection was cut");
  if (++busy_turns_ < busy_turns_max) co_return;
  busy_turns_ = 0;
  co_await boost::asio::post(socket_.get_executor(), boost::asio::use_awaitable);
}

awaitable<void> Stream::connect(boost::asio::ip::tcp::endpoint endpoint) {
  const auto [error] = co_await socket_.async_connect(endpoint, tupled);
  if (is_expired_) throw Disconnected(Disconnected::Cause::timed_out, "no answer within the time allowed");
  if (error) throw Disconnected(Disconnected::Cause::broken, error.message());
  boost::system::error_code ignored;
  std::ignore = socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

bool Stream::needs_write(int outcome) const {
  const int need = SSL_get_error(tls_.get(), outcome);
  if (need == SSL_ERROR_WANT_READ) return false;
  if (need == SSL_ERROR_WANT_WRITE) return true;
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  throw Disconnected(Disconnected::Cause::broken, reason ? reason : "the connection broke");
}

awaitable<void> Stream::accept_tls(Gate& turns) {
  BIO* const bio = make_socket_bio(socket_.native_handle());
  SSL_set_bio(tls_.get(), bio, bio);
  while (true) {
    bool for_write = false;
    {
      const Gate::Pass pass = co_await turns.enter(deadline_);
      ERR_clear_error();
      const int outcome = SSL_accept(tls_.get());
      if (outcome == 1) co_return;
      for_write = needs_write(outcome);
      co_await boost::asio::post(socket_.get_executor(), boost::asio::use_awaitable);
    }
    waits_since_ = std::chrono::steady_clock::now();
    co_await wait(for_write);
    waits_since_ = never;
  }
}

awaitable<void> Stream::connect_tls() {
  BIO* const bio = make_socket_bio(socket_.native_handle());
  SSL_set_bio(tls_.get(), bio, bio);
  while (true) {
    ERR_clear_error();
    const int outcome = SSL_connect(tls_.get());
    if (outcome == 1) co_return;
    const bool for_write = needs_write(outcome);
    co_await wait(for_write);
  }
}

awaitable<bool> Stream::read(std::string& buffer) {
  co_await pause();
  while (true) {
    if (!tls_) {
      const ssize_t done = ::recv(socket_.native_handle(), scratch().data(), read_bytes_max, MSG_DONTWAIT);
      if (done > 0) buffer.append(scratch().data(), static_cast<size_t>(done));
      if (done >= 0) co_return done > 0;
      if (errno != EAGAIN && errno != EINTR) throw Disconnected(Disconnected::Cause::broken, "the connection broke");
      co_await wait(false);
      continue;
    }
    ERR_clear_error();
    size_t done = 0;
    const int outcome = SSL_read_ex(tls_.get(), scratch().data(), read_bytes_max, &done);
    if (outcome == 1) {
      buffer.append(scratch().data(), done);
      co_return true;
    }
    if (SSL_get_error(tls_.get(), outcome) == SSL_ERROR_ZERO_RETURN) co_return false;
    const bool for_write = needs_write(outcome);
    co_await wait(for_write);
  }
}

awaitable<void> Stream::write(const std::string& text) {
  size_t sent = 0;
  while (sent < text.size()) {
    co_await pause();
    if (!tls_) {
      const ssize_t done =
          ::send(socket_.native_handle(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (done >= 0) {
        sent += static_cast<size_t>(done);
      } else if (errno == EAGAIN || errno == EINTR) {
        co_await wait(true);
      } else {
        throw Disconnected(Disconnected::Cause::broken, "the connection broke");
      }
      continue;
    }
    ERR_clear_error();
    size_t done = 0;
    const int outcome = SSL_write_ex(tls_.get(), text.data() + sent, text.size() - sent, &done);
    if (outcome == 1) {
      sent += done;
    } else {
      const bool for_write = needs_write(outcome);
      co_await wait(for_write);
    }
  }
}

bool Stream::is_quiet() const {
  if (!socket_.is_open() || is_cut_ || is_expired_) return false;
  if (tls_ && SSL_has_pending(tls_.get())) return false;
  pollfd entry{const_cast<boost::asio::ip::tcp::socket&>(socket_).native_handle(), POLLIN, 0};
  return ::poll(&entry, 1, 0) == 0;
}

awaitable<void> Stream::finish() {
  if (is_cut_) co_return;
  say_goodbye();
  ::shutdown(socket_.native_handle(), SHUT_WR);
  set_deadline(std::chrono::steady_clock::now() + linger_time);
  size_t dropped = 0;
  while (dropped < linger_bytes_max) {
    const ssize_t done = ::recv(socket_.native_handle(), scratch().data(), read_bytes_max, MSG_DONTWAIT);
    if (done > 0) {
      dropped += static_cast<size_t>(done);
      co_await pause();
    } else if (done < 0 && (errno == EAGAIN || errno == EINTR)) {
      co_await wait(false);
    } else {
      co_return;
    }
  }
}

void Stream::say_goodbye() {
  if (!tls_ || !SSL_is_init_finished(tls_.get())) return;
  ERR_clear_error();
  SSL_shutdown(tls_.get());
}

void Stream::cut() {
  is_cut_ = true;
  boost::system::error_code ignored;
  std::ignore = socket_.cancel(ignored);
  // The descriptor itself stays ours until the stream goes, for OpenSSL knows its number.
  ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

std::string Stream::remote_address() const {
  boost::system::error_code error;
  const auto endpoint = socket_.remote_endpoint(error);
  return error ? std::string() : endpoint.address().to_string();
}

}  // namespace broker::net
