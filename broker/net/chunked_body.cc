#include "broker/net/chunked_body.h"

#include <algorithm>
#include <charconv>

namespace broker::net {
namespace {

constexpr size_t line_bytes_max = size_t{8} * 1024;
constexpr size_t size_digits_max = 8;  // 4 GiB
// Sizes, extensions and trailers may together be as long as the largest body and this.
constexpr size_t framing_bytes_allowance = size_t{64} * 1024;

bool is_plain_line(const std::string& line) {
  return std::none_of(line.begin(), line.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

}  // namespace

ChunkedBody::State ChunkedBody::fail(State state) {
  state_ = state;
  return state;
}

// `5` or `5;name=value`.
bool ChunkedBody::take_size_line(const std::string& line) {
  const size_t digits = std::min(line.find(';'), line.size());
  if (digits == 0 || digits > size_digits_max) return false;
  const auto end = std::from_chars(line.data(), line.data() + digits, content_left_, 16);
  return end.ec == std::errc() && end.ptr == line.data() + digits;
}

ChunkedBody::State ChunkedBody::feed(std::string& buffer, std::string& body) {
  size_t used = 0;
  while (state_ == State::more) {
    if (part_ == Part::content) {
      const size_t size = std::min(content_left_, buffer.size() - used);
      body.append(buffer, used, size);
      used += size;
      content_left_ -= size;
      if (content_left_ > 0) break;
      part_ = Part::content_end;
    }
    const size_t end = buffer.find('\n', used);
    const size_t size = (end == std::string::npos ? buffer.size() : end + 1) - used;
    if (size > line_bytes_max) return fail(State::malformed);
    if (end == std::string::npos) break;
    if (size < 2 || buffer[end - 1] != '\r') return fail(State::malformed);
    const std::string line = buffer.substr(used, size - 2);
    used += size;
    framing_bytes_ += size;
    if (framing_bytes_ > bytes_max_ + framing_bytes_allowance) return fail(State::too_large);
    if (!is_plain_line(line)) return fail(State::malformed);
    if (part_ == Part::content_end) {
      if (!line.empty()) return fail(State::malformed);
      part_ = Part::size_line;
    } else if (part_ == Part::trailer) {
      if (line.empty()) state_ = State::done;
    } else {
      if (!take_size_line(line)) return fail(State::malformed);
      part_ = content_left_ > 0 ? Part::content : Part::trailer;
      content_bytes_ += content_left_;
      if (content_bytes_ > bytes_max_) return fail(State::too_large);
    }
  }
  buffer.erase(0, used);
  return state_;
}

}  // namespace broker::net
