// The errors that records of one child pick up on their way between sources, each a family with a name.
// Used by the generator of pupils; rates are of no test set but its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/pupil_names.h"
#include "matcher/pupil_record.h"

namespace bench {

std::string typed_wrong(Random& random, const std::string& word);    // keyboard: change, drop, add, swap
std::string heard_wrong(Random& random, const std::string& word);    // by ear
std::string scanned_wrong(Random& random, const std::string& word);  // by optical reading
std::string carried_over(Random& random, const std::string& word);   // by another romanisation
std::string without_marks(const std::string& word);                  // diacritics lost

// Changes the names or the date of the record; what was done is added to `families`.
void damage_names(Random& random, matcher::PupilRecord& record, std::vector<std::string>& families);
// Errors of a second kind: any letter for any other, several slips in one word, missing and placeholder names, blanks
// lost, a calling name that has nothing to do with the given one.
void damage_oddly(Random& random, matcher::PupilRecord& record, std::vector<std::string>& families,
                  const std::function<std::string()>& other_forename);
void damage_date(Random& random, matcher::PupilRecord& record, std::vector<std::string>& families);
void damage_upn(Random& random, matcher::PupilRecord& record, std::vector<std::string>& families);

}  // namespace bench
