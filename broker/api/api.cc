#include <openssl/x509.h>

#include "broker/api/handlers.h"
#include "broker/api/inbox_stream.h"
#include "broker/api/route.h"
#include "broker/base/log.h"
#include "broker/domain/reference/directory.h"
#include "broker/message/resource.h"
#include "broker/net/traceparent.h"
#include "broker/store/certificates.h"
#include "broker/store/officers.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;

constexpr size_t callers_max = 10'000;
constexpr std::chrono::hours note_again{1};

// What a certificate may do of itself. An officer's roles are in the directory.
domain::Roles roles_of_kind(certs::CallerKind kind) {
  switch (kind) {
    case certs::CallerKind::authority: return authorities;
    case certs::CallerKind::school: return schools;
    case certs::CallerKind::operator_: return operators;
    case certs::CallerKind::officer: return 0;
  }
  return 0;
}

// What a read answers while the database is away; writes say more, see store::Writer.
base::Problem store_away() {
  base::Problem answer = problem(ProblemType::store_unavailable, "The database is away. Try again in a moment.");
  answer.retry_after_seconds = 2;
  return answer;
}

net::Response response_of(const base::Problem& refusal, uint64_t number) {
  net::Response response;
  response.status = refusal.status();
  response.body = message::encode_problem(refusal, "urn:waymark:request:" + std::to_string(number));
  response.headers.add("Content-Type", "application/problem+json");
  if (refusal.retry_after_seconds > 0) {
    response.headers.add("Retry-After", std::to_string(refusal.retry_after_seconds));
  }
  return response;
}

void finish(net::Response& response, bool is_head) {
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Content-Type-Options", "nosniff");
  if (is_head) response.body.clear();
}

net::Response response_of(Answer answer) {
  net::Response response;
  response.status = answer.status;
  for (auto& [name, value] : answer.headers) response.headers.add(std::move(name), std::move(value));
  if (answer.is_replay) response.headers.add("Idempotency-Replayed", "true");
  response.body = std::move(answer.body);
  return response;
}

}  // namespace

Result<certs::Caller> Api::caller_of(const net::Peer& peer) {
  if (!peer.shown) return refuse(problem(ProblemType::no_identity, "Show a client certificate of your authority."));
  if (!peer.verified) {
    return refuse(problem(ProblemType::no_identity, "The certificate is not accepted: " + peer.verify_error + "."));
  }
  const auto known = callers_.find(peer.fingerprint);
  if (known != callers_.end()) return known->second.caller;
  const auto* bytes = reinterpret_cast<const unsigned char*>(peer.der.data());
  const std::unique_ptr<X509, void (*)(X509*)> certificate(
      d2i_X509(nullptr, &bytes, static_cast<long>(peer.der.size())), X509_free);
  const auto caller = certs::caller_of(certificate.get(), domain::reference::is_known_authority);
  if (!caller) return refuse(problem(ProblemType::no_identity, std::string(certs::words_of(caller.error()))));
  if (callers_.size() > callers_max) callers_.clear();
  callers_[peer.fingerprint] = {*caller, base::Time()};
  return *caller;
}

// Once an hour for each certificate. The caller is served all the same where it can't be noted now.
boost::asio::awaitable<void> Api::note_certificate(Known& known) {
  const base::Time now = services_.clock.now();
  if (now - known.noted < note_again) co_return;
  known.noted = now;
  const certs::Caller caller = known.caller;
  try {
    co_await store::note_certificate(services_.writer_pool, caller, now);
  } catch (const std::exception& error) {
    base::log_warning("a certificate is not noted", {{"error", error.what()}});
  }
}

boost::asio::awaitable<Result<Person>> Api::person_of(std::shared_ptr<const net::Peer> peer) {
  const Result<certs::Caller> caller = caller_of(*peer);
  if (!caller) co_return refuse(caller.error());
  co_await note_certificate(callers_.at(peer->fingerprint));
  Person person{*caller, roles_of_kind(caller->kind)};
  if (caller->kind != certs::CallerKind::officer) co_return person;
  const auto officer = co_await store::find_officer(services_.writer_pool, caller->authority, caller->officer);
  if (!officer || officer->is_disabled) {
    co_return refuse(
        problem(ProblemType::not_permitted, "The directory of your authority does not know this officer."));
  }
  person.roles = officer->roles;
  person.caller.school = officer->school;
  co_return person;
}

boost::asio::awaitable<net::Response> Api::answer(net::Request request) {
  std::optional<Result<Person>> person;
  try {
    person = co_await person_of(request.peer);
  } catch (const postgres::Unavailable&) {
    person = refuse(store_away());
  } catch (const postgres::DatabaseError& error) {
    if (!error.is_unavailable()) throw;
    person = refuse(store_away());
  }
  if (*person) co_return co_await answer_as(std::move(**person), std::move(request));
  net::Response response = response_of(person->error(), request.number);
  response.close = person->error().type == ProblemType::no_identity;
  finish(response, request.method == "HEAD");
  Asked asked;
  asked.number = request.number;
  asked.trace = net::traceparent_of(request);
  note(asked, response.status);
  co_return response;
}

boost::asio::awaitable<net::Response> Api::answer_as(Person person, net::Request request) {
  Asked asked;
  asked.number = request.number;
  asked.trace = net::traceparent_of(request);
  asked.who = caller_name(person.caller);
  const bool is_head = request.method == "HEAD";
  Matched matched = match_route(request.method, request.path);
  net::Response response;
  if (matched.route == nullptr) {
    response = matched.allow.empty()
                   ? response_of(base::not_found(), asked.number)
                   : response_of(problem(ProblemType::method_not_allowed, "Use " + matched.allow + "."), asked.number);
    if (!matched.allow.empty()) response.headers.add("Allow", matched.allow);
  } else {
    asked.route = matched.route->path;
    asked.method = matched.route->method;
    Call call = call_of(person.caller, std::move(request), std::move(matched.ids));
    std::optional<base::Problem> away;
    const bool is_stream = matched.route->answer == stream_inbox;
    const InboxStream stream = is_stream ? inbox_stream(call) : InboxStream();
    try {
      Result<Answer> answer = co_await admit(services_, *matched.route, person.roles, std::move(call));
      response = answer ? response_of(std::move(*answer)) : response_of(answer.error(), asked.number);
    } catch (const postgres::Unavailable&) {
      away = store_away();
    } catch (const postgres::DatabaseError& error) {
      if (!error.is_unavailable()) throw;
      away = store_away();
    }
    if (away) response = response_of(*away, asked.number);
    if (is_stream && response.status == 101) {
      response.upgrade = [&services = services_, stream](std::shared_ptr<net::WebSocket> socket) {
        return run_inbox_stream(services, stream, std::move(socket));
      };
    }
  }
  finish(response, is_head);
  note(asked, response.status);
  co_return response;
}

void Api::note(const Asked& asked, int status) {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - asked.started).count();
  const std::string call = "method=\"" + asked.method + "\",route=\"" + asked.route + "\"";
  metrics_.count("waymark_requests", call + ",status=\"" + std::to_string(status) + "\"");
  metrics_.observe_seconds("waymark_request_seconds", seconds, call);
  base::log(base::LogLevel::debug, "request",
            {{"method", asked.method},
             {"route", asked.route},
             {"caller", asked.who},
             {"status", status},
             {"number", asked.number},
             {"traceparent", asked.trace},
             {"microseconds", static_cast<int64_t>(seconds * 1e6)}});
}

}  // namespace broker::api
