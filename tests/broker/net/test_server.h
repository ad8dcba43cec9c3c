// A server with a certificate authority of its own, and clients for it, all on one event loop.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "broker/net/client.h"
#include "broker/net/refusal.h"
#include "broker/net/server.h"
#include "tests/certs/test_authority.h"
#include "tests/support/event_loop.h"

namespace broker::net {

using namespace std::chrono_literals;

// Answers with what it was asked; /whoami says what is known of the caller, as the API would.
inline awaitable<Response> echo(Request request) {
  if (request.path == "/whoami") {
    if (!request.peer->verified) {
      co_return refusal(base::problem(base::ProblemType::no_identity,
                                      request.peer->shown ? request.peer->verify_error : "No certificate was shown."));
    }
    co_return text_response(200, "text/plain", request.peer->fingerprint);
  }
  if (request.path == "/throw") throw std::runtime_error("Quilliam");
  co_return text_response(200, "text/plain", request.method + " " + request.path + " " + request.body);
}

// Sends bytes as they are and gives everything that comes back until the other end closes.
inline awaitable<std::string> raw_exchange(boost::asio::any_io_executor executor, uint16_t port, std::string text) {
  boost::asio::ip::tcp::socket socket(executor);
  const boost::asio::ip::tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), port);
  co_await socket.async_connect(endpoint, boost::asio::use_awaitable);
  const auto out = boost::asio::buffer(text);
  co_await boost::asio::async_write(socket, out, boost::asio::use_awaitable);
  std::string answer;
  char bytes[4096];
  const auto in = boost::asio::buffer(bytes);
  while (true) {
    try {
      const size_t size = co_await socket.async_read_some(in, boost::asio::use_awaitable);
      answer.append(bytes, size);
    } catch (const boost::system::system_error&) {
      co_return answer;
    }
  }
}

class ServerTest : public testing::Test {
 protected:
  ServerTest() { ca.authority.renew_crl(certs::present()); }

  // Writes a certificate and its key, and gives the settings of a client that shows it.
  ClientSettings client_with(const certs::Issued& issued) {
    ClientSettings settings = client_without();
    const std::string name = "c" + std::to_string(++files_);
    settings.certificate = ca.directory.write(name + ".pem", issued.certificate_pem);
    settings.private_key = ca.directory.write(name + "-key.pem", issued.key_pem);
    return settings;
  }
  ClientSettings client_without() {
    ClientSettings settings;
    settings.url = (is_plain ? "http://127.0.0.1:" : "https://127.0.0.1:") + std::to_string(server->port());
    settings.authorities = ca.authority.certificate_file();
    return settings;
  }
  Client client() { return Client(loop.executor(), client_with(ca.issue("urn:waymark:authority:314"))); }

  TlsFiles tls_files() {
    const auto issued = ca.issue_server();
    TlsFiles files;
    files.certificate = ca.directory.write("server.pem", issued.certificate_pem);
    files.private_key = ca.directory.write("server-key.pem", issued.key_pem);
    files.authorities = ca.authority.certificate_file();
    files.revocations = ca.authority.crl_file();
    return files;
  }

  void serve(Handler handler = echo, BodyLimit body_limit = {}) {
    ServerSettings settings;
    settings.limits = limits;
    settings.admission = admission;
    if (!is_plain) settings.tls = tls_files();
    server = std::make_unique<Server>(loop.executor(), settings, std::move(handler), std::move(body_limit), peer_check,
                                      &metrics);
    server->start();
  }

  std::string raw(const std::string& text) { return loop.run(raw_exchange(loop.executor(), server->port(), text)); }

  certs::TestAuthority ca{certs::present() - std::chrono::days(120)};
  support::EventLoop loop;
  base::Metrics metrics;
  Limits limits;
  PeerCheck peer_check;
  Admission admission;
  bool is_plain = false;
  std::unique_ptr<Server> server;

 private:
  int files_ = 0;
};

class PlainServerTest : public ServerTest {
 protected:
  PlainServerTest() { is_plain = true; }
};

}  // namespace broker::net
