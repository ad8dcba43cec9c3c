// Makes requests of bytes, strictly: what two programs could read in two ways is refused. No I/O. Used by the session.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "broker/base/problem.h"
#include "broker/net/chunked_body.h"
#include "broker/net/http.h"

namespace broker::net {

class RequestParser {
 public:
  explicit RequestParser(size_t header_bytes_max);

  enum class State {
    header,     // feed more bytes
    body_wait,  // the header is read: set_body_limit decides whether the body is taken
    body,       // feed more bytes
    done,       // take_request
    refused,    // problem; the bytes that follow can't be trusted to be a request, so the connection ends
  };
  State state() const { return state_; }

  // Takes from the front of `buffer` what belongs to this request and leaves the rest.
  void feed(std::string& buffer);

  // After body_wait. Refuses at once a body that announces more.
  void set_body_limit(size_t bytes_max);
  // The client waits for `100 Continue` before it sends the body.
  bool wants_continue() const { return wants_continue_; }
  bool wants_keep_alive() const { return keeps_alive_; }

  const base::Problem& problem() const { return problem_; }
  // From body_wait on: method, target, path, query and headers.
  const Request& request() const { return request_; }
  // The length of the body as the header tells it; 0 when it does not.
  size_t announced_bytes() const { return length_; }
  // What of the body has come since the last call, for bodies that are not kept in memory.
  std::string take_body();
  // When done; or in body_wait, without the body, which then is in the way of any further request.
  Request take_request();

 private:
  void refuse(base::ProblemType type, std::string detail);
  bool accept_header(const std::string& header);
  bool accept_fields(unsigned version);
  bool accept_framing(unsigned version);
  void refuse_body();
  void feed_body(std::string& buffer);

  size_t header_bytes_max_;
  size_t body_bytes_max_ = 0;
  size_t length_ = 0;                   // as the header announced it
  size_t taken_ = 0;                    // of the body, by take_body
  std::optional<ChunkedBody> chunked_;  // present when the body is chunked
  size_t searched_ = 0;                 // no end of header stands before here
  bool may_skip_line_ = true;           // one empty line before the request
  State state_ = State::header;
  bool wants_continue_ = false;
  bool keeps_alive_ = true;
  Request request_;
  base::Problem problem_;
};

}  // namespace broker::net
