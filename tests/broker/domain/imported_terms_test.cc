// Term dates that an authority imports.
#include "broker/domain/imported_terms.h"

#include <gtest/gtest.h>

namespace broker::domain {
namespace {

using namespace std::chrono;

constexpr base::Date friday = 2026y / November / 13d;
const std::string terms =
    "\xEF\xBB\xBF"
    "academic_year,kind,start,end\r\n2026/27,term,2026-09-02,2026-12-18\r\n"
    "2026/27,half_term,2026-11-16,2026-11-20\r\n";

std::string refusal_of(const std::string& text) {
  const auto made = calendar_with({{"314", text}});
  return made ? "" : made.error().detail;
}

}  // namespace

TEST(ImportedTerms, AreWhatTheirAuthorityCountsBy) {
  const auto calendar = calendar_with({{"314", terms}});
  ASSERT_TRUE(calendar) << calendar.error().detail;
  const auto ours = calendar->add_school_days(friday, 1, "314");
  ASSERT_TRUE(ours);
  EXPECT_EQ(ours->date, 2026y / November / 23d);
  EXPECT_TRUE(ours->is_school_days);
  // Nobody else's days have moved.
  for (const char* other : {"319", "373"}) {
    const auto now = calendar->add_school_days(friday, 1, other);
    const auto before = built_in_calendar().add_school_days(friday, 1, other);
    ASSERT_EQ(now.has_value(), before.has_value());
    if (now) EXPECT_EQ(now->date, before->date);
  }
}

TEST(ImportedTerms, ReplaceAllThatCameWithUs) {
  const base::Date day = 2025y / October / 1d;
  ASSERT_TRUE(built_in_calendar().add_school_days(day, 1, "373"));
  const auto calendar = calendar_with({{"373", terms}});
  ASSERT_TRUE(calendar);
  EXPECT_FALSE(calendar->add_school_days(day, 1, "373"));
}

TEST(ImportedTerms, AreRefusedByTheLineThatCantBeRead) {
  const std::string head = "academic_year,kind,start,end\n";
  EXPECT_NE(refusal_of("").find("line 1"), std::string::npos);
  EXPECT_NE(refusal_of("year,from\n").find("line 1"), std::string::npos);
  EXPECT_NE(refusal_of(head + "2026/27,term,2026-09-02,2026-12-18\n2026/27,term,soon,2026-12-18\n").find("line 3"),
            std::string::npos);
  EXPECT_NE(refusal_of(head + "2026/27,inset,2026-09-02,2026-09-02\n").find("line 2"), std::string::npos);
  EXPECT_NE(refusal_of(head + "2026/27,term,2026-09-02\n").find("line 2"), std::string::npos);
  EXPECT_FALSE(refusal_of(head).empty());
}

}  // namespace broker::domain
