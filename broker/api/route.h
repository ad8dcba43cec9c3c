// The table of everything that can be called, and the one place where a call is let in: who may, with which headers.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "broker/api/call.h"
#include "broker/base/metrics.h"
#include "broker/domain/role.h"

namespace broker::api {

// Who may call, as bits of domain::Role. The certificate of an authority is its own system's, which has every role of
// an officer; the certificate or session of one officer has the roles that the directory gives.
enum Allowed : domain::Roles {
  officers = domain::roles_of(domain::Role::officer),
  reviewers = domain::roles_of(domain::Role::reviewer),
  coordinators = domain::roles_of(domain::Role::coordinator),
  authorities = officers | reviewers | coordinators,
  schools = domain::roles_of(domain::Role::school),
  auditors = domain::roles_of(domain::Role::auditor),
  operators = domain::roles_of(domain::Role::operator_),
  everyone = authorities | schools | auditors | operators,
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
  domain::Roles allowed;
  BodyType body;
  Reply (*answer)(Services& services, Call call);
};

std::span<const Route> routes();

struct Matched {
  const Route* route = nullptr;
  std::vector<std::string> ids;
  std::string allow;  // the methods that the path knows, when this one is not among them
};

Matched match_route(const std::string& method, const std::string& path);

// Permission, ids, media type and headers; then the handler.
boost::asio::awaitable<base::Result<Answer>> admit(Services& services, const Route& route, domain::Roles roles,
                                                   Call call);
// The call that this caller makes; `ids` as matched.
Call call_of(const certs::Caller& caller, net::Request request, std::vector<std::string> ids);

// The largest body that a call takes.
size_t body_limit(const std::string& method, const std::string& path);

// Whether somebody with these roles may make that call; `path` as it is called, e.g. `/v1/cases`. For pages, which show
// what can be done; the call itself is judged by the same table.
bool may(domain::Roles roles, const std::string& method, const std::string& path);

// Somebody whose identity is established, by a certificate or a session.
struct Person {
  certs::Caller caller;
  domain::Roles roles = 0;
};

// One call by somebody who was let in otherwise than by a certificate: the visitor of a page. It passes the same gate
// and the same handler as a request over the wire. Throws as the store does while the database is away.
boost::asio::awaitable<base::Result<Answer>> call_as(Services& services, Person person, net::Request request);

// From request to response: certificate, route, permission, headers, handler; every refusal becomes a problem+json.
class Api {
 public:
  Api(Services& services, base::Metrics& metrics) : services_(services), metrics_(metrics) {}
  boost::asio::awaitable<net::Response> answer(net::Request request);
  // Who shows this certificate, with the roles that the directory gives an officer.
  boost::asio::awaitable<base::Result<Person>> person_of(std::shared_ptr<const net::Peer> peer);

 private:
  boost::asio::awaitable<net::Response> answer_as(Person person, net::Request request);
  base::Result<certs::Caller> caller_of(const net::Peer& peer);
  // What the log and the metrics say of a request.
  struct Asked {
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
    std::string method = "none";
    std::string route = "none";
    std::string who = "none";
    std::string trace;
    uint64_t number = 0;
  };
  void note(const Asked& asked, int status);

  Services& services_;
  base::Metrics& metrics_;
  struct Known {
    certs::Caller caller;
    base::Time noted;  // in the store, for the operator
  };
  boost::asio::awaitable<void> note_certificate(Known& known);
  std::unordered_map<std::string, Known> callers_;  // by fingerprint
};

}  // namespace broker::api
