#include "broker/api/call.h"

#include <algorithm>

#include "broker/message/case.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;

constexpr int64_t limit_default = 50;
constexpr int64_t limit_max = 500;

}  // namespace

std::string caller_name(const certs::Caller& caller) {
  switch (caller.kind) {
    case certs::CallerKind::authority:
    case certs::CallerKind::officer: return "authority:" + caller.authority;
    case certs::CallerKind::school: return "school:" + caller.school;
    case certs::CallerKind::operator_: return "operator:" + caller.name;
  }
  return {};
}

Answer json_answer(int status, std::string body) {
  return Answer{status, {{"Content-Type", "application/json"}}, std::move(body)};
}

Answer resource_answer(int status, std::string body, int64_t version) {
  Answer answer = json_answer(status, std::move(body));
  answer.headers.emplace_back("ETag", "\"" + std::to_string(version) + "\"");
  return answer;
}

base::Problem version_required() {
  return problem(ProblemType::version_required,
                 "Send If-Match with the ETag of what you read, so that nothing is changed unseen.");
}

std::optional<base::Problem> stale(const Call& call, int64_t version) {
  if (!call.if_match || *call.if_match == "*" || *call.if_match == std::to_string(version)) return std::nullopt;
  base::Problem answer = problem(ProblemType::version_mismatch,
                                 "It has changed since you read it. Read it again and decide on what it says now.");
  answer.members.emplace_back("current", "\"" + std::to_string(version) + "\"");
  return answer;
}

base::Result<store::Page> page_of(const Call& call, bool is_number) {
  store::Page page{"", limit_default};
  if (const std::string* limit = call.request.query_value("limit")) {
    const auto number = base::parse_number(*limit);
    if (!number || *number < 1 || *number > limit_max) {
      return refuse(base::invalid_field("/limit", "must be a whole number from 1 to 500"));
    }
    page.limit = *number;
  }
  if (const std::string* after = call.request.query_value("after"); after != nullptr && !after->empty()) {
    if (is_number ? !base::parse_number(*after).has_value() : !base::is_id(*after)) {
      return refuse(base::invalid_field("/after", "must be the `next` of an earlier answer"));
    }
    page.after = *after;
  }
  return page;
}

Answer list_answer(const Call& call, const std::vector<std::string>& items, const std::string& next) {
  Answer answer = json_answer(200, message::encode_list(items, next));
  if (next.empty()) return answer;
  std::string target = call.request.path + "?";
  for (const auto& [name, value] : call.request.query) {
    if (name != "after") target += net::percent_encoded(name) + "=" + net::percent_encoded(value) + "&";
  }
  answer.headers.emplace_back("Link", "<" + target + "after=" + net::percent_encoded(next) + ">; rel=\"next\"");
  return answer;
}

std::optional<base::Problem> unknown_parameters(const Call& call, const std::set<std::string>& known) {
  for (const auto& [name, value] : call.request.query) {
    if (known.contains(name) || name == "limit" || name == "after") continue;
    return base::invalid_field("/" + name.substr(0, 60), "is not a parameter that this call knows");
  }
  return std::nullopt;
}

Reply write(Services& services, const Call& call, store::Needs needs,
            std::function<base::Result<Answer>(store::World&)> decide) {
  store::Write what;
  what.idempotency = call.idempotency;
  what.signature = call.signature;
  what.needs = std::move(needs);
  what.decide = std::move(decide);
  what.caller = caller_name(call.caller);
  what.traceparent = call.traceparent;
  what.bytes = call.request.body.size();
  base::Result<Answer> answer = co_await services.writer.submit(std::move(what));
  co_return answer;
}

Reply shown(Services& services, const Call& call, store::Look look, Answer answer) {
  look.answer = base::sha256(answer.body);
  store::Write what;
  what.decide = [by = call.actor, look = std::move(look)](store::World& world) -> base::Result<Answer> {
    world.look(by, look);
    return Answer{};
  };
  const base::Result<Answer> recorded = co_await services.writer.submit(std::move(what));
  if (!recorded) co_return refuse(recorded.error());
  co_return answer;
}

std::vector<message::ClockView> clocks_of(const domain::Calendar& calendar, const domain::Case& record) {
  std::vector<message::ClockView> clocks;
  const base::Date opened = base::date_in_england(record.opened);
  const base::Date from = record.missing_since.value_or(opened);
  for (const domain::ClockRule& rule : domain::clock_rules()) {
    const auto due = calendar.add_school_days(from, rule.days, record.owner);
    if (!due) {
      // Loud rather than missing: the officer sees that nobody counts.
      clocks.push_back({std::string(rule.name), from, rule.days, "no calendar known for these dates", false});
      continue;
    }
    const bool is_met = rule.is_met(record);
    clocks.push_back({std::string(rule.name), due->date, rule.days, due->calendar, is_met});
  }
  return clocks;
}

std::string shown_case(const Services& services, const domain::Case& record) {
  const base::Date today = base::date_in_england(services.clock.now());
  return message::encode_case(record, clocks_of(services.calendar, record), domain::blockers_of(record, today));
}

}  // namespace broker::api
