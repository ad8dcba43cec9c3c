#include "broker/api/route.h"

#include <algorithm>

#include "broker/api/caller_signature.h"
#include "broker/api/handlers.h"
#include "broker/api/reports.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/message/resource.h"
#include "broker/message/webhook.h"
#include "broker/net/traceparent.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;

constexpr size_t json_bytes_max = 1024 * 1024;
constexpr size_t file_bytes_max = size_t{640} * 1024 * 1024;
constexpr size_t officer_bytes_max = 64;
constexpr size_t key_bytes_max = 200;
constexpr std::string_view prefix = "/v1";

constexpr Route table[] = {
    {"GET", "/whoami", Kind::read, everyone, BodyType::none, whoami},
    {"GET", "/openapi.json", Kind::read, everyone, BodyType::none, openapi},
    {"GET", "/authorities", Kind::read, everyone, BodyType::none, list_authorities},
    {"GET", "/authorities/{}/settings", Kind::read, authorities, BodyType::none, get_settings},
    {"PUT", "/authorities/{}/settings", Kind::put, coordinators, BodyType::json, put_settings},
    {"GET", "/authorities/{}", Kind::read, everyone, BodyType::none, get_authority},
    {"GET", "/authorities/{}/officers", Kind::read, coordinators | operators, BodyType::none, list_officers},
    {"GET", "/authorities/{}/officers/{}", Kind::read, coordinators | operators, BodyType::none, get_officer},
    {"PUT", "/authorities/{}/officers/{}", Kind::put, coordinators | operators, BodyType::json, put_officer},
    {"POST", "/cases", Kind::create, authorities, BodyType::json, open_case},
    {"GET", "/cases", Kind::read, authorities, BodyType::none, list_cases},
    {"GET", "/cases/{}", Kind::read, authorities, BodyType::none, get_case},
    {"GET", "/cases/{}/timeline", Kind::read, authorities, BodyType::none, get_timeline},
    {"GET", "/cases/{}/looks", Kind::read, authorities, BodyType::none, list_looks},
    {"POST", "/cases/{}/close", Kind::event, authorities, BodyType::json, close_case},
    {"POST", "/cases/{}/end", Kind::event, authorities, BodyType::json, request_end},
    {"POST", "/cases/{}/end/approve", Kind::event, reviewers | coordinators, BodyType::json, approve_end},
    {"POST", "/cases/{}/reopen", Kind::event, authorities, BodyType::json, reopen_case},
    {"POST", "/cases/{}/assign", Kind::create, authorities, BodyType::json, assign_case},
    {"POST", "/cases/{}/checks", Kind::create, authorities, BodyType::json, record_check},
    {"POST", "/cases/{}/dispute", Kind::event, authorities, BodyType::json, dispute_location},
    {"POST", "/cases/{}/removal", Kind::event, authorities, BodyType::json, permit_removal},
    {"GET", "/cases/{}/removal", Kind::read, authorities | schools, BodyType::none, get_removal},
    {"POST", "/cases/{}/removal/confirm", Kind::event, authorities | schools, BodyType::json, confirm_removal},
    {"POST", "/cases/{}/enquiries", Kind::create, authorities, BodyType::json, send_enquiries},
    {"POST", "/cases/{}/confirmations", Kind::create, authorities, BodyType::json, confirm_location},
    {"POST", "/confirmations/{}/retract", Kind::create, authorities, BodyType::json, retract_confirmation},
    {"GET", "/enquiries", Kind::read, authorities, BodyType::none, list_enquiries},
    {"GET", "/enquiries/{}", Kind::read, authorities, BodyType::none, get_enquiry},
    {"POST", "/enquiries/{}/acknowledge", Kind::event, authorities, BodyType::json, acknowledge_enquiry},
    {"POST", "/enquiries/{}/replies", Kind::event, authorities, BodyType::json, reply_to_enquiry},
    {"POST", "/enquiries/{}/information", Kind::event, authorities, BodyType::json, add_information},
    {"POST", "/enquiries/{}/withdraw", Kind::event, authorities, BodyType::json, withdraw_enquiry},
    {"POST", "/uploads", Kind::create, authorities | schools, BodyType::file, upload_file},
    {"GET", "/uploads/{}", Kind::read, authorities | schools, BodyType::none, get_upload},
    {"GET", "/uploads/{}/errors", Kind::read, authorities | schools, BodyType::none, list_upload_errors},
    {"GET", "/uploads/{}/matches", Kind::read, authorities, BodyType::none, list_upload_matches},
    {"GET", "/transfers", Kind::read, authorities | schools, BodyType::none, list_transfers},
    {"GET", "/transfers/{}", Kind::read, authorities | schools, BodyType::none, get_transfer},
    {"POST", "/transfers/{}/claim", Kind::create, authorities | schools, BodyType::json, claim_transfer},
    {"GET", "/transfers/{}/file", Kind::read, authorities | schools, BodyType::none, get_transfer_file},
    {"POST", "/transfers/{}/receipt", Kind::create, authorities | schools, BodyType::json, receive_transfer},
    {"POST", "/queries", Kind::create, authorities, BodyType::json, query_child},
    {"GET", "/matches", Kind::read, authorities, BodyType::none, list_matches},
    {"GET", "/matches/{}", Kind::read, authorities, BodyType::none, get_match},
    {"POST", "/matches/{}/decision", Kind::event, authorities, BodyType::json, decide_match},
    {"POST", "/inbox/claim", Kind::plain, authorities | schools, BodyType::json, claim_inbox},
    {"POST", "/inbox/ack", Kind::plain, authorities | schools, BodyType::json, acknowledge_many},
    {"POST", "/inbox/{}/ack", Kind::plain, authorities | schools, BodyType::json, acknowledge_one},
    {"POST", "/inbox/{}/nack", Kind::plain, authorities | schools, BodyType::json, give_back_message},
    {"GET", "/inbox", Kind::read, authorities | schools, BodyType::none, list_inbox},
    {"GET", "/inbox/stream", Kind::read, authorities | schools, BodyType::none, stream_inbox},
    {"GET", "/inbox/{}", Kind::read, authorities | schools, BodyType::none, get_message},
    {"GET", "/outbox/{}", Kind::read, authorities | schools, BodyType::none, get_tracking},
    {"GET", "/webhooks", Kind::read, authorities | schools, BodyType::none, list_webhooks},
    {"GET", "/webhooks/{}", Kind::read, authorities | schools, BodyType::none, get_webhook},
    {"PUT", "/webhooks/{}", Kind::put, coordinators | schools, BodyType::json, put_webhook},
    {"DELETE", "/webhooks/{}", Kind::put, coordinators | schools, BodyType::none, delete_webhook},
    {"POST", "/webhooks/{}/replay", Kind::event, coordinators | schools, BodyType::json, replay_webhook},
    {"POST", "/notices", Kind::create, authorities, BodyType::json, send_notice},
    {"GET", "/notices", Kind::read, authorities, BodyType::none, list_notices},
    {"GET", "/notices/{}", Kind::read, authorities, BodyType::none, get_notice},
    {"GET", "/reports/register", Kind::read, authorities, BodyType::none, get_register},
    {"GET", "/reports/cme-return", Kind::read, authorities, BodyType::none, get_return},
    {"GET", "/reports/performance", Kind::read, authorities, BodyType::none, get_performance},
    {"GET", "/subject-access", Kind::read, coordinators, BodyType::none, subject_access_of_case},
    {"POST", "/subject-access", Kind::plain, coordinators, BodyType::json, subject_access_of_child},
    {"GET", "/audit/head", Kind::read, everyone, BodyType::none, audit_head},
    {"GET", "/audit/heads", Kind::read, everyone, BodyType::none, audit_heads},
    {"GET", "/audit/entries", Kind::read, everyone, BodyType::none, audit_entries},
    {"GET", "/audit/proof", Kind::read, everyone, BodyType::none, audit_proof},
    {"GET", "/audit/consistency", Kind::read, everyone, BodyType::none, audit_consistency},
};

