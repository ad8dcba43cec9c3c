#include "matcher/pupil_record.h"

#include <gtest/gtest.h>

namespace matcher {

TEST(ParsePartialDate, ReadsTheFourFormsOfTheContract) {
  EXPECT_EQ(parse_partial_date("2014-05-03"), (PartialDate{2014, 5, 3}));
  EXPECT_EQ(parse_partial_date("03/05/2014"), (PartialDate{2014, 5, 3}));
  EXPECT_EQ(parse_partial_date("2014-05"), (PartialDate{2014, 5, 0}));
  EXPECT_EQ(parse_partial_date("2014"), (PartialDate{2014, 0, 0}));
}

TEST(ParsePartialDate, RefusesWhatNoCalendarHas) {
  for (const char* text : {"2014-02-30", "31/04/2014", "2014-13", "14-05-03", "2014/05/03", "", "2014-5-3", "abcd"}) {
    EXPECT_FALSE(parse_partial_date(text)) << text;
  }
}

TEST(PartialDate, WritesAsManyPartsAsAreKnown) {
  EXPECT_EQ((PartialDate{2014, 5, 3}).text(), "2014-05-03");
  EXPECT_EQ((PartialDate{2014, 5, 0}).text(), "2014-05");
  EXPECT_EQ((PartialDate{2014, 0, 0}).text(), "2014");
  EXPECT_EQ(PartialDate{}.text(), "");
}

}  // namespace matcher
