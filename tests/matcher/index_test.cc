#include "matcher/index.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace matcher {
namespace {

PupilRecord child(const std::string& forename, const std::string& surname, const std::string& dob) {
  PupilRecord out;
  out.forename = forename;
  out.surname = surname;
  out.dob = parse_partial_date(dob).value_or(PartialDate{});
  return out;
}

// A small town of other children, so that nothing is found because nothing else is there.
Index town() {
  static constexpr std::array forenames = {"Oliver",   "Amelia", "Noah", "Isla",  "George", "Ava", "Arthur", "Lily",
                                           "Muhammad", "Freya",  "Leo",  "Aisha", "Harry",  "Mia", "Oscar",  "Ivy"};
  static constexpr std::array surnames = {"Smith", "Jones", "Taylor", "Brown", "Khan",   "Patel", "Evans", "Walker",
                                          "Hall",  "Green", "Wood",   "Ahmed", "Clarke", "Lewis", "Hill",  "Cooper"};
  Index index;
  uint64_t key = 1000;
  for (size_t i = 0; i < 1500; ++i) {
    PupilRecord record = child(forenames[i * 7 % 16], surnames[i * 11 % 13], "");
    const size_t mixed = i * 2654435761U >> 7;
    record.dob = PartialDate{2008 + static_cast<int>(mixed % 10), 1 + static_cast<int>(mixed / 10 % 12),
                             1 + static_cast<int>(mixed / 120 % 28)};
    index.insert(key++, 315, 0, record);
  }
  return index;
}

TEST(Index, FindsAChildThroughAnotherSpellingAndExchangedDayAndMonth) {
  Index index = town();
  index.insert(7, 318, 1, child("Mohammed", "Hussain", "2014-05-03"));
  const auto found = index.search(child("Muhammad", "Husain", "05/03/2014"));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].key, 7U);
  EXPECT_EQ(found[0].owner, 318U);
  EXPECT_GE(found[0].decision, Decision::review);
}

TEST(Index, FindsAChildThroughANicknameAndHalfADoubleSurname) {
  Index index = town();
  index.insert(7, 318, 1, child("Zofia", "Kowalska-Nowak", "2012-09-21"));
  const auto found = index.search(child("Zosia", "Kowalska", "2012-09-21"));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].key, 7U);
  EXPECT_EQ(found[0].decision, Decision::match);
}

// Another surname and a date of which little is known: no key but a name with a day within that year is left.
TEST(Index, FindsAChildThroughADateOfWhichOnlyAPartIsKnown) {
  Index index = town();
  index.insert(7, 318, 1, child("Wojciech", "Zielinski", "2012-09-21"));
  index.insert(8, 318, 1, child("Bronwen", "Llewellyn", "2013-04"));
  const auto is_found = [&](const PupilRecord& query, uint64_t key) {
    return std::ranges::any_of(index.search(query), [&](const Candidate& found) { return found.key == key; });
  };
  for (const char* date : {"2012", "2012-09", "2012-01-01"})
    EXPECT_TRUE(is_found(child("Wojciech", "Abernathy", date), 7)) << date;
  for (const char* date : {"2013", "2013-04", "2013-04-17", "2013-01-01"})
    EXPECT_TRUE(is_found(child("Bronwen", "Abernathy", date), 8)) << date;
}

TEST(Index, DoesNotTakeATwinForTheChild) {
  Index index = town();
  PupilRecord twin = child("Hanna", "Kowalska", "2012-09-21");
  twin.address.lines = {"14 Mill Lane"};
  twin.address.postcode = "KT1 2AB";
  twin.guardians = {{"Anna Kowalska", "07700 900123"}};
  index.insert(7, 318, 1, twin);
  PupilRecord absent = twin;
  absent.forename = "Zofia";
  const auto found = index.search(absent);
  for (const Candidate& candidate : found) EXPECT_NE(candidate.decision, Decision::match);
}

TEST(Index, AsksForReviewWhenTwoChildrenAreAsLikely) {
  Index index = town();
  PupilRecord twin = child("Julia", "Adamczyk", "2012-09-21");
  twin.upn = "E314204823001";
  index.insert(9, 318, 1, twin);
  twin.forename = "Jakub";
  twin.upn = "F318401215027";
  index.insert(10, 318, 1, twin);
  const auto found = index.search(child("J", "Adamczyk", "2012-09-21"));
  ASSERT_GE(found.size(), 2U);
  EXPECT_LT(found[0].probability, 0.9);
  EXPECT_EQ(found[0].decision, Decision::review);
}