using Parts = std::vector<std::string_view>;

// The table's templates, taken apart once.
const std::vector<Parts>& templates() {
  static const std::vector<Parts> parts = [] {
    std::vector<Parts> all;
    for (const Route& route : table) all.push_back(base::split(route.path, '/'));
    return all;
  }();
  return parts;
}

bool fits(const Parts& path, const Parts& pattern) {
  return path.size() == pattern.size() &&
         std::ranges::equal(path, pattern, [](std::string_view part, std::string_view wanted) {
           return wanted == "{}" || part == wanted;
         });
}

// What stands in the path where the template has `{}`.
std::vector<std::string> ids_in(const Parts& path, const Parts& pattern) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < path.size(); ++i) {
    if (pattern[i] == "{}") ids.emplace_back(path[i]);
  }
  return ids;
}

// An id has the form of one of ours; authorities have codes, and webhooks the names that their owners gave them.
bool may_be_named(const Route& route, const std::string& id) {
  if (route.path.starts_with("/authorities/")) return true;
  return route.path.starts_with("/webhooks/") ? message::is_webhook_name(id) : base::is_id(id);
}

// "the roles reviewer, coordinator": who may do it, for whoever may not.
std::string words_of_roles(domain::Roles roles) {
  std::string words;
  for (const std::string& name : domain::role_names(roles)) words += (words.empty() ? "" : ", ") + name;
  return words;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string media_type(const net::Request& request) {
  const std::string* type = request.headers.find("Content-Type");
  if (type == nullptr) return {};
  return base::lowered(base::trimmed(std::string_view(*type).substr(0, type->find(';'))));
}

std::optional<base::Problem> wrong_body(const Route& route, const net::Request& request) {
  const std::string type = media_type(request);
  if (route.body == BodyType::json && !request.body.empty() && type != "application/json") {
    return problem(ProblemType::unsupported_media_type, "This call reads application/json.");
  }
  if (route.body == BodyType::none && !request.body.empty()) {
    return problem(ProblemType::malformed_request, "This call takes no body.");
  }
  return std::nullopt;
}

// The version that an If-Match names: `"7"`, `W/"7"` or `*`.
std::string version_in(std::string_view header) {
  std::string_view text = base::trimmed(header);
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return std::string(text);
}

// Fills in what the headers say, or why the call is not let in.
std::optional<base::Problem> read_headers(const Route& route, Call& call) {
  const net::Headers& headers = call.request.headers;
  if (const std::string* officer = headers.find("Waymark-Officer")) {
    if (officer->size() > officer_bytes_max || !is_printable(*officer)) {
      return problem(ProblemType::officer_required, "Waymark-Officer holds an id of up to 64 printable characters.");
    }
    // An officer's own certificate says who it is; a header can't claim another.
    if (!call.caller.officer.empty() && *officer != call.caller.officer) {
      return problem(ProblemType::not_permitted, "Waymark-Officer names another officer than the certificate does.");
    }
    call.actor.officer = *officer;
  }
  if (route.kind == Kind::read || route.kind == Kind::plain) return std::nullopt;
  // An operator's certificate names a person.
  if (call.actor.officer.empty()) call.actor.officer = call.caller.name;
  if (call.actor.officer.empty()) {
    return problem(ProblemType::officer_required, "Say in Waymark-Officer who makes this change.");
  }
  if (const std::string* version = headers.find("If-Match")) call.if_match = version_in(*version);
  if (route.kind == Kind::put) return std::nullopt;  // is repeated without harm
  const std::string* key = headers.find("Idempotency-Key");
  if (key == nullptr || key->empty()) {
    return problem(ProblemType::idempotency_key_required,
                   "Send an Idempotency-Key of your own making, a new one for each thing you want done.");
  }
  if (key->size() > key_bytes_max || !base::is_utf8(*key)) {
    return problem(ProblemType::idempotency_key_required, "An Idempotency-Key has at most 200 characters.");
  }
  call.idempotency =
      store::Idempotency{caller_name(call.caller), *key, call.request.method + " " + call.request.target,
                         call.request.body_file ? call.request.body_file->sha256() : base::sha256(call.request.body)};
  if (route.kind == Kind::event && !call.if_match) return version_required();
  return std::nullopt;
}

}  // namespace

