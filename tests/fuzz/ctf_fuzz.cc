// Any bytes as a transfer file: read, written back, one pupil of it, and made anew; and the guard against the parser.
#include <pugixml.hpp>

#include "adapters/ctf.h"
#include "adapters/xml_guard.h"
#include "broker/base/ensure.h"
#include "tests/fuzz/fuzz.h"

using broker::base::ensure;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  if (const auto xml = adapters::decode_xml(bytes, adapters::ctf_bytes_max)) {
    ensure(adapters::encode_xml(*xml) == bytes);
    pugi::xml_document document;
    if (!adapters::check_xml(xml->text)) ensure(document.load_buffer(xml->text.data(), xml->text.size()));
  }
  const auto file = adapters::read_ctf(bytes, "3144001_CML_314LLLL_001.xml");
  if (!file) return 0;
  ensure(adapters::write_ctf(*file) == bytes);
  const auto& last = file->pupils.back();
  const auto alone = adapters::read_ctf(adapters::write_ctf_of_pupil(*file, last.row), "3144001_CML_314LLLL_001.xml");
  ensure(alone && alone->pupils.size() == 1 && alone->pupils[0].record == last.record);
  const auto made = adapters::read_ctf(adapters::make_ctf(file->header, std::vector{last.record}), "");
  ensure(made && made->pupils[0].record.surname == last.record.surname &&
         made->pupils[0].record.upn == last.record.upn);
  return 0;
}
