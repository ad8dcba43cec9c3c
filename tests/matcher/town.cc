#include "tests/matcher/town.h"

#include <algorithm>
#include <array>

#include "matcher/identifiers.h"
#include "matcher/token_table.h"

namespace matcher::testing {
namespace {

constexpr std::array<const char*, 24> forenames = {"Oliver",  "Amelia", "Noah",     "Isla",  "George",  "Ava",
                                                   "Arthur",  "Lily",   "Muhammad", "Freya", "Leo",     "Aisha",
                                                   "Harry",   "Mia",    "Oscar",    "Zofia", "Adaeze",  "Wei",
                                                   "Siobhan", "Mihai",  "Tomasz",   "Ivy",   "Kwabena", "Fatima"};
constexpr std::array<const char*, 24> surnames = {"Smith",  "Jones",   "Taylor", "Brown",  "Khan",   "Patel",
                                                  "Evans",  "Walker",  "Hall",   "Green",  "Wood",   "Ahmed",
                                                  "Clarke", "Lewis",   "Hill",   "Cooper", "Nowak",  "Okonkwo",
                                                  "Nguyen", "Popescu", "Li",     "Begum",  "Mensah", "Kowalska"};
constexpr std::array<const char*, 12> streets = {"Mill Lane",   "Station Road", "Church Street", "Park Avenue",
                                                 "High Street", "Oak Drive",    "Elm Close",     "Manor Way",
                                                 "Albert Road", "Chapel Lane",  "Meadow View",   "Kings Road"};

class Numbers {
 public:
  explicit Numbers(uint64_t seed) : state_(seed) {}
  uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15ULL); }
  size_t below(size_t limit) { return next() % limit; }

 private:
  uint64_t state_;
};

std::string digits(Numbers& numbers, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out.push_back(static_cast<char>('0' + numbers.below(10)));
  return out;
}

}  // namespace

PupilRecord child(const std::string& forename, const std::string& surname, const std::string& dob) {
  PupilRecord out;
  out.forename = forename;
  out.surname = surname;
  out.dob = parse_partial_date(dob).value_or(PartialDate{});
  return out;
}

std::vector<PupilRecord> invented_children(size_t count, uint64_t seed) {
  std::vector<PupilRecord> out;
  Numbers numbers(seed);
  for (size_t i = 0; i < count; ++i) {
    PupilRecord record;
    // A syllable of its own makes most names rare, as they are in a country.
    const char syllable = static_cast<char>('a' + numbers.below(26));
    record.forename = forenames[numbers.below(forenames.size())];
    record.surname = std::string(surnames[numbers.below(surnames.size())]);
    if (numbers.below(2) == 0) record.surname += syllable;
    record.sex = numbers.below(2) == 0 ? "F" : "M";
    if (numbers.below(20) != 0)
      record.dob = PartialDate{2006 + static_cast<int>(numbers.below(14)), 1 + static_cast<int>(numbers.below(12)),
                               1 + static_cast<int>(numbers.below(28))};
    const std::string number = "3" + digits(numbers, 11);
    if (numbers.below(3) != 0) record.upn = std::string(1, *upn_check_letter(number)) + number;
    record.address.lines = {std::to_string(1 + numbers.below(90)) + " " + streets[numbers.below(streets.size())]};
    record.address.postcode = "KT" + std::to_string(1 + numbers.below(20)) + " " + digits(numbers, 1) + "AB";
    record.address.restricted = numbers.below(25) == 0;
    record.guardians = {{std::string(forenames[numbers.below(forenames.size())]) + " " + record.surname,
                         "07700 " + digits(numbers, 6)}};
    record.school.laestab = "314" + std::to_string(4000 + numbers.below(40));
    out.push_back(std::move(record));
  }
  return out;
}

PupilRecord written_wrong(PupilRecord record, uint64_t number) {
  Numbers numbers(number);
  if (numbers.below(2) == 0) record.upn.clear();
  if (numbers.below(3) == 0 && record.surname.size() > 3)
    std::swap(record.surname[1], record.surname[record.surname.size() - 1]);
  if (numbers.below(3) == 0 && record.dob.month != 0 && record.dob.day <= 12)
    std::swap(record.dob.month, record.dob.day);
  if (numbers.below(3) == 0) record.address = {};
  if (numbers.below(3) == 0) record.guardians.clear();
  return record;
}

bool same_answers(const std::vector<Candidate>& a, const std::vector<Candidate>& b) {
  return std::ranges::equal(a, b, [](const Candidate& x, const Candidate& y) {
    return x.key == y.key && x.owner == y.owner && x.kind == y.kind && x.probability == y.probability &&
           x.weight == y.weight && x.decision == y.decision;
  });
}

}  // namespace matcher::testing
