#include "broker/message/state.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "broker/message/match.h"
#include "broker/message/resource.h"
#include "tests/broker/message/values.h"

namespace broker::message::testing {

using namespace domain;

TEST(KeptState, ReadsBackToTheSameCase) {
  EXPECT_TRUE(rc::check([](uint64_t seed) {
    const Case record = Values(seed).record();
    RC_ASSERT(decode_case_state(encode_case_state(record)) == record);
  }));
}

TEST(KeptState, ReadsBackToTheSameEnquiry) {
  EXPECT_TRUE(rc::check([](uint64_t seed) {
    const Enquiry enquiry = Values(seed).enquiry();
    RC_ASSERT(decode_enquiry_state(encode_enquiry_state(enquiry)) == enquiry);
  }));
}

TEST(KeptState, ReadsBackToTheSameMatchWithItsWeightsInFull) {
  EXPECT_TRUE(rc::check([](uint64_t seed) {
    const Match match = Values(seed).match();
    RC_ASSERT(decode_match_state(encode_match_state(match)) == match);
  }));
}

// Transfer files and CSV bring longer and stranger values than a request may: none of them is lost on the way back.
TEST(KeptState, ReadsBackToTheSamePupilWhateverItsFileSaid) {
  EXPECT_TRUE(rc::check([](uint64_t seed) {
    const matcher::PupilRecord pupil = Values(seed).pupil();
    RC_ASSERT(decode_pupil(encode_pupil(pupil)) == pupil);
  }));
}

TEST(KeptState, ReadsBackToTheSameEventOfEveryKind) {
  ASSERT_EQ(Values(1).events().size(), std::variant_size_v<EventBody>);
  EXPECT_TRUE(rc::check([](uint64_t seed) {
    const std::vector<EventBody> events = Values(seed).events();
    for (size_t i = 0; i < events.size(); ++i) {
      RC_ASSERT(events[i].index() == i);
      RC_ASSERT(decode_event(type_of(events[i]), encode_event(events[i])) == events[i]);
    }
  }));
}

TEST(KeptState, ReadsBackTheHeadersOfAnAnswer) {
  const std::vector<std::pair<std::string, std::string>> headers = {{"ETag", "\"3\""}, {"Location", "/v1/cases/x"}};
  EXPECT_EQ(decode_headers(encode_headers(headers)), headers);
  EXPECT_TRUE(decode_headers(encode_headers({})).empty());
}

}  // namespace broker::message::testing
