#include "broker/store/officers.h"

#include "broker/api/handlers.h"
#include "broker/api/route.h"
#include "broker/domain/reference/directory.h"
#include "broker/message/officer.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;
using domain::Role;

// Stands in the path where another directory has the code of its authority.
constexpr std::string_view operators_word = "operator";

message::OfficerView view_of(const store::Officer& officer) {
  return {officer.authority.empty() ? std::string(operators_word) : officer.authority,
          officer.id,
          {officer.name, officer.roles, officer.school, officer.is_disabled},
          officer.changed};
}

// The authority whose directory the path names, as the store has it; refused when it is not the caller's to keep.
Result<std::string> directory_of(const Call& call) {
  const bool is_operator = call.caller.kind == certs::CallerKind::operator_;
  const std::string& named = call.ids.front();
  if (is_operator && named == operators_word) return std::string();
  if (!domain::reference::is_known_authority(named)) return refuse(base::not_found());
  if (!is_operator && named != call.actor.authority) return refuse(base::not_found());
  return named;
}

bool is_officer_id(const std::string& id) {
  return certs::read_identity("urn:waymark:officer:314:" + id).has_value();
}

}  // namespace

Reply list_officers(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {})) co_return refuse(std::move(*refusal));
  const auto authority = directory_of(call);
  if (!authority) co_return refuse(authority.error());
  // Officers are listed by their ids, which are not ours.
  const std::string* after = call.request.query_value("after");
  const std::string last = after == nullptr ? "" : *after;
  std::erase_if(call.request.query, [](const auto& one) { return one.first == "after"; });
  auto page = page_of(call);
  if (!page) co_return refuse(page.error());
  page->after = last;
  const auto list = co_await store::list_officers(services.writer_pool, *authority, *page);
  std::vector<std::string> items;
  for (const store::Officer& officer : list.items) items.push_back(message::encode_officer(view_of(officer)));
  co_return list_answer(call, items, list.next);
}

Reply get_officer(Services& services, Call call) {
  const auto authority = directory_of(call);
  if (!authority) co_return refuse(authority.error());
  const auto officer = co_await store::find_officer(services.writer_pool, *authority, call.ids.at(1));
  if (!officer) co_return refuse(base::not_found());
  co_return json_answer(200, message::encode_officer(view_of(*officer)));
}

// Adds an officer, or changes what is known of one. Who is disabled is signed out everywhere in the same transaction.
Reply put_officer(Services& services, Call call) {
  const auto authority = directory_of(call);
  if (!authority) co_return refuse(authority.error());
  if (!is_officer_id(call.ids.at(1))) co_return refuse(base::not_found());
  const domain::Roles may_have = authority->empty() ? operators : everyone & ~operators;
  const auto request = message::decode_officer(call.request.body, may_have);
  if (!request) co_return refuse(request.error());
  if (!request->school.empty() && !request->school.starts_with(*authority)) {
    co_return refuse(base::invalid_field("/school", "is not a school of this authority"));
  }
  store::Officer officer;
  officer.authority = *authority;
  officer.id = call.ids.at(1);
  officer.name = request->name;
  officer.roles = request->roles;
  officer.school = request->school;
  officer.is_disabled = request->is_disabled;
  std::function<Result<Answer>(store::World&)> decide = [call, officer](store::World& world) mutable -> Result<Answer> {
    officer.changed = world.now();
    world.write(store::put_officer(officer, world.now()));
    if (officer.is_disabled) world.write(store::end_sessions_of(officer.authority, officer.id));
    const std::string directory = officer.authority.empty() ? std::string(operators_word) : officer.authority;
    world.audit(call.actor, officer.is_disabled ? "officer.disabled" : "officer.put", directory + ":" + officer.id,
                call.request.body);
    return json_answer(200, message::encode_officer(view_of(officer)));
  };
  Result<Answer> answer = co_await write(services, call, store::Needs(), std::move(decide));
  co_return answer;
}

}  // namespace broker::api
