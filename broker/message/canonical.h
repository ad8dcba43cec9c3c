// The canonical form (RFC 8785) of JSON: the bytes that are signed. Used by the envelope.
#pragma once

#include <string>
#include <string_view>

namespace broker::message {

// Of JSON that we wrote ourselves: members are put in order, and where everything else is in its form already, as
// dump() leaves it, no value is read, so that a long text costs no more than its copy.
std::string canonical_own(std::string_view json);

// Of one JSON object from anywhere, without its member `signature`; empty when it can't be read. Numbers are whole or
// doubles that print alike in both worlds.
std::string canonical_without_signature(std::string_view json);

}  // namespace broker::message
