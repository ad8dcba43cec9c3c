// Takes a chunked body apart (RFC 9112 7.1), strictly: lines end in CRLF, a size is hexadecimal digits alone,
// extensions and trailers are passed over. No I/O. Used by the request parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace broker::net {

class ChunkedBody {
 public:
  enum class State {
    more,       // feed more bytes
    done,       // what is left in the buffer is not of this body
    malformed,  // a line is no chunk's
    too_large,  // the chunks announce more than the limit, or there is more framing than body
  };

  explicit ChunkedBody(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Takes from the front of `buffer` what belongs to the body, and appends its content to `body`.
  State feed(std::string& buffer, std::string& body);

 private:
  enum class Part { size_line, content, content_end, trailer };

  bool take_size_line(const std::string& line);
  State fail(State state);

  size_t bytes_max_;
  Part part_ = Part::size_line;
  State state_ = State::more;
  size_t content_left_ = 0;   // of the present chunk
  size_t content_bytes_ = 0;  // of all chunks so far
  size_t framing_bytes_ = 0;  // everything else
};

}  // namespace broker::net
