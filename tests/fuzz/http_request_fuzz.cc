// Any bytes as HTTP requests on one connection: however they are cut, they are read the same, and what is let through
// is plain.
#include <memory>
#include <vector>

#include "broker/base/ensure.h"
#include "broker/net/request_parser.h"
#include "tests/fuzz/fuzz.h"

using broker::base::ensure;
using broker::net::Request;
using broker::net::RequestParser;

namespace {

using State = RequestParser::State;

constexpr size_t header_bytes_max = 2000;
constexpr size_t body_bytes_max = 500;

// What the connection gave: the requests in order, and how it stood at the end.
struct Outcome {
  std::vector<Request> requests;
  State end = State::header;
};

// Feeds the parser until the buffer is of no more use to it.
void feed(RequestParser& parser, std::string& buffer) {
  parser.feed(buffer);
  if (parser.state() != State::body_wait) return;
  parser.set_body_limit(body_bytes_max);
  parser.feed(buffer);
}

Outcome read_all(std::string_view bytes, size_t at_once) {
  Outcome outcome;
  std::string buffer;
  auto parser = std::make_unique<RequestParser>(header_bytes_max);
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, at_once);
    bytes.remove_prefix(part.size());
    buffer += part;
    feed(*parser, buffer);
    while (parser->state() == State::done) {
      outcome.requests.push_back(parser->take_request());
      parser = std::make_unique<RequestParser>(header_bytes_max);
      feed(*parser, buffer);
    }
    if (parser->state() == State::refused) break;
  }
  outcome.end = parser->state();
  return outcome;
}

void check_plain(const Request& request) {
  ensure(!request.method.empty() && request.path.starts_with('/'));
  ensure(request.path.find('\0') == std::string::npos && request.path.find("/../") == std::string::npos);
  ensure(request.body.size() <= body_bytes_max && request.headers.count("Host") <= 1);
  for (const auto& [name, value] : request.headers) {
    ensure(!name.empty() && name.find_first_of("\r\n: ") == std::string::npos);
    ensure(value.find_first_of("\r\n") == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = fuzz::text_of(data + 1, size - 1);
  const Outcome whole = read_all(bytes, SIZE_MAX);
  const Outcome cut = read_all(bytes, size_t{1} + data[0] % 64);
  ensure(whole.end == cut.end && whole.requests.size() == cut.requests.size());
  for (size_t place = 0; place < whole.requests.size(); ++place) {
    check_plain(whole.requests[place]);
    ensure(whole.requests[place].target == cut.requests[place].target);
    ensure(whole.requests[place].body == cut.requests[place].body);
  }
  return 0;
}
