#include "broker/message/transfer.h"

#include "broker/message/json.h"

namespace broker::message {
namespace {

constexpr size_t note_bytes_max = 1000;

}  // namespace

std::optional<base::Problem> decode_empty(std::string_view body) {
  if (body.empty()) return std::nullopt;
  const auto read = decode(body, [](Reader&) { return true; });
  return read ? std::nullopt : std::optional<base::Problem>(read.error());
}

base::Result<std::string> decode_receipt_note(std::string_view body) {
  if (body.empty()) return std::string();
  return decode(body, [](Reader& reader) { return reader.text("note", note_bytes_max); });
}

}  // namespace broker::message
