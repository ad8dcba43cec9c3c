// The kept forms as JSON, for the other .cc files of this room: as text where they are written with every message.
#pragma once

#include "broker/domain/event.h"
#include "broker/message/json.h"
#include "broker/message/object_writer.h"

namespace broker::message {

std::string case_text(const domain::Case& record);
std::string enquiry_text(const domain::Enquiry& enquiry);
std::string reply_text(const domain::Reply& reply);
std::string confirmation_text(const domain::Confirmation& confirmation);
void put_confirmation(ObjectWriter& json, const domain::Confirmation& confirmation);
std::string deadline_text(const domain::Deadline& deadline);
std::string moved_text(const domain::MovedDate& moved);
std::string check_text(const domain::Check& check);
Json absence_json(const domain::Absence& absence);
Json closure_json(const domain::Closure& closure);
Json ending_json(const domain::Ending& ending);
Json removal_json(const domain::Removal& removal);
Json contact_json(const domain::Contact& contact);

}  // namespace broker::message
