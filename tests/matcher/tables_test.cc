#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "matcher/assign.h"
#include "matcher/levels.h"
#include "matcher/model_file.h"
#include "matcher/particulars.h"
#include "matcher/posting_table.h"
#include "matcher/token_table.h"

namespace matcher {
namespace {

TEST(PostingTable, HoldsWhatAMapOfSetsHolds) {
  EXPECT_TRUE(rc::check([](const std::vector<std::tuple<bool, uint8_t, uint8_t>>& steps) {
    Epochs epochs;
    PostingTable table(epochs);
    std::map<uint64_t, std::set<Slot>> twin;
    for (const auto& [adds, key_number, slot] : steps) {
      const uint64_t key = mix(key_number % 16);
      if (adds && !twin[key].contains(slot)) {
        table.insert(key, slot);
        twin[key].insert(slot);
      } else if (!adds) {
        table.erase(key, slot);
        twin[key].erase(slot);
      }
    }
    for (const auto& [key, slots] : twin) {
      Slot one = 0;
      const auto found = table.find(key, one);
      RC_ASSERT(std::set<Slot>(found.begin(), found.end()) == slots);
      RC_ASSERT(found.size() == slots.size());
    }
  }));
}

TEST(PostingTable, KeepsItsListsWhileItGrows) {
  Epochs epochs;
  PostingTable table(epochs);
  for (Slot i = 0; i < 20'000; ++i) table.insert(mix(i / 3), i);
  for (Slot i = 0; i < 20'000; i += 997) {
    Slot one = 0;
    const auto found = table.find(mix(i / 3), one);
    EXPECT_NE(std::ranges::find(found, i), found.end());
  }
}

TEST(DateLevel, NamesEveryUsualMistake) {
  const auto level = [](const char* a, const char* b) {
    return date_level(packed_date(*parse_partial_date(a)), packed_date(*parse_partial_date(b)));
  };
  EXPECT_EQ(level("2014-05-03", "2014-05-03"), DobLevel::exact);
  EXPECT_EQ(level("2014-05-03", "2014-03-05"), DobLevel::swapped);
  EXPECT_EQ(level("2014-05-03", "2014-05-13"), DobLevel::one_digit);
  EXPECT_EQ(level("2014-05-12", "2014-05-21"), DobLevel::transposed);
  EXPECT_EQ(level("2014-05-03", "2013-05-03"), DobLevel::year_off);
  EXPECT_EQ(level("2014-01-01", "2014-05-03"), DobLevel::default_date);
  EXPECT_EQ(level("2014-05", "2014-05-03"), DobLevel::partial);
  EXPECT_EQ(level("2014", "2015-05-03"), DobLevel::different);
  EXPECT_EQ(level("2014-05-03", "2011-11-28"), DobLevel::different);
  EXPECT_EQ(date_level(0, packed_date(2014, 5, 3)), DobLevel::missing);
}

TEST(UpnLevel, SeesOneSlipBesideAFailingLetter) {
  const auto level = [](const char* a, const char* b) { return upn_level(packed_upn(a), packed_upn(b)); };
  EXPECT_EQ(level("E314204823001", "E314204823001"), UpnLevel::equal);
  EXPECT_EQ(level("E314204823001", "E314204823002"), UpnLevel::near);
  EXPECT_EQ(level("E314204823001", "E314204823010"), UpnLevel::near);
  EXPECT_EQ(level("E314204823001", "E314208423001"), UpnLevel::near);
  EXPECT_EQ(level("E314204823001", "A314204823001"), UpnLevel::near);
  EXPECT_EQ(level("E314204823001", "F318401215027"), UpnLevel::different);
  EXPECT_EQ(level("E314204823001", "T33020412301Z"), UpnLevel::different_temporary);
  EXPECT_EQ(level("E314204823001", ""), UpnLevel::missing);
}

TEST(PackedUpn, IsUnpackedAsItWas) {
  for (const char* upn : {"E314204823001", "T33020412301Z", "A801200005001"})
    EXPECT_EQ(unpacked_upn(packed_upn(upn)), upn);
}

TEST(PostcodeLevel, GoesFromUnitToDistrict) {
  const auto level = [](const char* a, const char* b) {
    return postcode_level(packed_postcode(a), packed_postcode(b));
  };
  EXPECT_EQ(level("KT1 2AB", "kt12ab"), PostcodeLevel::unit);
  EXPECT_EQ(level("KT1 2AB", "KT1 2AC"), PostcodeLevel::sector);
  EXPECT_EQ(level("KT1 2AB", "KT7 2AB"), PostcodeLevel::near);
  EXPECT_EQ(level("KT1 2AB", "KT1 7QQ"), PostcodeLevel::district);
  EXPECT_EQ(level("KT1 2AB", "M4 1AA"), PostcodeLevel::different);
}

TEST(Restricted, LeavesNoAddressSchoolOrTelephoneInWhatIsCompared) {
  PupilRecord record;
  record.forename = "Zofia";
  record.address.lines = {"14 Mill Lane"};
  record.address.town = "Kingston";
  record.address.postcode = "KT1 2AB";
  record.address.uprn = "100023336956";
  record.address.restricted = true;
  record.school.laestab = "3144001";
  record.guardians = {{"Anna Nowak", "07700 900123"}};
  const Particulars particulars = particulars_of(record);
  EXPECT_EQ(particulars.fixed.postcode, 0U);
  EXPECT_EQ(particulars.fixed.phone, 0U);
  EXPECT_EQ(particulars.fixed.uprn, 0U);
  EXPECT_EQ(particulars.fixed.school, 0U);
  for (const Word& word : particulars.words)
    EXPECT_TRUE(word.role != Role::street && word.role != Role::house && word.role != Role::town);
}

// The slow twin tries every one-to-one choice.
double best_sum(const std::vector<Link>& links, size_t at, std::set<uint64_t> left, std::set<uint64_t> right) {
  if (at == links.size()) return 0;
  double best = best_sum(links, at + 1, left, right);
  const Link& link = links[at];
  if (left.contains(link.left) || right.contains(link.right)) return best;
  left.insert(link.left);
  right.insert(link.right);
  const double gain = std::log(link.probability / (1 - link.probability)) - std::log(0.02 / 0.98);
  return std::max(best, gain + best_sum(links, at + 1, left, right));
}

TEST(OneToOne, WeighsAsMuchAsTheBestOfAllChoices) {
  EXPECT_TRUE(rc::check([] {
    std::map<std::pair<uint64_t, uint64_t>, Link> distinct;
    const auto count = *rc::gen::inRange(0, 10);
    for (int i = 0; i < count; ++i) {
      const Link link{*rc::gen::inRange<uint64_t>(0, 4), *rc::gen::inRange<uint64_t>(0, 4),
                      *rc::gen::inRange(3, 98) / 100.0, 0};
      distinct.emplace(std::pair(link.left, link.right), link);
    }
    std::vector<Link> links;
    for (const auto& [key, link] : distinct) links.push_back(link);
    const std::vector<Link> chosen = one_to_one(links, 0.02);
    std::set<uint64_t> left;
    std::set<uint64_t> right;
    double sum = 0;
    for (const Link& link : chosen) {
      RC_ASSERT(left.insert(link.left).second && right.insert(link.right).second);
      sum += std::log(link.probability / (1 - link.probability)) - std::log(0.02 / 0.98);
    }
    RC_ASSERT(std::abs(sum - best_sum(links, 0, {}, {})) < 1e-3);
  }));
}

TEST(ModelFile, IsReadBackAsItWasWritten) {
  Model model = default_model();
  model.name = "town-7";
  model.share(Field::dob, 0).match = 0.5;
  model.match_threshold = 0.97;
  const auto read = parse_model_json(model_json(model));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->name, "town-7");
  EXPECT_EQ(read->share(Field::dob, 0).match, 0.5);
  EXPECT_EQ(model_json(*read), model_json(model));
}

TEST(ModelFile, RefusesWhatIsNoModel) {
  for (const char* text : {"", "{", "[]", "{\"name\":\"x\"", "{\"nmae\":1}", "{\"match.dob.exact\":1.5}",
                           "{\"match.dob.exact\":\"x\"}", "{\"name\":\"x\"} y", "{\"found_share\":nan}"})
    EXPECT_FALSE(parse_model_json(text).has_value()) << text;
}

}  // namespace
}  // namespace matcher
