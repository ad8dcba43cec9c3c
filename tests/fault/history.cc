#include "tests/fault/history.h"

#include <fstream>

#include "broker/client/json.h"

namespace fault {

using broker::client::dump;
using broker::client::Json;

int64_t History::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_).count();
}

void History::add(Command command) {
  const std::lock_guard lock(mutex_);
  commands_.push_back(std::move(command));
}

void History::add(Delivery delivery) {
  const std::lock_guard lock(mutex_);
  deliveries_.push_back(std::move(delivery));
}

void History::add(Pair pair) {
  const std::lock_guard lock(mutex_);
  pairs_.push_back(std::move(pair));
}

void History::acknowledged(const std::string& caller, const std::vector<std::string>& ids) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) acknowledgements_.emplace_back(caller, id);
}

void History::surprise(std::string what) {
  const std::lock_guard lock(mutex_);
  surprises_.push_back(std::move(what));
}

void History::write(const std::filesystem::path& file) const {
  std::ofstream out(file);
  for (const Command& one : commands_) {
    Json tries = Json::array();
    for (const Attempt& attempt : one.attempts) {
      tries.push_back({{"at_ms", attempt.at_ms},
                       {"took_ms", attempt.took_ms},
                       {"broker", attempt.broker},
                       {"status", attempt.status}});
    }
    out << dump(Json{{"caller", one.caller},
                     {"key", one.key},
                     {"target", one.target},
                     {"body", one.body},
                     {"status", one.status},
                     {"answer", one.answer},
                     {"attempts", tries}})
        << '\n';
  }
  for (const Delivery& one : deliveries_) {
    Json ids = Json::array();
    for (const ReceivedMessage& message : one.messages) ids.push_back(message.id);
    out << dump(Json{{"caller", one.caller}, {"lease_id", one.lease_id}, {"messages", ids}}) << '\n';
  }
  for (const auto& [caller, id] : acknowledgements_)
    out << dump(Json{{"caller", caller}, {"acknowledged", id}}) << '\n';
  for (const std::string& what : surprises_) out << dump(Json{{"surprise", what}}) << '\n';
}

}  // namespace fault
