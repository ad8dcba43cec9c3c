// To which addresses a webhook may be pushed. A council names the URL, so that without this it could reach into the
// network that the broker stands in.
#pragma once

#include <string>
#include <vector>

namespace broker::delivery {

// Reachable for everybody: neither loopback, private, link-local, shared (RFC 6598), multicast, documentation nor
// reserved. An IPv6 address that stands for an IPv4 one is judged as that. False for what is no address.
bool is_public_address(const std::string& address);

// `allowed` are addresses or hosts that the operator has listed.
class WebhookAddresses {
 public:
  explicit WebhookAddresses(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}

  bool is_listed(const std::string& host_or_address) const;
  // Asked for each address that a host resolves to, of that very connection.
  bool may_connect(const std::string& host, const std::string& address) const;
  // Why a URL is refused when it is set; empty when it may be tried.
  std::string wrong_with(const std::string& url) const;

 private:
  std::vector<std::string> allowed_;
};

}  // namespace broker::delivery
