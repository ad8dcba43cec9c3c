// Any text as each of the identifiers: what is called valid stays so, and every repair of a UPN is a valid one.
#include "broker/base/ensure.h"
#include "matcher/identifiers.h"
#include "matcher/pupil_record.h"
#include "tests/fuzz/fuzz.h"

using broker::base::ensure;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto upn = matcher::cleaned_upn(text);
  ensure(matcher::cleaned_upn(upn) == upn);
  if (matcher::is_valid_upn(upn)) ensure(matcher::upn_check_letter(std::string_view(upn).substr(1)) == upn[0]);
  for (const auto& repair : matcher::upn_repairs(upn)) ensure(matcher::is_valid_upn(repair));
  if (matcher::is_valid_uln(text)) ensure(text.size() == 10);
  if (const auto laestab = matcher::parsed_laestab(text)) ensure(matcher::is_laestab(*laestab));
  if (const auto postcode = matcher::parsed_postcode(text)) ensure(matcher::parsed_postcode(*postcode) == postcode);
  if (const auto date = matcher::parse_partial_date(text)) ensure(matcher::parse_partial_date(date->text()) == date);
  return 0;
}
