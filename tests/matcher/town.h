// Invented pupils for the tests of the matcher: a town of them, the same for the same seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "matcher/index.h"

namespace matcher::testing {

// A child with few words.
PupilRecord child(const std::string& forename, const std::string& surname, const std::string& dob);

// Children with addresses, guardians, schools and numbers, of whom some are restricted and some have no date.
std::vector<PupilRecord> invented_children(size_t count, uint64_t seed);

// The child as somebody writes it down who mishears and mistypes; the same for the same number.
PupilRecord written_wrong(PupilRecord record, uint64_t number);

// The same answers, to the last digit.
bool same_answers(const std::vector<Candidate>& a, const std::vector<Candidate>& b);

}  // namespace matcher::testing
