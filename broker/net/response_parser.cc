#include "broker/net/response_parser.h"

#include <stdexcept>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace broker::net {
namespace {

namespace http = boost::beast::http;

constexpr uint32_t header_bytes_max = 64 * 1024;

}  // namespace

struct ResponseParser::Native {
  http::response_parser<http::string_body> parser;
};

ResponseParser::ResponseParser(bool is_head, size_t body_bytes_max)
    : is_head_(is_head), body_bytes_max_(body_bytes_max) {
  start_over();
}

ResponseParser::~ResponseParser() = default;

void ResponseParser::start_over() {
  native_ = std::make_unique<Native>();
  native_->parser.header_limit(header_bytes_max);
  native_->parser.body_limit(body_bytes_max_);
  native_->parser.skip(is_head_);
  native_->parser.eager(true);
}

void ResponseParser::feed(std::string& buffer) {
  while (!buffer.empty() && !is_done()) {
    has_begun_ = true;
    boost::system::error_code error;
    const size_t used = native_->parser.put(boost::asio::buffer(buffer), error);
    buffer.erase(0, used);
    if (error && error != http::error::need_more)
      throw std::runtime_error("the answer is not HTTP: " + error.message());
    // 100 Continue and its kind come before the answer.
    const bool is_interim = is_done() && native_->parser.get().result_int() / 100 == 1;
    if (is_interim) start_over();
    if (used == 0) return;
  }
}

void ResponseParser::end() {
  boost::system::error_code error = http::error::end_of_stream;
  if (native_->parser.got_some()) native_->parser.put_eof(error);
  if (error) throw std::runtime_error("the connection ended before the answer did");
}

bool ResponseParser::is_done() const {
  return native_->parser.is_done();
}

bool ResponseParser::keeps_alive() const {
  return native_->parser.keep_alive();
}

Response ResponseParser::take_response() {
  auto& message = native_->parser.get();
  Response response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) response.headers.add(std::string(field.name_string()), std::string(field.value()));
  response.body = std::move(message.body());
  response.close = !keeps_alive();
  return response;
}

}  // namespace broker::net
