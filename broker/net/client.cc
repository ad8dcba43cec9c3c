#include "broker/net/client.h"

#include <array>
#include <ctime>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/ssl.h>

#include "broker/base/ensure.h"
#include "broker/net/response_parser.h"
#include "broker/net/stream.h"
#include "broker/net/tls.h"
#include "broker/net/url.h"

namespace broker::net {
namespace {

using boost::asio::ip::tcp;

constexpr auto tupled = boost::asio::as_tuple(boost::asio::use_awaitable);

constexpr size_t small_body_bytes = size_t{16} * 1024;
constexpr size_t file_piece_bytes = size_t{256} * 1024;

struct FreeSession {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using SessionHandle = std::unique_ptr<SSL_SESSION, FreeSession>;

awaitable<std::vector<tcp::endpoint>> look_up(boost::asio::any_io_executor executor, std::string host, uint16_t port,
                                              Deadline deadline) {
  using namespace boost::asio::experimental::awaitable_operators;
  std::vector<tcp::endpoint> endpoints;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (!error) {
    endpoints.emplace_back(address, port);
    co_return endpoints;
  }
  tcp::resolver resolver(executor);
  boost::asio::steady_timer timer(executor, deadline);
  const std::string service = std::to_string(port);
  auto found = resolver.async_resolve(host, service, tupled);
  auto expired = timer.async_wait(tupled);
  auto either = std::move(found) || std::move(expired);
  const auto first = co_await std::move(either);
  if (first.index() == 1) throw Disconnected(Disconnected::Cause::timed_out, "looking up " + host + " took too long");
  const auto& [failure, results] = std::get<0>(first);
  if (failure) throw Disconnected(Disconnected::Cause::broken, "there is no host " + host);
  for (const auto& entry : results) endpoints.push_back(entry.endpoint());
  co_return endpoints;
}

bool may_repeat(const Request& request) {
  for (const std::string_view safe : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
    if (request.method == safe) return true;
  }
  return request.headers.has("Idempotency-Key");
}

}  // namespace

struct Client::State {
  boost::asio::any_io_executor executor;
  ClientSettings settings;
  Url url;
  TlsContext context;
  SessionHandle session;           // of TLS, to resume
  std::shared_ptr<Stream> stream;  // owners: this client and the stream's own timer handler
  std::string buffer;
  size_t connects = 0;
  size_t resumptions = 0;

  static int keep_session(SSL* tls, SSL_SESSION* session) {
    static_cast<State*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls)))->session.reset(session);
    return 1;  // taken over
  }

  void close() {
    if (stream) {
      stream->say_goodbye();
      stream->cut();
    }
    stream.reset();
    buffer.clear();
  }

  void prepare_tls() const;
  awaitable<void> connect();
  awaitable<void> write_file(std::shared_ptr<const base::BodyFile> file);
  awaitable<Response> exchange(const Request& request, const std::string& text, bool& has_begun);
  // The request line and header, and with them the body if it is small.
  std::string text_of(const Request& request) const;
};

void Client::State::prepare_tls() const {
  SSL* const tls = stream->tls();
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(url.host, not_an_address);
  if (not_an_address) {
    SSL_set_tlsext_host_name(tls, url.host.c_str());
    base::ensure(SSL_set1_host(tls, url.host.c_str()) == 1);
  } else {
    base::ensure(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), address.to_string().c_str()) == 1);
  }
  if (session) SSL_set_session(tls, session.get());
}

awaitable<void> Client::State::connect() {
  close();
  const Deadline deadline = std::chrono::steady_clock::now() + settings.connect_timeout;
  const auto endpoints = co_await look_up(executor, url.host, url.port, deadline);
  std::string reason = "no address";
  for (const tcp::endpoint& endpoint : endpoints) {
    if (settings.may_connect && !settings.may_connect(endpoint.address().to_string())) {
      reason = "the address may not be connected to";
      continue;
    }
    stream = std::make_shared<Stream>(tcp::socket(executor), context.get());
    stream->set_deadline(deadline);
    try {
      co_await stream->connect(endpoint);
      if (stream->tls()) {
        prepare_tls();
        co_await stream->connect_tls();
        resumptions += SSL_session_reused(stream->tls()) ? 1 : 0;
      }
      ++connects;
      co_return;
    } catch (const Disconnected& failure) {
      reason = failure.what();
    }
  }
  close();
  throw Disconnected(Disconnected::Cause::broken, reason);
}

