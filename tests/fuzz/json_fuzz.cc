// Any bytes as the body of each call that reads JSON: they are refused with a problem or read, and never more than once
// differently. The canonical form of what is an object is its own canonical form.
#include <string>

#include "broker/base/ensure.h"
#include "broker/message/case.h"
#include "broker/message/enquiry.h"
#include "broker/message/envelope.h"
#include "broker/message/match.h"
#include "broker/message/resource.h"
#include "tests/fuzz/fuzz.h"

using broker::base::ensure;
using namespace broker::message;

namespace {

// A refusal has words, and its fields have pointers into the body.
template <typename T>
void check(const broker::base::Result<T>& read) {
  if (read) return;
  ensure(!read.error().detail.empty());
  for (const auto& error : read.error().errors) ensure(error.pointer.empty() || error.pointer.front() == '/');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(fuzz::text_of(data, size));
  check(decode_query(body));
  check(decode_decision(body));
  check(decode_claim(body));
  check(decode_ack(body, true));
  check(decode_open_case(body));
  check(decode_answer(body, "0197-enquiry"));
  check(decode_send_enquiries(body));
  check(decode_permit_removal(body));
  const std::string canonical = canonical_without_signature(body);
  if (!canonical.empty()) ensure(canonical_without_signature(canonical) == canonical);
  return 0;
}
