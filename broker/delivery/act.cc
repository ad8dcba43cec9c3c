#include "broker/delivery/act.h"

#include "broker/message/state.h"

namespace broker::delivery {

using domain::broker_itself;

bool stands(const store::World& world, const store::DeadlineRow& row) {
  const store::DeadlineRow* now = world.deadline(row.key);
  return now != nullptr && now->due == row.due && now->detail == row.detail;
}

bool act_on_case(store::World& world, const std::string& case_id, const domain::Command& command) {
  const domain::CaseFile* file = world.file(case_id);
  if (file == nullptr) return false;
  const auto events = domain::decide(*file, broker_itself, command, world.context(case_id));
  if (!events) return false;
  world.record(*events);
  const domain::Actor by{world.file(case_id)->record.owner, broker_itself.officer, ""};
  for (const domain::Event& event : *events) {
    world.audit(by, std::string(type_of(event.body)), case_id, message::encode_event(event.body));
  }
  return !events->empty();
}

}  // namespace broker::delivery
