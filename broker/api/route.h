// The table of everything that can be called, and the one place where a call is let in: who may, with which headers.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "broker/api/call.h"
#include "broker/base/metrics.h"

namespace broker::api {

// Who may call, as bits. An officer's own certificate speaks for its authority.
enum Allowed : unsigned {
  authorities = 1,
  schools = 2,
  operators = 4,
  everyone = authorities | schools | operators,
};

enum class Kind {
  read,    // GET
  create,  // POST that makes something: needs Idempotency-Key and Waymark-Officer
  event,   // POST on something that has a version: needs If-Match as well
  plain,   // POST that needs none of these (the inbox)
  put,     // PUT and DELETE: needs Waymark-Officer, and If-Match once there is something to match
};

enum class BodyType { none, json, file };

struct Route {
  std::string_view method;
  std::string_view path;  // below /v1, `{}` for an id
  Kind kind;
  unsigned allowed;
  BodyType body;
  Reply (*answer)(Services& services, Call call);
};

std::span<const Route> routes();

// The largest body that a call takes.
size_t body_limit(const std::string& method, const std::string& path);

// One call by somebody who was let in otherwise than by a certificate: the visitor of a page. It passes the same gate
// and the same handler as a request over the wire. Throws as the store does while the database is away.
boost::asio::awaitable<base::Result<Answer>> call_as(Services& services, certs::Caller caller, net::Request request);

// From request to response: certificate, route, permission, headers, handler; every refusal becomes a problem+json.
class Api {
 public:
  Api(Services& services, base::Metrics& metrics) : services_(services), metrics_(metrics) {}
  boost::asio::awaitable<net::Response> answer(net::Request request);

 private:
  base::Result<certs::Caller> caller_of(const net::Peer& peer);

  Services& services_;
  base::Metrics& metrics_;
  std::unordered_map<std::string, certs::Caller> callers_;  // by fingerprint
};

}  // namespace broker::api
