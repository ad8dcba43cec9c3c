// A response as the bytes that go over the wire. Used by the session.
#pragma once

#include <ctime>
#include <string>

#include "broker/net/http.h"

namespace broker::net {

// Status line and header fields with Content-Length, Date and Connection, up to the empty line. Throws
// std::invalid_argument for a field that would not stay one line: it would become a response of its own.
std::string header_text(const Response& response, bool keeps_alive, std::time_t now);

// Answers to HEAD and those of status 204 and 304 have no body, whatever the response holds.
bool has_body(const Response& response, bool is_head);

}  // namespace broker::net
