#include "broker/client/upload.h"

#include <gtest/gtest.h>

namespace broker::client {

TEST(ContentType, FollowsTheFilesName) {
  EXPECT_EQ(content_type_of("3144001_CTF_XXXXXXX_001.XML"), "application/xml");
  EXPECT_EQ(content_type_of("dir/arrivals.csv"), "text/csv");
  EXPECT_EQ(content_type_of("all.zip"), "application/zip");
}

TEST(Disposition, QuotesWhatWouldEndTheNameOrTheHeader) {
  EXPECT_EQ(disposition_of("arrivals.csv"), R"(attachment; filename="arrivals.csv")");
  EXPECT_EQ(disposition_of(R"(a"b\c.csv)"), R"(attachment; filename="a\"b\\c.csv")");
  EXPECT_EQ(disposition_of("a\r\nX-Evil: 1.csv"), R"(attachment; filename="a__X-Evil: 1.csv")");
}

}  // namespace broker::client