TEST(Index, ForgetsWhatIsErasedAndKeepsTheLatestOfOneKey) {
  Index index = town();
  index.insert(7, 318, 1, child("Zofia", "Kowalska", "2012-09-21"));
  index.insert(7, 318, 1, child("Wojciech", "Zielinski", "2011-02-17"));
  EXPECT_EQ(index.size(), 1501U);
  EXPECT_TRUE(index.search(child("Zofia", "Kowalska", "2012-09-21"), {.decision_min = Decision::review}).empty());
  ASSERT_FALSE(index.search(child("Wojciech", "Zielinski", "2011-02-17")).empty());
  EXPECT_TRUE(index.erase(7));
  EXPECT_FALSE(index.erase(7));
  EXPECT_FALSE(index.holds(7));
  EXPECT_TRUE(index.search(child("Wojciech", "Zielinski", "2011-02-17"), {.decision_min = Decision::review}).empty());
}

TEST(Index, FiltersByOwnerAndKind) {
  Index index = town();
  index.insert(7, 318, 1, child("Zofia", "Kowalska", "2012-09-21"));
  const PupilRecord query = child("Zofia", "Kowalska", "2012-09-21");
  EXPECT_FALSE(index.search(query, {.decision_min = Decision::review, .kinds = 0b010}).empty());
  EXPECT_TRUE(index.search(query, {.decision_min = Decision::review, .kinds = 0b101}).empty());
  EXPECT_TRUE(index.search(query, {.decision_min = Decision::review, .exclude_owner = 318}).empty());
  EXPECT_FALSE(index.search(query, {.decision_min = Decision::review, .exclude_owner = 319}).empty());
}

TEST(Index, ARestrictedRecordLeavesNoTraceInASearchByAddress) {
  Index without = town();
  Index with = town();
  PupilRecord hidden = child("Zofia", "Kowalska", "2012-09-21");
  hidden.address.postcode = "KT1 2AB";
  hidden.address.restricted = true;
  with.insert(7, 318, 1, hidden);
  PupilRecord query = child("Zofia", "Kowalska", "2012-09-21");
  query.address.postcode = "KT1 2AB";
  const auto a = with.search(query);
  const auto b = without.search(query);
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].key, b[i].key);
    EXPECT_EQ(a[i].probability, b[i].probability);
  }
  query.address = {};
  const auto found = with.search(query);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].key, 7U);
  for (const FieldEvidence& evidence : found[0].evidence)
    if (evidence.field == "postcode" || evidence.field == "address" || evidence.field == "school" ||
        evidence.field == "phone")
      EXPECT_EQ(evidence.agreement, Agreement::missing);
}

TEST(Index, ALoadOfManyAnswersLikeInsertsOneByOne) {
  std::vector<PupilRecord> records;
  for (int i = 0; i < 3000; ++i)
    records.push_back(
        child("Name" + std::to_string(i % 97), "Family" + std::to_string(i % 89),
              "20" + std::to_string(10 + i % 8) + "-0" + std::to_string(1 + i % 9) + "-1" + std::to_string(i % 10)));
  std::vector<Entry> entries;
  for (size_t i = 0; i < records.size(); ++i) entries.push_back({i % 2990, 1, 0, &records[i]});
  Index bulk;
  bulk.insert_all(entries, 2);
  Index single;
  for (const Entry& entry : entries) single.insert(entry.key, 1, 0, *entry.record);
  EXPECT_EQ(bulk.size(), single.size());
  for (size_t i = 0; i < records.size(); i += 37) {
    const auto a = bulk.search(records[i]);
    const auto b = single.search(records[i]);
    ASSERT_EQ(a.size(), b.size());
    for (size_t j = 0; j < a.size(); ++j) EXPECT_EQ(a[j].key, b[j].key);
  }
}

TEST(Compare, ExplainsEveryFieldWithoutAValue) {
  PupilRecord a = child("Zosia", "Kowalska", "2012-09-21");
  PupilRecord b = child("Zofia", "Kowalska-Nowak", "2012-09-21");
  const Comparison comparison = compare(a, b);
  double sum = 0;
  for (const FieldEvidence& evidence : comparison.evidence) {
    sum += evidence.weight;
    for (const char* value : {"osia", "ofia", "owalska", "2012"})
      EXPECT_EQ(evidence.words.find(value), std::string::npos);
  }
  EXPECT_NEAR(sum, comparison.weight, 0.06);
  EXPECT_GT(comparison.probability, 0.5);
}

}  // namespace
}  // namespace matcher