std::string Client::State::text_of(const Request& request) const {
  std::string text =
      request.method + " " + url.path + request.target + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
  for (const auto& [name, value] : request.headers) {
    if ((name + value).find_first_of(std::string("\r\n\0", 3)) != std::string::npos) {
      throw std::invalid_argument("a header field holds a line end");
    }
    text.append(name).append(": ").append(value).append("\r\n");
  }
  if (!request.headers.has("Accept")) text += "Accept: application/json\r\n";
  const uint64_t size = request.body_file ? request.body_file->size() : request.body.size();
  const bool has_length = size > 0 || (request.method != "GET" && request.method != "HEAD");
  if (has_length) text += "Content-Length: " + std::to_string(size) + "\r\n";
  text += "\r\n";
  if (request.body.size() <= small_body_bytes) text += request.body;
  return text;
}

// The time limit is for each piece: a large body takes as long as the line needs.
awaitable<void> Client::State::write_file(std::shared_ptr<const base::BodyFile> file) {
  for (uint64_t sent = 0; sent < file->size();) {
    const std::string piece = file->read(sent, file_piece_bytes);
    co_await stream->write(piece);
    sent += piece.size();
    stream->set_deadline(std::chrono::steady_clock::now() + settings.timeout);
    if (settings.on_sent) settings.on_sent(sent);
  }
}

awaitable<Response> Client::State::exchange(const Request& request, const std::string& text, bool& has_begun) {
  ResponseParser parser(request.method == "HEAD", settings.response_bytes_max);
  std::exception_ptr unsent;
  try {
    co_await stream->write(text);
    if (request.body.size() > small_body_bytes) co_await stream->write(request.body);
    if (request.body_file) co_await write_file(request.body_file);
  } catch (const Disconnected&) {
    // The server may have answered (413, 401) and closed before it read everything.
    unsent = std::current_exception();
  }
  while (!parser.is_done()) {
    bool has_more = false;
    try {
      has_more = co_await stream->read(buffer);
    } catch (const Disconnected&) {
      if (unsent) std::rethrow_exception(unsent);
      throw;
    }
    has_begun = has_begun || has_more;
    if (has_more) {
      parser.feed(buffer);
    } else {
      parser.end();
    }
  }
  Response response = parser.take_response();
  if (response.close || unsent) close();
  co_return response;
}

Client::Client(boost::asio::any_io_executor executor, ClientSettings settings) : state_(std::make_unique<State>()) {
  auto url = parse_url(settings.url);
  if (!url) throw std::invalid_argument("this is no URL of a server: " + settings.url);
  state_->executor = std::move(executor);
  state_->url = std::move(*url);
  state_->settings = std::move(settings);
  if (!state_->url.is_tls) return;
  const ClientSettings& with = state_->settings;
  TlsFiles files;
  files.certificate = with.certificate;
  files.private_key = with.private_key;
  files.authorities = with.authorities;
  state_->context = make_client_context(files);
  SSL_CTX_set_app_data(state_->context.get(), state_.get());
  SSL_CTX_sess_set_new_cb(state_->context.get(), &State::keep_session);
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

boost::asio::awaitable<Response> Client::send(Request request) {
  State& state = *state_;
  const std::string text = state.text_of(request);
  const Deadline deadline = std::chrono::steady_clock::now() + state.settings.timeout;
  for (int attempt = 1;; ++attempt) {
    const bool is_fresh = !state.stream || !state.stream->is_quiet();
    bool was_sent = false;
    bool has_begun = false;
    bool may_help = false;
    std::string reason;
    try {
      if (is_fresh) co_await state.connect();
      was_sent = true;
      state.stream->set_deadline(deadline);
      Response response = co_await state.exchange(request, text, has_begun);
      co_return response;
    } catch (const Disconnected& failure) {
      reason = failure.what();
      may_help = failure.cause == Disconnected::Cause::broken;
    } catch (const std::runtime_error& failure) {
      reason = failure.what();
      may_help = !has_begun;
    }
    state.close();
    // The server closed an idle connection just as we wrote to it.
    const bool is_worth_repeating = may_help && !is_fresh && !has_begun && attempt == 1 && may_repeat(request);
    if (!is_worth_repeating) throw ConnectionFailed(state.settings.url + ": " + reason, was_sent);
  }
}

boost::asio::awaitable<Response> Client::get(std::string target) {
  Request request;
  request.method = "GET";
  request.target = std::move(target);
  return send(std::move(request));
}

boost::asio::awaitable<Response> Client::post(std::string target, std::string content_type, std::string body,
                                              Headers headers) {
  Request request;
  request.method = "POST";
  request.target = std::move(target);
  request.headers = std::move(headers);
  request.headers.set("Content-Type", std::move(content_type));
  request.body = std::move(body);
  return send(std::move(request));
}

void Client::close() {
  state_->close();
}

size_t Client::connects() const {
  return state_->connects;
}

size_t Client::resumptions() const {
  return state_->resumptions;
}

}  // namespace broker::net
