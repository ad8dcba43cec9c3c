// A restricted record leaves no trace in what is said of others: over random registers and random questions, with it
// and without it, the answer differs in that record alone.
#include <algorithm>
#include <array>
#include <random>

#include <gtest/gtest.h>

#include "matcher/index.h"

namespace matcher {
namespace {

// Few names and dates, so that many records are candidates for one question and take probability from each other.
class Register {
 public:
  explicit Register(unsigned seed) : random_(seed) {}

  size_t below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }
  bool one_in(size_t count) { return below(count) == 0; }

  PupilRecord child() {
    static constexpr std::array forenames = {"Mohammed", "Muhammad", "Ann", "Anne", "Hannah", "Zofia", "Zosia", "Leo"};
    static constexpr std::array surnames = {"Hussain", "Husain", "Church", "Vale", "Vail", "Kowalska", "Hill", "Mills"};
    static constexpr std::array words = {"Church", "Mill", "Vale", "Hill", "Station"};
    PupilRecord out;
    out.forename = forenames[below(forenames.size())];
    out.surname = surnames[below(surnames.size())];
    if (one_in(4)) out.middle_names = forenames[below(forenames.size())];
    if (one_in(4)) out.former_surname = surnames[below(surnames.size())];
    if (!one_in(10)) out.dob = PartialDate{2012, 1 + static_cast<int>(below(3)), 1 + static_cast<int>(below(4))};
    if (one_in(3)) out.upn = one_in(2) ? "E314204823001" : "F318401215027";
    if (one_in(2)) out.guardians.push_back({forenames[below(forenames.size())] + std::string(" Vale"), ""});
    if (one_in(2)) {
      out.address.lines = {std::to_string(below(9)) + " " + words[below(words.size())] + " Lane"};
      out.address.postcode = one_in(2) ? "KT1 2AB" : "KT1 2AD";
    }
    if (one_in(4)) out.school.laestab = one_in(2) ? "3144001" : "3184002";
    return out;
  }

 private:
  std::mt19937 random_;
};

std::string text_of(const std::vector<Candidate>& candidates, bool of_restricted = false) {
  std::string text;
  for (const Candidate& one : candidates) {
    if (one.is_restricted != of_restricted) continue;
    std::array<char, 120> figures{};
    std::snprintf(figures.data(), figures.size(), "%lu %.17g %.17g %d", static_cast<unsigned long>(one.key),
                  one.probability, one.weight, static_cast<int>(one.decision));
    text += figures.data();
    for (const FieldEvidence& field : one.evidence) text += " " + field.field + "=" + field.level;
    text += "\n";
  }
  return text;
}

size_t restricted_in(const std::vector<Candidate>& candidates) {
  return static_cast<size_t>(std::ranges::count_if(candidates, &Candidate::is_restricted));
}

struct Seen {
  size_t open = 0;        // answers that named somebody besides
  size_t restricted = 0;  // answers that named a restricted record
};

// One register, with a few restricted records and without them, and questions to both.
Seen ask_both(unsigned seed, size_t records, bool in_bulk) {
  Register from(seed);
  Index with;
  Index without;
  std::vector<PupilRecord> children;
  std::vector<Entry> all, open;
  const size_t restricted_one_in = 2 + from.below(20);
  for (size_t i = 0; i < records; ++i) {
    children.push_back(from.child());
    children.back().address.restricted = from.one_in(restricted_one_in);
  }
  for (size_t i = 0; i < records; ++i) {
    all.push_back({i + 1, 314 + static_cast<uint32_t>(i % 3), static_cast<uint8_t>(i % 2), &children[i]});
    if (!children[i].address.restricted) open.push_back(all.back());
  }
  if (in_bulk) {
    with.insert_all(all);
    without.insert_all(open);
  } else {
    for (const Entry& one : all) with.insert(one.key, one.owner, one.kind, *one.record);
    for (const Entry& one : open) without.insert(one.key, one.owner, one.kind, *one.record);
  }
  Seen seen;
  for (int i = 0; i < 40; ++i) {
    const PupilRecord question = from.one_in(3) ? children[from.below(children.size())] : from.child();
    SearchOptions options;
    options.top = 1 + from.below(12);
    options.decision_min = from.one_in(2) ? Decision::review : Decision::none;
    if (from.one_in(3)) options.exclude_owner = 315;
    const auto answer = with.search(question, options);
    EXPECT_EQ(text_of(answer), text_of(without.search(question, options))) << "seed " << seed << ", question " << i;
    if (question.address.postcode.empty() && question.school.laestab.empty()) {
      seen.restricted += restricted_in(answer) > 0 ? 1 : 0;
    } else {
      EXPECT_EQ(restricted_in(answer), 0U) << "seed " << seed << ", question " << i;
    }
    seen.open += answer.size() > restricted_in(answer) ? 1 : 0;
    options.only_restricted = true;
    const auto alone = with.search(question, options);
    EXPECT_EQ(alone.size(), restricted_in(answer)) << "seed " << seed << ", question " << i;
    EXPECT_EQ(text_of(alone, true), text_of(answer, true)) << "seed " << seed << ", question " << i;
  }
  return seen;
}

}  // namespace

TEST(ARestrictedRecord, ChangesNothingThatIsSaidOfOthers) {
  Seen seen;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const Seen one = ask_both(seed, 5 + seed, seed % 2 == 0);
    seen.open += one.open;
    seen.restricted += one.restricted;
    if (HasFailure()) return;
  }
  // The questions were such as find something.
  EXPECT_GT(seen.open, 1000U);
  EXPECT_GT(seen.restricted, 200U);
}

// From 500 records on, how common dates and places are is measured.
TEST(ARestrictedRecord, ChangesNothingInALargeRegisterEither) {
  for (unsigned seed = 101; seed <= 104; ++seed) ask_both(seed, 1300, seed % 2 == 0);
}

}  // namespace matcher
