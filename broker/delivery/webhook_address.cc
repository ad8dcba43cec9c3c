#include "broker/delivery/webhook_address.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <boost/asio/ip/address.hpp>

#include "broker/net/url.h"

namespace broker::delivery {
namespace {

namespace ip = boost::asio::ip;

struct Block {
  uint32_t first;
  int bits;
};
// IANA's registry of special-purpose IPv4 addresses, and multicast.
constexpr std::array<Block, 16> special_v4 = {{{0x00000000, 8},   // this network
                                               {0x0A000000, 8},   // private
                                               {0x64400000, 10},  // shared, RFC 6598
                                               {0x7F000000, 8},   // loopback
                                               {0xA9FE0000, 16},  // link-local
                                               {0xAC100000, 12},  // private
                                               {0xC0000000, 24},  // protocol assignments
                                               {0xC0000200, 24},  // documentation
                                               {0xC0586300, 24},  // 6to4 relays
                                               {0xC0A80000, 16},  // private
                                               {0xC6120000, 15},  // benchmarks
                                               {0xC6336400, 24},  // documentation
                                               {0xCB007100, 24},  // documentation
                                               {0xE0000000, 4},   // multicast
                                               {0xF0000000, 4},   // reserved
                                               {0xFFFFFFFF, 32}}};

bool is_public(ip::address_v4 address) {
  const uint32_t value = address.to_uint();
  return std::ranges::none_of(special_v4, [value](const Block& block) {
    return (value >> (32 - block.bits)) == (block.first >> (32 - block.bits));
  });
}

// Only 2000::/3 is given out; within it stand tunnels and documentation that lead elsewhere.
bool is_public(const ip::address_v6& address) {
  if (address.is_v4_mapped()) return is_public(ip::make_address_v4(ip::v4_mapped, address));
  const auto bytes = address.to_bytes();
  if ((bytes[0] & 0xE0) != 0x20) return false;
  const int first = bytes[0] << 8 | bytes[1];
  const int second = bytes[2] << 8 | bytes[3];
  if (first == 0x2002) return false;                                           // 6to4, holds an IPv4 address
  if (first == 0x2001 && (second < 0x0200 || second == 0x0DB8)) return false;  // Teredo, ORCHID, documentation
  return first != 0x3FFF;                                                      // documentation
}

}  // namespace

bool is_public_address(const std::string& text) {
  boost::system::error_code wrong;
  const ip::address address = ip::make_address(text, wrong);
  if (wrong) return false;
  return address.is_v4() ? is_public(address.to_v4()) : is_public(address.to_v6());
}

bool WebhookAddresses::is_listed(const std::string& host_or_address) const {
  return std::ranges::find(allowed_, host_or_address) != allowed_.end();
}

bool WebhookAddresses::may_connect(const std::string& host, const std::string& address) const {
  return is_public_address(address) || is_listed(host) || is_listed(address);
}

std::string WebhookAddresses::wrong_with(const std::string& text) const {
  const auto url = net::parse_url(text);
  if (!url) return "must be https://host[:port][/path] without user, query or fragment";
  if (is_listed(url->host)) return {};
  if (!url->is_tls) return "must be https";
  boost::system::error_code is_name;
  ip::make_address(url->host, is_name);
  if (!is_name && !is_public_address(url->host)) return "names an address that is not public";
  return {};
}

}  // namespace broker::delivery
