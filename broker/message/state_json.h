// The kept forms as JSON values, for the other .cc files of this room.
#pragma once

#include "broker/domain/event.h"
#include "broker/message/json.h"

namespace broker::message {

Json case_state_json(const domain::Case& record);
Json enquiry_state_json(const domain::Enquiry& enquiry);
Json reply_json(const domain::Reply& reply);
Json confirmation_json(const domain::Confirmation& confirmation);
Json closure_json(const domain::Closure& closure);
Json ending_json(const domain::Ending& ending);
Json removal_json(const domain::Removal& removal);
Json contact_json(const domain::Contact& contact);
Json schedule_json(const std::vector<domain::Deadline>& schedule);
Json event_json(const domain::EventBody& body);

// What clients are shown, see enquiry.h.
Json enquiry_json(const domain::Enquiry& enquiry, const domain::Case& record,
                  const std::optional<base::Time>& delivered, const std::string& viewer);
Json shown_reply_json(const domain::Reply& reply, const domain::Enquiry& enquiry, const domain::Case& record,
                      const std::string& viewer);

}  // namespace broker::message
