// Any bytes as an uploaded zip file: reading ends, limits hold, and whatever is said of a member has a code and words.
#include <string>

#include "adapters/pupil_file.h"
#include "broker/base/ensure.h"
#include "tests/fuzz/fuzz.h"

using broker::base::ensure;

namespace {

constexpr size_t expanded_bytes_max = size_t{16} << 20;

void read_members(std::string_view bytes) {
  adapters::ZipLimits limits;
  limits.expanded_bytes_max = expanded_bytes_max;
  adapters::ZipReader zip(bytes, limits);
  size_t total = 0;
  std::string block(4096, '\0');
  while (true) {
    const auto member = zip.next();
    if (!member || !*member) break;
    ensure(!(*member)->name.empty() && (*member)->name.size() <= limits.name_bytes_max);
    ensure(!(*member)->code || !(*member)->words.empty());
    if ((*member)->code) continue;
    for (size_t size = zip.read(block.data(), block.size()); size > 0; size = zip.read(block.data(), block.size())) {
      total += size;
    }
  }
  ensure(total <= expanded_bytes_max);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  read_members(bytes);
  const auto reader =
      adapters::PupilFileReader::open(bytes, "a.zip", adapters::FileFormat::zip, adapters::FilePurpose::lost);
  for (int parts = 0; parts < 1000; ++parts) {
    const auto part = reader->next(50);
    if (!part) {
      ensure(!adapters::code_of_refusal(part.error()).empty());
      break;
    }
    for (const auto& refusal : part->refusals) ensure(!refusal.error.code.empty() && !refusal.error.reason.empty());
    ensure(part->rejected <= part->received);
    if (part->is_last) break;
  }
  return 0;
}
