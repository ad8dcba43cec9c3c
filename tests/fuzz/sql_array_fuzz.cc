// Any text as PostgreSQL's form of an array: what is read, written in full quotes, is read again the same.
#include "broker/base/ensure.h"
#include "broker/postgres/array.h"
#include "tests/fuzz/fuzz.h"

namespace {

std::string written(const std::vector<std::optional<std::string>>& elements) {
  std::string text = "{";
  for (const auto& element : elements) {
    if (text.size() > 1) text += ',';
    if (!element) {
      text += "NULL";
      continue;
    }
    text += '"';
    for (const char c : *element) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + '}';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto elements = broker::postgres::parse_array(fuzz::text_of(data, size));
  if (elements) broker::base::ensure(broker::postgres::parse_array(written(*elements)) == elements);
  return 0;
}
