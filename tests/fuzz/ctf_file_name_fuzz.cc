// Any text as the name of a transfer file: what is read is written in its one form, and read again the same.
#include "adapters/ctf_file_name.h"
#include "broker/base/ensure.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (const auto name = adapters::parse_ctf_file_name(fuzz::text_of(data, size))) {
    broker::base::ensure(adapters::parse_ctf_file_name(adapters::format_ctf_file_name(*name)) == name);
  }
  return 0;
}
