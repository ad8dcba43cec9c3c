#include "broker/api/handlers.h"
#include "broker/message/match.h"
#include "broker/store/uploads.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;
using domain::Match;

constexpr size_t candidates_max = 10;
constexpr std::chrono::minutes limit_window{1};

// The match that a query makes with a held record.
Match match_of(store::World& world, const Call& call, const std::string& query_id, const matching::Found& found,
               const std::string& model) {
  Match match;
  match.id = world.next_id();
  // A query stands where an upload would: what was asked for is kept under its id.
  match.seeker =
      domain::MatchSide{.authority = call.actor.authority, .kind = domain::RecordKind::query, .upload_id = query_id};
  match.holder = found.side;
  match.probability = found.probability;
  match.weight = found.weight;
  match.band = found.band;
  match.evidence = found.evidence;
  match.model = model;
  match.found = world.now();
  return match;
}

// The owner of a record is told that it was looked at.
void tell_holder(store::World& world, const Call& call, const std::string& purpose, const Match& match) {
  message::Outgoing message;
  message.type = "record.found";
  message.sender = call.actor.authority;
  message.recipient = match.holder.authority;
  message.data = message::encode_record_found(match, purpose, call.actor.officer);
  world.send(std::move(message));
}

// Counted where it is written, so that all brokers count together.
std::optional<base::Problem> too_many(const store::World& world, const Call& call, int64_t limit) {
  const store::QueriesMade made = world.queries_made(call.actor);
  if (made.count < limit) return std::nullopt;
  base::Problem refusal = problem(ProblemType::too_many_requests, "You have made many queries in a short time.");
  const auto wait = made.first.value_or(world.now()) + limit_window - world.now();
  refusal.retry_after_seconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(wait).count());
  return refusal;
}

}  // namespace

Reply show_matches(Services& services, const Call& call, const char* action,
                   const store::Listed<store::StoredMatch>& list) {
  std::vector<std::string> items;
  store::Look look{.action = action, .subject = call.ids.empty() ? "" : call.id()};
  for (const store::StoredMatch& one : list.items) {
    items.push_back(message::encode_match(one.match, call.actor.authority, one.seeker_child, one.holder_child));
    look.shown.push_back(one.match.id);
    look.children.insert({store::seen_child(one.match.seeker), store::seen_child(one.match.holder)});
  }
  Answer answer = list_answer(call, items, list.next);
  if (items.empty()) co_return answer;
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply query_child(Services& services, Call call) {
  auto request = message::decode_query(call.request.body);
  if (!request) co_return refuse(std::move(request.error()));
  co_await services.index.catch_up();
  matching::SearchFor what;
  what.child = request->child;
  what.except_authority = call.actor.authority;
  what.is_query = true;
  what.top = candidates_max;
  std::vector<matching::Found> found = co_await services.index.search(std::move(what));
  store::Needs needs;
  needs.query_makers.push_back({call.actor.authority, call.actor.officer, services.clock.now() - limit_window});
  std::function<Result<Answer>(store::World&)> decide =
      [call, request = std::move(*request), found = std::move(found), model = services.index.model_name(),
       limit = services.queries_per_minute](store::World& world) -> Result<Answer> {
    if (auto refusal = too_many(world, call, limit)) return refuse(std::move(*refusal));
    const std::string query_id = world.next_id();
    message::QueryAnswer answer{query_id, {}, {}};
    store::Look look{.action = "query.made", .subject = query_id, .answer = call.request.body};
    for (const matching::Found& one : found) {
      Match match = match_of(world, call, query_id, one, model);
      if (one.is_restricted) {
        // The two authorities talk; nothing that this record says is kept where the seeker may read it.
        match.id.clear();
        answer.contact_us.insert(one.side.authority);
      } else {
        world.put_match(match);
        answer.candidates.push_back({one.side.authority, one.probability, one.band, one.evidence, match.id});
      }
      tell_holder(world, call, request.purpose, match);
      look.children.insert(store::seen_child(one.side));
    }
    world.add_query({query_id, call.actor, request.purpose, request.child});
    world.look(call.actor, std::move(look));
    return json_answer(200, message::encode_query_answer(answer));
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

Reply list_matches(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"status"})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call);
  if (!page) co_return refuse(page.error());
  store::MatchFilter filter;
  if (const std::string* status = call.request.query_value("status"); status != nullptr && !status->empty()) {
    if (!domain::parse_name<domain::MatchStatus>(*status)) {
      co_return refuse(base::invalid_field("/status", "must be " + domain::all_names<domain::MatchStatus>()));
    }
    filter.status = *status;
  }
  const auto list = co_await store::list_matches(services.pool, call.viewer, filter, *page);
  Result<Answer> answer = co_await show_matches(services, call, "look.matches", list);
  co_return answer;
}

Reply get_match(Services& services, Call call) {
  const auto found = co_await store::find_match(services.pool, call.viewer, call.id());
  if (!found) co_return refuse(base::not_found());
  Answer answer = resource_answer(
      200, message::encode_match(found->match, call.actor.authority, found->seeker_child, found->holder_child),
      found->match.version);
  store::Look look{.action = "look.match", .subject = call.id()};
  look.children = {store::seen_child(found->match.seeker), store::seen_child(found->match.holder)};
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply decide_match(Services& services, Call call) {
  auto request = message::decode_decision(call.request.body);
  if (!request) co_return refuse(std::move(request.error()));
  // Both children, for the answer; the decision itself is made on the match as the writer finds it.
  const auto shown = co_await store::find_match(services.pool, call.viewer, call.id());
  store::Needs needs;
  needs.matches.push_back(call.id());
  std::function<Result<Answer>(store::World&)> decide = [call, request = std::move(*request),
                                                         shown](store::World& world) -> Result<Answer> {
    const Match* match = world.match(call.id());
    const std::string& caller = call.actor.authority;
    if (match == nullptr || (match->seeker.authority != caller && match->holder.authority != caller)) {
      return refuse(base::not_found());
    }
    if (auto refusal = stale(call, match->version)) return refuse(std::move(*refusal));
    auto decided = domain::decide_match(*match, call.actor, request.is_accepted, request.reason, world.now());
    if (!decided) return refuse(std::move(decided.error()));
    world.put_match(*decided);
    const bool is_final = decided->status != domain::MatchStatus::pending;
    world.audit(call.actor,
                is_final                ? "match.decided"
                : decided->is_disagreed ? "match.disagreed"
                                        : "match.viewed",
                call.id(), call.request.body);
    if (is_final && decided->seeker.authority != caller) {
      message::Outgoing message;
      message.type = "match.decided";
      message.sender = caller;
      message.recipient = decided->seeker.authority;
      message.case_id = decided->seeker.case_id;
      message.data = message::encode_match_decided(*decided);
      world.send(std::move(message));
    }
    const auto nothing = std::optional<matcher::PupilRecord>();
    return resource_answer(200,
                           message::encode_match(*decided, caller, shown ? shown->seeker_child : nothing,
                                                 shown ? shown->holder_child : nothing),
                           decided->version);
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

}  // namespace broker::api