std::span<const Route> routes() {
  return table;
}

size_t body_limit(const std::string& method, const std::string& path) {
  const Matched matched = match_route(method, path);
  return matched.route != nullptr && matched.route->body == BodyType::file ? file_bytes_max : json_bytes_max;
}

// An id has the form of one of ours (a UUID, or a code of an authority): a path with anything else leads nowhere.
Matched match_route(const std::string& method, const std::string& path) {
  Matched matched;
  if (!path.starts_with(prefix)) return matched;
  const Parts parts = base::split(std::string_view(path).substr(prefix.size()), '/');
  const std::string_view wanted = method == "HEAD" ? "GET" : std::string_view(method);
  for (size_t i = 0; i < std::size(table); ++i) {
    const Route& route = table[i];
    if (!fits(parts, templates()[i])) continue;
    if (route.method == wanted) return {&route, ids_in(parts, templates()[i]), ""};
    matched.allow += (matched.allow.empty() ? "" : ", ") + std::string(route.method);
  }
  return matched;
}

bool may(domain::Roles roles, const std::string& method, const std::string& path) {
  const Matched matched = match_route(method, path);
  return matched.route != nullptr && (roles & matched.route->allowed) != 0;
}

boost::asio::awaitable<Result<Answer>> admit(Services& services, const Route& route, domain::Roles roles, Call call) {
  const int wait = services.request_limit.take(caller_name(call.caller), std::chrono::steady_clock::now());
  if (wait > 0) {
    base::Problem refusal = problem(ProblemType::too_many_requests, "You have made many requests in a short time.");
    refusal.retry_after_seconds = wait;
    co_return refuse(std::move(refusal));
  }
  if ((roles & route.allowed) == 0) {
    co_return refuse(
        problem(ProblemType::not_permitted, "This call is for the roles " + words_of_roles(route.allowed) + "."));
  }
  for (const std::string& id : call.ids) {
    if (!may_be_named(route, id)) co_return refuse(base::not_found());
  }
  if (auto refusal = wrong_body(route, call.request)) co_return refuse(std::move(*refusal));
  if (auto refusal = read_headers(route, call)) co_return refuse(std::move(*refusal));
  if (auto refusal = read_signature(services, call)) co_return refuse(std::move(*refusal));
  if (!call.idempotency) {
    Result<Answer> answer = co_await route.answer(services, std::move(call));
    co_return answer;
  }
  // Two requests with one key at the same time: the second is told so, and gets the first one's answer later.
  const std::string running = call.idempotency->caller + "\n" + call.idempotency->key;
  if (!services.in_progress.insert(running).second) {
    co_return refuse(
        problem(ProblemType::request_in_progress, "Wait for the first request with this key, then repeat."));
  }
  struct Done {
    std::set<std::string>& set;
    const std::string& key;
    ~Done() { set.erase(key); }
  };
  const Done done{services.in_progress, running};
  Result<Answer> answer = co_await route.answer(services, std::move(call));
  co_return answer;
}

Call call_of(const certs::Caller& caller, net::Request request, std::vector<std::string> ids) {
  Call call;
  call.traceparent = net::traceparent_of(request);
  call.request = std::move(request);
  call.caller = caller;
  call.actor = {caller.authority, caller.officer, caller.school};
  // An operator runs the log for all and may export it: ids, never particulars.
  call.viewer = {caller.authority, caller.school, caller.kind == certs::CallerKind::operator_};
  call.ids = std::move(ids);
  return call;
}

boost::asio::awaitable<Result<Answer>> call_as(Services& services, Person person, net::Request request) {
  Matched matched = match_route(request.method, request.path);
  if (matched.route == nullptr) co_return refuse(base::not_found());
  Call call = call_of(person.caller, std::move(request), std::move(matched.ids));
  Result<Answer> answer = co_await admit(services, *matched.route, person.roles, std::move(call));
  co_return answer;
}

}  // namespace broker::api
