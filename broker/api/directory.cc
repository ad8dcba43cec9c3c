#include "broker/domain/reference/directory.h"

#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/message/resource.h"
#include "broker/message/settings.h"
#include "broker/store/deadlines.h"
#include "broker/store/settings.h"

namespace broker::api {
namespace {

using base::refuse;
using domain::reference::AuthorityFacts;

constexpr char openapi_document[] = {
#embed "broker/api/openapi.json"
    , '\0'};

// What is known of the authorities beside the tables.
struct Present {
  std::set<std::string> unreachable;
  std::map<std::string, domain::Settings> settings;
};

boost::asio::awaitable<Present> read_present(postgres::Pool& writer_pool) {
  Present present;
  present.unreachable = co_await store::unreachable(writer_pool);
  present.settings = co_await store::all_settings(writer_pool);
  co_return present;
}

std::string authority_json(const AuthorityFacts& facts, const Present& present) {
  const bool is_live = facts.status == domain::reference::AuthorityStatus::live;
  message::ObjectWriter body;
  body.text("code", facts.code).text("name", facts.name).text("region", facts.region).text("nation", facts.nation);
  body.text("status", is_live ? "live" : "historic").texts("neighbours", facts.neighbours);
  // Nothing collected for a day although something waits.
  body.boolean("reachable", is_live && !present.unreachable.contains(facts.code));
  if (const auto own = present.settings.find(facts.code); own != present.settings.end()) {
    body.json("contact", message::encode_contact(own->second.contact));
    body.json("out_of_hours", message::encode_contact(own->second.out_of_hours));
  }
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
  limits.number("json_bytes", 1024 * 1024)
      .number("upload_bytes", int64_t{640} * 1024 * 1024)
      .number("upload_rows", 10'000'000);
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
  const Present present = co_await read_present(services.writer_pool);
  std::vector<std::string> items;
  std::string next, last;
  for (const AuthorityFacts& facts : domain::reference::all_authorities()) {
    if (!domain::reference::is_known_authority(facts.code) || facts.code <= page->after) continue;
    if (static_cast<int64_t>(items.size()) == page->limit) {
      next = last;
      break;
    }
    last = facts.code;
    items.push_back(authority_json(facts, present));
  }
  co_return list_answer(call, items, next);
}

Reply get_authority(Services& services, Call call) {
  const AuthorityFacts* facts = domain::reference::find_authority(call.id());
  if (facts == nullptr) co_return refuse(base::not_found());
  const Present present = co_await read_present(services.writer_pool);
  co_return json_answer(200, authority_json(*facts, present));
}

}  // namespace broker::api
