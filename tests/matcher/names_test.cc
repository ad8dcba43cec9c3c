#include <gtest/gtest.h>

#include "matcher/name_classes.h"
#include "matcher/normalise.h"
#include "matcher/query.h"
#include "matcher/skeleton.h"

namespace matcher {
namespace {

Likeness likeness(std::string_view a, std::string_view b) {
  return word_likeness(PreparedWord(a), word_view(a), word_view(b));
}

TEST(Normalise, FoldsMarksCaseAndOtherAlphabets) {
  EXPECT_EQ(folded("  Łukasz  WÓJCIK-Żak "), "lukasz wojcik zak");
  EXPECT_EQ(folded("O'Brien"), "obrien");
  EXPECT_EQ(folded("Олександр"), "oleksandr");
  EXPECT_EQ(folded("\xFF\xFE"), "");
}

TEST(Normalise, JoinsAndDropsParticlesButNeverAWholeName) {
  EXPECT_EQ(name_tokens("Mc Donald"), std::vector<std::string>{"mcdonald"});
  EXPECT_EQ(name_tokens("Al-Hassan"), std::vector<std::string>{"hassan"});
  EXPECT_EQ(name_tokens("da Silva"), std::vector<std::string>{"silva"});
  EXPECT_EQ(name_tokens("De La"), (std::vector<std::string>{"de", "la"}));
  EXPECT_EQ(name_tokens("O"), std::vector<std::string>{"o"});
}

TEST(Skeleton, IsOneForSpellingsOfOneSound) {
  for (const auto& [a, b] :
       {std::pair("yousef", "yusuf"), std::pair("mohammed", "muhamad"), std::pair("catherine", "katharin"),
        std::pair("oleksandr", "aleksandr"), std::pair("hussain", "husein"), std::pair("novak", "nowak")})
    EXPECT_EQ(skeleton_text(skeleton_of(a)), skeleton_text(skeleton_of(b))) << a;
  EXPECT_NE(skeleton_of("hannah"), skeleton_of("sofia"));
}

TEST(NameClasses, KnowNicknamesAndCarriedOverNames) {
  for (const auto& [a, b] :
       {std::pair("zosia", "zofia"), std::pair("mohammed", "muhammad"), std::pair("bill", "william"),
        std::pair("niamh", "neve"), std::pair("kuba", "jakub"), std::pair("cabdi", "abdi")})
    EXPECT_NE(shared_class(classes_of(a), classes_of(b)), 0) << a;
  EXPECT_EQ(shared_class(classes_of("hannah"), classes_of("sofia")), 0);
  EXPECT_EQ(classes_of("nobodyhasthis")[0], 0);
}

TEST(Likeness, GoesFromEqualToDifferent) {
  EXPECT_EQ(likeness("hassan", "hassan"), Likeness::exact);
  EXPECT_EQ(likeness("zosia", "zofia"), Likeness::variant);
  EXPECT_EQ(likeness("katharin", "katarin"), Likeness::sounds);
  EXPECT_EQ(likeness("barlow", "barnow"), Likeness::typo);
  EXPECT_EQ(likeness("j", "julia"), Likeness::initial);
  EXPECT_EQ(likeness("hannah", "zofia"), Likeness::different);
  EXPECT_EQ(likeness("", "zofia"), Likeness::different);
}

}  // namespace
}  // namespace matcher
