#include <bit>

#include <gtest/gtest.h>
#include <rapidcheck.h>

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

// The rules of likeness without a short cut: every distance is worked out whole.
Likeness slow_likeness(const std::string& a, const std::string& b) {
  const WordView mine = word_view(a);
  const WordView theirs = word_view(b);
  const PreparedWord prepared(a);
  if (a == b) return Likeness::exact;
  if (a.empty() || b.empty()) return Likeness::different;
  if (shared_class(mine.classes, theirs.classes) != 0) return Likeness::variant;
  if (a.size() == 1 || b.size() == 1) return a[0] == b[0] ? Likeness::initial : Likeness::different;
  const size_t shorter = std::min(a.size(), b.size());
  const size_t longer = std::max(a.size(), b.size());
  const int distance = prepared.osa_distance(b, 64);
  const bool same_sound = mine.skeleton == theirs.skeleton && skeleton_length(mine.skeleton) >= 2;
  if (same_sound && (longer >= 12 || distance <= 1 + static_cast<int>(longer / 4))) return Likeness::sounds;
  if (distance == 1) return longer >= 4 ? Likeness::typo : shorter >= 2 ? Likeness::weak : Likeness::different;
  if (distance == 2 && longer >= 8) return Likeness::typo;
  if (same_sound || (distance == 2 && longer >= 6) || (distance == 3 && longer >= 9)) return Likeness::weak;
  if (shorter >= 3 && a.substr(0, shorter) == b.substr(0, shorter)) return Likeness::weak;
  const bool shares_letters = std::popcount(mine.letter_set ^ theirs.letter_set) <= 6;
  const bool is_alike = longer >= 5 && shares_letters && a[0] == b[0] && prepared.jaro_winkler(b) >= 0.9;
  return is_alike ? Likeness::weak : Likeness::different;
}

TEST(Likeness, IsThatOfTheSlowTwin) {
  EXPECT_TRUE(rc::check([] {
    const auto letters = rc::gen::elementOf(std::string("aeikmnz"));
    const std::string a = *rc::gen::resize(15, rc::gen::container<std::string>(letters));
    std::string b = a;
    for (int slips = *rc::gen::inRange(0, 5); slips > 0 && !b.empty(); --slips) {
      const size_t at = *rc::gen::inRange<size_t>(0, b.size());
      if (*rc::gen::arbitrary<bool>()) {
        b[at] = *letters;
      } else if (*rc::gen::arbitrary<bool>()) {
        b.insert(at, 1, *letters);
      } else {
        b.resize(at);
      }
    }
    RC_ASSERT(likeness(a, b) == slow_likeness(a, b));
  }));
}

}  // namespace
}  // namespace matcher
