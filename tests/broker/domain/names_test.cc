#include <gtest/gtest.h>

#include "broker/domain/case.h"

namespace broker::domain::testing {
namespace {

template <typename Enum>
void expect_each_name_reads_back() {
  for (const auto& [value, name] : Names<Enum>::table) {
    EXPECT_EQ(text_of(value), name);
    EXPECT_EQ(parse_name<Enum>(name), value);
  }
  EXPECT_EQ(parse_name<Enum>(""), std::nullopt);
  EXPECT_EQ(parse_name<Enum>("no such word"), std::nullopt);
}

}  // namespace

TEST(Names, ReadBackAsTheEnumeratorTheyStandFor) {
  expect_each_name_reads_back<CaseStatus>();
  expect_each_name_reads_back<ConfirmationState>();
  expect_each_name_reads_back<EndReason>();
  expect_each_name_reads_back<ClosureKind>();
  expect_each_name_reads_back<RemovalStatus>();
  expect_each_name_reads_back<Priority>();
  expect_each_name_reads_back<EnquiryKind>();
  expect_each_name_reads_back<EnquiryStatus>();
  expect_each_name_reads_back<Outcome>();
}

TEST(Names, AreListedInWordsForAnErrorText) {
  EXPECT_EQ(all_names<Priority>(), "routine, urgent or immediate");
}

}  // namespace broker::domain::testing
