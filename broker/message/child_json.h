// The child and the location as JSON, for the other .cc files of this room.
#pragma once

#include "broker/domain/enquiry.h"
#include "broker/message/json.h"
#include "broker/message/object_writer.h"

namespace broker::message {

// A case needs the child's names; a query or a kept record of a file may lack them.
enum class NamesAre { required, optional };
matcher::PupilRecord read_child(Reader& reader, NamesAre names);
std::string child_text(const matcher::PupilRecord& child);

matcher::Address read_address(const Json& json, const std::string& pointer, std::vector<base::FieldError>& errors);
std::string address_text(const matcher::Address& address);

// Reads the members of an answer (outcome, location, checks, next_date, moved_to, contact, note).
domain::Answer read_answer(Reader& reader);
// Adds them to `json`.
void put_answer(ObjectWriter& json, const domain::Answer& answer);

domain::Location read_location(const Json& json, const std::string& pointer, std::vector<base::FieldError>& errors);
std::string location_text(const domain::Location& location);

// Takes school, provider and address out of the location of a reply or confirmation whose address is restricted: what
// everybody but the authority that made the statement is shown.
void hide_restricted_location(Json& statement);
std::string without_restricted_location(std::string statement);

}  // namespace broker::message
