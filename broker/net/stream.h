// The bytes of one TCP connection, with TLS or plain, under a deadline. OpenSSL reads and writes the socket itself and
// Asio only waits for it: Asio's own TLS stream keeps 68 KB of buffers for each connection, idle or not. Inside of the
// server and the client; nothing else uses it.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "broker/net/gate.h"

struct ssl_st;
struct ssl_ctx_st;

namespace broker::net {

template <typename T>
using awaitable = boost::asio::awaitable<T>;
using Deadline = std::chrono::steady_clock::time_point;
// So far off that a time may still be added.
inline constexpr Deadline never = Deadline(std::chrono::hours(24 * 365 * 100));

// The other end closed, broke the protocol or did nothing until the deadline. Everyday, so it is not logged.
class Disconnected : public std::runtime_error {
 public:
  enum class Cause { closed, broken, timed_out, cut };
  Disconnected(Cause why, const std::string& words) : std::runtime_error(words), cause(why) {}
  Cause cause;
};

// Shared, so that the pending handler of the deadline timer can find it gone.
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  // Plain when `context` is null.
  Stream(boost::asio::ip::tcp::socket socket, ssl_ctx_st* context);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Everything below that waits throws Disconnected when this passes.
  void set_deadline(Deadline deadline);

  awaitable<void> connect(boost::asio::ip::tcp::endpoint endpoint);
  // Each step that computes takes its turn at the gate, and lets everything else that is ready go before the next one,
  // so that a burst of handshakes slows nobody's requests. Who waits for the network holds nobody up.
  awaitable<void> accept_tls(Gate& turns);
  awaitable<void> connect_tls();

  // Appends what is there; waits when there is nothing. False at the end.
  awaitable<bool> read(std::string& buffer);
  // All of it. The text must live until then.
  awaitable<void> write(const std::string& text);

  // Nothing has come in and the other end has not closed, as far as can be seen without waiting.
  bool is_quiet() const;

  // Says goodbye in TLS and TCP, and then reads away what still comes in for a moment: closing with unread bytes would
  // make the kernel reset the connection, and the other end lose our last answer.
  awaitable<void> finish();
  // Ends every wait now and for ever. A quiet TLS connection says goodbye first, so that its end is not taken for an
  // attack.
  void cut();
  void say_goodbye();
  bool is_cut() const { return is_cut_; }

  ssl_st* tls() const { return tls_.get(); }
  std::string remote_address() const;
  // When the handshake began to wait for the other end; `never` while it does not.
  Deadline waits_since() const { return waits_since_; }

 private:
  struct FreeTls {
    void operator()(ssl_st* tls) const;
  };

  void arm(Deadline deadline);
  awaitable<void> wait(bool for_write);
  // What OpenSSL's call that just failed needs before it can go on; throws when it can't. Asked at once: the reason
  // stands in a place that all connections share.
  bool needs_write(int outcome) const;
  awaitable<void> pause();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<ssl_st, FreeTls> tls_;
  Deadline deadline_ = Deadline::max();
  Deadline waits_since_ = never;
  Deadline armed_until_ = Deadline::max();  // max: the timer is not running
  bool is_expired_ = false;
  bool is_cut_ = false;
  int busy_turns_ = 0;  // reads and writes since the last wait
};

}  // namespace broker::net
