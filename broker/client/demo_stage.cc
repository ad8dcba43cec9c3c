#include "broker/client/demo_stage.h"

#include <iostream>

#include <unistd.h>

#include "broker/client/command.h"
#include "broker/client/table.h"

namespace broker::client {
namespace {

// How long a call goes on while the broker is away: the demo kills it once.
constexpr std::chrono::seconds patience{20};
constexpr int wait_for_message_seconds = 5;
constexpr int claims_max = 6;

}  // namespace

Stage::Stage(SandboxProcess& sandbox) : sandbox_(sandbox), has_colours_(isatty(STDOUT_FILENO) != 0) {}

std::string Stage::styled(const char* code, const std::string& text) const {
  return has_colours_ ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
}

void Stage::chapter(const std::string& title) {
  std::cout << '\n' << styled("1;36", std::to_string(++chapters_) + ". " + title) << std::endl;
}

void Stage::say(const std::string& text) const {
  std::cout << "   " << printable(text) << std::endl;
}

void Stage::act(const std::string& who, const std::string& text) const {
  std::cout << "   " << styled("1", who) << "  " << printable(text) << std::endl;
}

void Stage::quote(const std::string& text) const {
  std::cout << "        " << styled("33", "\"" + printable(text) + "\"") << std::endl;
}

void Stage::expect(bool holds, const std::string& what) const {
  if (!holds) throw DemoFailed(what);
}

void Stage::expect_equal(const std::string& got, const std::string& wanted, const std::string& what) const {
  if (got != wanted) throw DemoFailed(what + ": expected `" + wanted + "`, got `" + got + "`");
}

Api& Stage::as(const std::string& caller) {
  auto found = callers_.find(caller);
  if (found == callers_.end()) {
    Access access = sandbox_.access(caller, "a.obi");
    access.patience = patience;
    found = callers_.emplace(caller, Api(std::move(access))).first;
  }
  return found->second;
}

Json Stage::granted(const Answer& answer, const std::string& what) const {
  if (!answer.is_granted()) throw DemoFailed(what + " was refused: " + refusal_in_words(answer));
  return parse_json(answer.body);
}

Json Stage::get(const std::string& caller, const std::string& target) {
  return granted(as(caller).get(target), caller + " GET " + target);
}

Json Stage::post(const std::string& caller, const std::string& target, const Json& body) {
  return granted(as(caller).post(target, dump(body)), caller + " POST " + target);
}

Json Stage::post_event(const std::string& caller, const std::string& resource, const std::string& event,
                       const Json& body) {
  return granted(as(caller).post_event(resource, event, dump(body)), caller + " POST " + resource + event);
}

Json Stage::receive(const std::string& caller, const std::string& type) {
  std::vector<Json>& kept = received_[caller];
  for (int i = 0; i < claims_max; ++i) {
    for (auto it = kept.begin(); it != kept.end(); ++it) {
      if (text_at(*it, "/type") != type) continue;
      Json message = std::move(*it);
      kept.erase(it);
      return message;
    }
    const Json claim = {{"max", 50}, {"lease_seconds", 60}, {"wait_seconds", wait_for_message_seconds}};
    const Answer answer = as(caller).post("/v1/inbox/claim", dump(claim));
    if (answer.status == 204) continue;
    const Json claimed = granted(answer, caller + " claiming its inbox");
    Json ids = Json::array();
    for (const Json& message : items_of(claimed)) ids.push_back(text_at(message, "/id"));
    post(caller, "/v1/inbox/ack", {{"lease_id", text_at(claimed, "/lease_id")}, {"ids", ids}});
    for (const Json& message : items_of(claimed)) kept.push_back(message);
  }
  throw DemoFailed("no message " + type + " came to " + caller);
}

}  // namespace broker::client
