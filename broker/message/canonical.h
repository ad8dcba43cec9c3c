// The canonical form of JSON (RFC 8785): what is signed, so that whoever verifies arrives at the same bytes whatever
// was done to blanks and order on the way.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace broker::message {

// Of JSON from anywhere. Nothing when the text is no JSON, nests deeper than is read here, or holds a number that no
// double can.
std::optional<std::string> canonical_json(std::string_view text);

// Of one object without its member `signature`; empty when it is no object.
std::string canonical_without_signature(std::string_view text);

// Of JSON that we wrote ourselves: members are put in order, and where everything else is in its form already, as
// dump() leaves it, no value is read, so that a long text costs no more than its copy.
std::string canonical_own(std::string_view json);

// As ECMAScript prints a number (ECMA-262, Number::toString): the shortest digits that give it again.
std::string canonical_number(double number);

}  // namespace broker::message
