// Makes a response of bytes. No I/O. Used by the client.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "broker/net/http.h"

namespace broker::net {

class ResponseParser {
 public:
  // `is_head`: the answer to HEAD has no body, whatever it announces.
  ResponseParser(bool is_head, size_t body_bytes_max);
  ~ResponseParser();
  ResponseParser(const ResponseParser&) = delete;
  ResponseParser& operator=(const ResponseParser&) = delete;

  // Takes from the front of `buffer`. Throws std::runtime_error for what is no HTTP response or too large.
  void feed(std::string& buffer);
  // The connection ended. Throws unless that is how this response ends.
  void end();

  bool has_begun() const { return has_begun_; }
  bool is_done() const;
  bool keeps_alive() const;
  Response take_response();

 private:
  struct Native;

  void start_over();

  std::unique_ptr<Native> native_;
  bool is_head_;
  size_t body_bytes_max_;
  bool has_begun_ = false;
};

}  // namespace broker::net
