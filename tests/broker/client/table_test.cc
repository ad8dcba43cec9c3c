#include "broker/client/table.h"

#include <gtest/gtest.h>

namespace broker::client {

TEST(Table, LinesColumnsUpByCharactersNotBytes) {
  EXPECT_EQ(table({"NAME", "ID"}, {{"Zoë", "1"}, {"Żółć-Long", "2"}}),
            "NAME       ID\n"
            "Zoë        1\n"
            "Żółć-Long  2\n");
}

TEST(Table, LeavesNoBlanksAtTheEndOfALine) {
  EXPECT_EQ(table({"A", "B"}, {{"long cell", ""}}), "A          B\nlong cell\n");
}

TEST(Fields, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(fields({{"Case", "314-26-00001"}, {"Ended", ""}, {"Status", "open"}}),
            "Case    314-26-00001\nStatus  open\n");
}

// What another authority wrote is shown on an officer's terminal.
TEST(Printable, LetsNoTextSteerTheTerminal) {
  EXPECT_EQ(printable("red\x1b[31m alert\a\x7f"), "red[31m alert");
  EXPECT_EQ(printable("two\nlines\tand a tab"), "two lines and a tab");
  EXPECT_EQ(printable("c1\xC2\x9B"
                      "31m"),
            "c131m");
  EXPECT_EQ(printable("\xFF\xFE"), "(no text)");
  EXPECT_EQ(printable("Łukasz"), "Łukasz");
}

}  // namespace broker::client
