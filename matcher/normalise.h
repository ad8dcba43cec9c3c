// Turns text as people write it into the plain letters that the matcher compares: lower-case ASCII without marks.
// Any script is romanised by ICU. Used once a record, when it enters the index or asks it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace matcher {

// Lower-case letters a-z, digits, and single blanks for everything that divides words. An apostrophe joins.
std::string folded(std::string_view utf8);

// The words of a name: particles that come and go (al, de, bin, van) are left out while another word remains,
// `o` and `mc` are joined to what follows.
std::vector<std::string> name_tokens(std::string_view utf8);

// The words of anything else, such as a line of an address.
std::vector<std::string> word_tokens(std::string_view utf8);

// The digits alone, e.g. of a telephone number.
std::string digits_of(std::string_view text);

}  // namespace matcher
