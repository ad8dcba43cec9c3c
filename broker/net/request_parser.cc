#include "broker/net/request_parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "broker/base/ensure.h"
#include "broker/base/text.h"

namespace broker::net {
namespace {

namespace http = boost::beast::http;
using base::ProblemType;

constexpr std::string_view end_of_header = "\r\n\r\n";
constexpr size_t fields_max = 100;
constexpr unsigned version_1_0 = 10;  // as Beast counts
constexpr unsigned version_1_1 = 11;
constexpr size_t target_bytes_max = size_t{8} * 1024;
// Fields that have one value; a second one is an attempt to be read in two ways.
constexpr std::array<std::string_view, 16> single_fields = {
    "Host",          "Content-Length", "Transfer-Encoding", "Content-Type",    "Authorization",       "Idempotency-Key",
    "If-Match",      "If-None-Match",  "Waymark-Officer",   "traceparent",     "Content-Disposition", "Expect",
    "Content-Range", "Range",          "User-Agent",        "Content-Encoding"};

// Beast forgives some of this. A line that continues the one before, a lone CR or LF, or a control character reads
// differently elsewhere.
bool is_plain_header(std::string_view header) {
  for (size_t place = 0; place < header.size(); ++place) {
    const auto c = static_cast<unsigned char>(header[place]);
    if (c == '\r') {
      if (place + 1 >= header.size() || header[place + 1] != '\n') return false;
    } else if (c == '\n') {
      if (place == 0 || header[place - 1] != '\r') return false;
      if (place + 1 < header.size() && (header[place + 1] == ' ' || header[place + 1] == '\t')) return false;
    } else if ((c < 0x20 && c != '\t') || c == 0x7F) {
      return false;
    }
  }
  return true;
}

}  // namespace

RequestParser::RequestParser(size_t header_bytes_max) : header_bytes_max_(header_bytes_max) {}

void RequestParser::refuse(ProblemType type, std::string detail) {
  state_ = State::refused;
  problem_ = base::problem(type, std::move(detail));
}

void RequestParser::feed(std::string& buffer) {
  if (state_ == State::body) return feed_body(buffer);
  if (state_ != State::header) return;
  if (may_skip_line_ && buffer.starts_with("\r\n")) {  // RFC 9112 2.2: after a body, by old clients
    buffer.erase(0, 2);
    may_skip_line_ = false;
  }
  const size_t end = buffer.find(end_of_header, searched_);
  const size_t size = end == std::string::npos ? buffer.size() : end + end_of_header.size();
  if (size > header_bytes_max_) {
    return refuse(ProblemType::header_too_large,
                  "The request line and header fields take more than " + std::to_string(header_bytes_max_) + " bytes.");
  }
  if (end == std::string::npos) {
    searched_ = buffer.size() < end_of_header.size() ? 0 : buffer.size() - (end_of_header.size() - 1);
    return;
  }
  const std::string header = buffer.substr(0, size);
  buffer.erase(0, size);
  if (accept_header(header)) state_ = State::body_wait;
}

bool RequestParser::accept_header(const std::string& header) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<uint32_t>(header.size()) + 1);
  parser.body_limit(boost::none);
  boost::system::error_code error;
  const size_t used = is_plain_header(header) ? parser.put(boost::asio::buffer(header), error) : 0;
  if (used != header.size() || error || !parser.is_header_done()) {
    refuse(ProblemType::malformed_request, "The request line or a header field is not HTTP/1.1.");
    return false;
  }
  const auto& message = parser.get();
  request_.method = std::string(message.method_string());
  request_.target = std::string(message.target());
  for (const auto& field : message) request_.headers.add(std::string(field.name_string()), std::string(field.value()));
  keeps_alive_ = parser.keep_alive();
  return accept_fields(message.version()) && accept_framing(message.version());
}

bool RequestParser::accept_fields(unsigned version) {
  if (version != version_1_1 && version != version_1_0) {
    refuse(ProblemType::malformed_request, "Only HTTP/1.1 is spoken here.");
    return false;
  }
  if (version == version_1_1 && !request_.headers.has("Host")) {
    refuse(ProblemType::malformed_request, "The Host field is missing.");
    return false;
  }
  for (const std::string_view name : single_fields) {
    if (request_.headers.count(name) > 1) {
      refuse(ProblemType::malformed_request, "The field " + std::string(name) + " is given more than once.");
      return false;
    }
  }
  auto target = request_.target.size() <= target_bytes_max ? parse_target(request_.target) : std::nullopt;
  if (!target || request_.headers.size() > fields_max) {
    refuse(ProblemType::malformed_request,
           target ? "There are too many header fields." : "The path or query holds something that is not read here.");
    return false;
  }
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  return true;
}

bool RequestParser::accept_framing(unsigned version) {
  const auto& headers = request_.headers;
  const std::string* const encoding = headers.find("Transfer-Encoding");
  const std::string* const length = headers.find("Content-Length");
  if (encoding && (length || version == version_1_0 || base::lowered(*encoding) != "chunked")) {
    refuse(ProblemType::malformed_request, "The length of the body is not told in one way that is read here.");
    return false;
  }
  const auto number = length ? base::parse_number(*length) : std::optional<int64_t>(0);
  if (!number) {
    refuse(ProblemType::malformed_request, "The Content-Length is not a number.");
    return false;
  }
  length_ = static_cast<size_t>(*number);
  if (encoding) chunked_.emplace(0);
  const std::string* const expect = headers.find("Expect");
  wants_continue_ = expect && base::lowered(*expect) == "100-continue";
  return true;
}

void RequestParser::set_body_limit(size_t bytes_max) {
  base::ensure(state_ == State::body_wait);
  body_bytes_max_ = bytes_max;
  if (chunked_) {
    chunked_.emplace(bytes_max);
    state_ = State::body;
  } else if (length_ > bytes_max) {
    refuse_body();
  } else {
    state_ = length_ == 0 ? State::done : State::body;
  }
}

void RequestParser::refuse_body() {
  refuse(ProblemType::too_large, "This call takes at most " + std::to_string(body_bytes_max_) + " bytes.");
}

void RequestParser::feed_body(std::string& buffer) {
  std::string& body = request_.body;
  if (!chunked_) {
    const size_t size = std::min(length_ - taken_ - body.size(), buffer.size());
    body.append(buffer, 0, size);
    buffer.erase(0, size);
    if (taken_ + body.size() == length_) state_ = State::done;
    return;
  }
  switch (chunked_->feed(buffer, body)) {
    case ChunkedBody::State::more: break;
    case ChunkedBody::State::done: state_ = State::done; break;
    case ChunkedBody::State::too_large: refuse_body(); break;
    case ChunkedBody::State::malformed:
      refuse(ProblemType::malformed_request, "The body is not framed as it says.");
      break;
  }
}

std::string RequestParser::take_body() {
  taken_ += request_.body.size();
  return std::exchange(request_.body, std::string());
}

Request RequestParser::take_request() {
  base::ensure(state_ == State::done || state_ == State::body_wait);
  return std::move(request_);
}

}  // namespace broker::net
