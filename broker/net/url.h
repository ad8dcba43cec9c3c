// The parts of an http or https URL that a connection needs. Used by the client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace broker::net {

struct Url {
  bool is_tls = true;
  std::string host;  // a name or an address; IPv6 without brackets
  uint16_t port = 443;
  std::string path;               // put before every target: empty, or /... without a slash at its end
  std::string authority() const;  // as the Host field has it
};

// Nothing for anything else than http(s)://host[:port][/path]; no user, query or fragment.
std::optional<Url> parse_url(const std::string& text);

}  // namespace broker::net
