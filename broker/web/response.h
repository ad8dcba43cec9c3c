// How a page goes out: the headers that every answer of the web listener carries, and compression.
#pragma once

#include <string>
#include <string_view>

#include "broker/net/http.h"

namespace broker::web {

// Content security policy, framing, sniffing, referrer, opener, transport security.
void add_security_headers(net::Response& response);

// A document that is kept nowhere, compressed where the browser takes it.
net::Response html_response(const net::Request& request, int status, std::string document);
// A file to be kept by whoever asked for it.
net::Response download(const std::string& filename, const std::string& type, std::string body);
net::Response csv_response(const std::string& filename, std::string body);
// See other: what answers a form that was accepted, so that reloading does not send it again.
net::Response redirect(const std::string& location);

bool takes_gzip(const net::Request& request);
std::string gzipped(std::string_view text);

// The token with a mask that differs each time, so that compression tells nothing about it; and whether a masked one
// from a form is it. Compares in constant time.
std::string masked_token(std::string_view token);
bool is_token(std::string_view masked, std::string_view token);

// A field of a CSV for a spreadsheet: quoted where needed, and never a formula.
std::string csv_field(std::string_view value);

}  // namespace broker::web
