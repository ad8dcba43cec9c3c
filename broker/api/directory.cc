#include "broker/domain/reference/directory.h"

#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/message/resource.h"
#include "broker/store/inbox.h"

namespace broker::api {
namespace {

using base::refuse;
using domain::reference::AuthorityFacts;

constexpr char openapi_document[] = {
#embed "broker/api/openapi.json"
    , '\0'};

std::string authority_json(const AuthorityFacts& facts, const std::vector<std::string>& unreachable) {
  const bool is_live = facts.status == domain::reference::AuthorityStatus::live;
  message::ObjectWriter body;
  body.text("code", facts.code).text("name", facts.name).text("region", facts.region).text("nation", facts.nation);
  body.text("status", is_live ? "live" : "historic").texts("neighbours", facts.neighbours);
  // Nothing collected for a day although something waits.
  body.boolean("reachable",
               is_live && std::find(unreachable.begin(), unreachable.end(), facts.code) == unreachable.end());
  body.text_or_null("valid_from", facts.valid_from ? base::format_date(*facts.valid_from) : "");
  body.text_or_null("valid_to", facts.valid_to ? base::format_date(*facts.valid_to) : "");
  body.texts("successors", facts.successors);
  return body.done();
}

}  // namespace

Reply whoami(Services&, Call call) {
  const certs::Caller& caller = call.caller;
  message::ObjectWriter certificate;
  certificate.text("serial", caller.serial).text("fingerprint", caller.fingerprint);
  certificate.text("expires", base::format_time(base::Time(caller.not_after)));
  message::ObjectWriter limits;
  limits.number("json_bytes", 1024 * 1024).number("upload_bytes", 32 * 1024 * 1024).number("upload_rows", 50'000);
  message::ObjectWriter body;
  body.text("kind", certs::word_of(caller.kind)).text("name", caller_name(caller));
  if (!caller.authority.empty()) body.text("authority", caller.authority);
  if (!caller.school.empty()) body.text("school", caller.school);
  if (!call.actor.officer.empty()) body.text("officer", call.actor.officer);
  body.json("certificate", certificate.done()).json("limits", limits.done());
  co_return json_answer(200, body.done());
}

Reply openapi(Services&, Call) {
  co_return json_answer(200, openapi_document);
}

Reply list_authorities(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call, true);
  if (!page) co_return refuse(page.error());
  const auto unreachable = co_await store::unreachable(services.writer_pool);
  std::vector<std::string> items;
  std::string next, last;
  for (const AuthorityFacts& facts : domain::reference::all_authorities()) {
    if (!domain::reference::is_known_authority(facts.code) || facts.code <= page->after) continue;
    if (static_cast<int64_t>(items.size()) == page->limit) {
      next = last;
      break;
    }
    last = facts.code;
    items.push_back(authority_json(facts, unreachable));
  }
  co_return list_answer(call, items, next);
}

Reply get_authority(Services& services, Call call) {
  const AuthorityFacts* facts = domain::reference::find_authority(call.id());
  if (facts == nullptr) co_return refuse(base::not_found());
  const auto unreachable = co_await store::unreachable(services.writer_pool);
  co_return json_answer(200, authority_json(*facts, unreachable));
}

}  // namespace broker::api
