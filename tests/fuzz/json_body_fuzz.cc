// Any bytes as the body of each call that reads JSON: it is read or refused with what can be shown, a child that was
// read is kept and read back as it was, and the canonical form is its own canonical form.
#include "broker/base/ensure.h"
#include "broker/base/text.h"
#include "broker/message/canonical.h"
#include "broker/message/case.h"
#include "broker/message/enquiry.h"
#include "broker/message/match.h"
#include "broker/message/resource.h"
#include "broker/message/state.h"
#include "tests/fuzz/fuzz.h"

namespace message = broker::message;
using broker::base::ensure;

namespace {

template <typename T>
void check(const broker::base::Result<T>& read) {
  if (read) return;
  ensure(read.error().status() >= 400 && read.error().status() < 500);
  ensure(broker::base::is_utf8(message::encode_problem(read.error(), "urn:waymark:request:1")));
}

void check_child(const matcher::PupilRecord& child) {
  const std::string kept = message::encode_pupil(child);
  ensure(message::encode_pupil(message::decode_pupil(kept)) == kept);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body = fuzz::text_of(data, size);
  const auto opened = message::decode_open_case(body);
  check(opened);
  if (opened) check_child(opened->command.child);
  const auto query = message::decode_query(body);
  check(query);
  if (query) check_child(query->child);
  check(message::decode_close(body));
  check(message::decode_request_end(body));
  check(message::decode_dispute(body));
  check(message::decode_confirm(body));
  check(message::decode_permit_removal(body));
  check(message::decode_confirm_removal(body, {}));
  check(message::decode_send_enquiries(body));
  check(message::decode_answer(body, ""));
  check(message::decode_information(body, ""));
  check(message::decode_decision(body));
  check(message::decode_claim(body));
  check(message::decode_ack(body, true));
  if (const auto canonical = message::canonical_json(body)) ensure(message::canonical_json(*canonical) == canonical);
  return 0;
}
