// What the actions on deadlines have in common. Used by Clocks, Recount and their like.
#pragma once

#include <string>

#include "broker/store/world.h"

namespace broker::delivery {

// Nobody has acted on it since it was claimed.
bool stands(const store::World& world, const store::DeadlineRow& row);

// Acts as the broker itself on this case. In the log it stands under the case's owner, who may read it there.
// False when nothing was to be done.
bool act_on_case(store::World& world, const std::string& case_id, const domain::Command& command);

}  // namespace broker::delivery
