#include "broker/message/state_json.h"

#include "broker/message/child_json.h"

namespace broker::message {

using namespace domain;

Json reply_json(const Reply& reply) {
  Json json = {{"id", reply.id}};
  put_answer(json, reply.answer);
  json["final"] = is_final(reply.answer.outcome);
  json["time"] = base::format_time(reply.time);
  put(json, "officer", reply.officer);
  put(json, "confirmation_id", reply.confirmation_id);
  put(json, "successor_case", reply.successor_case);
  return json;
}

Json confirmation_json(const Confirmation& confirmation) {
  Json json = {{"id", confirmation.id}, {"authority", confirmation.authority}};
  put(json, "officer", confirmation.officer);
  put(json, "enquiry_id", confirmation.enquiry_id);
  json["outcome"] = text_of(confirmation.outcome);
  json["location"] = location_json(confirmation.location);
  json["time"] = base::format_time(confirmation.time);
  json["state"] = text_of(confirmation.state);
  put(json, "state_reason", confirmation.state_reason);
  return json;
}

Json closure_json(const Closure& closure) {
  Json json = {{"kind", text_of(closure.kind)}, {"by", closure.by.authority}};
  put(json, "officer", closure.by.officer);
  json["time"] = base::format_time(closure.time);
  put(json, "confirmation_id", closure.confirmation_id);
  put(json, "successor_case", closure.successor_case);
  return json;
}

Json ending_json(const Ending& ending) {
  Json json = {{"reason", text_of(ending.reason)}};
  put(json, "evidence", ending.evidence);
  put(json, "note", ending.note);
  json["requested_by"] = ending.requested_by;
  json["requested"] = base::format_time(ending.requested);
  put(json, "approved_by", ending.approved_by);
  put_time(json, "approved", ending.approved);
  return json;
}

Json contact_json(const Contact& contact) {
  Json json = Json::object();
  put(json, "name", contact.name);
  put(json, "phone", contact.phone);
  put(json, "email", contact.email);
  return json;
}

Json schedule_json(const std::vector<Deadline>& schedule) {
  Json json = Json::array();
  for (const Deadline& deadline : schedule) {
    Json one = {{"name", text_of(deadline.kind)}, {"days", deadline.days}, {"due", base::format_date(deadline.due)}};
    one["at"] = base::format_time(deadline.at);
    put_time(one, "fired", deadline.fired);
    json.push_back(std::move(one));
  }
  return json;
}

Json removal_json(const Removal& removal) {
  Json json = {{"status", text_of(removal.status)}};
  if (removal.early) {
    Json early = {{"school", removal.early->school}, {"removed_on", base::format_date(removal.early->removed_on)}};
    put(early, "upload_id", removal.early->source);
    early["found"] = base::format_time(removal.early->found);
    json["removed_too_early"] = std::move(early);
  }
  if (removal.status == RemovalStatus::not_permitted) return json;
  json["ground"] = std::string(1, removal.ground);
  put(json, "school", removal.school);
  put(json, "permitted_by", removal.permitted_by);
  put_time(json, "permitted", removal.permitted);
  put(json, "note", removal.note);
  put(json, "confirmed_by", removal.confirmed_by);
  put_time(json, "confirmed", removal.confirmed);
  put_date(json, "removed_on", removal.removed_on);
  if (removal.reminders > 0) json["reminders"] = removal.reminders;
  put_time(json, "next_reminder", removal.next_reminder);
  put_date(json, "transfer_due", removal.transfer_due);
  put_time(json, "transfer_sent", removal.transfer_sent);
  return json;
}

Json case_state_json(const Case& record) {
  Json json = object_of(22);
  json["id"] = record.id;
  json["reference"] = record.reference;
  json["owner"] = record.owner;
  json["chain"] = record.chain;
  put(json, "predecessor", record.predecessor);
  json["status"] = text_of(record.status);
  json["child"] = child_json(record.child);
  put(json, "reason", record.reason);
  put(json, "note", record.note);
  put_date(json, "missing_since", record.missing_since);
  json["priority"] = text_of(record.priority);
  put(json, "opened_by", record.opened_by);
  json["opened"] = base::format_time(record.opened);
  for (const Confirmation& one : record.confirmations) json["confirmations"].push_back(confirmation_json(one));
  if (record.closure) json["closure"] = closure_json(*record.closure);
  if (record.ending) json["ending"] = ending_json(*record.ending);
  if (record.removal != Removal{}) json["removal"] = removal_json(record.removal);
  if (!record.asked.empty()) json["asked"] = record.asked;
  if (!record.matched.empty()) json["matched"] = record.matched;
  json["sequence"] = record.sequence;
  json["version"] = record.version;
  return json;
}

Json enquiry_state_json(const Enquiry& enquiry) {
  Json json = object_of(20);
  json["id"] = enquiry.id;
  json["case_id"] = enquiry.case_id;
  json["from"] = enquiry.from;
  json["to"] = enquiry.to;
  json["kind"] = text_of(enquiry.kind);
  json["priority"] = text_of(enquiry.priority);
  json["status"] = text_of(enquiry.status);
  put(json, "message", enquiry.message);
  if (enquiry.address) json["address"] = address_json(*enquiry.address);
  put(json, "opened_by", enquiry.opened_by);
  json["opened"] = base::format_time(enquiry.opened);
  json["acknowledge_due"] = base::format_date(enquiry.acknowledge_due);
  json["due"] = base::format_date(enquiry.due);
  put_time(json, "acknowledged", enquiry.acknowledged);
  json["replies"] = Json::array();
  for (const Reply& one : enquiry.replies) json["replies"].push_back(reply_json(one));
  if (!enquiry.schedule.empty()) json["schedule"] = schedule_json(enquiry.schedule);
  put_time(json, "clock_stopped", enquiry.clock_stopped);
  put(json, "information", enquiry.information);
  put(json, "withdrawn_reason", enquiry.withdrawn_reason);
  json["version"] = enquiry.version;
  return json;
}

namespace {

Json object_with(const char* name, Json value) {
  Json json = Json::object();
  json[name] = std::move(value);
  return json;
}

struct EventWriter {
  Json operator()(const CaseOpened& e) const { return object_with("case", case_state_json(e.record)); }
  Json operator()(const EnquiryOpened& e) const { return object_with("enquiry", enquiry_state_json(e.enquiry)); }
  Json operator()(const EnquiryAcknowledged& e) const { return {{"enquiry_id", e.enquiry_id}}; }
  Json operator()(const EnquiryReplied& e) const {
    return {{"enquiry_id", e.enquiry_id}, {"reply", reply_json(e.reply)}};
  }
  Json operator()(const InformationAdded& e) const {
    Json json = {{"enquiry_id", e.enquiry_id}, {"information", e.information}};
    if (!e.schedule.empty()) json["schedule"] = schedule_json(e.schedule);
    return json;
  }
  Json operator()(const EnquiryWithdrawn& e) const { return {{"enquiry_id", e.enquiry_id}, {"reason", e.reason}}; }
  Json operator()(const LocationConfirmed& e) const { return {{"confirmation", confirmation_json(e.confirmation)}}; }
  Json operator()(const LocationRetracted& e) const {
    return {{"confirmation_id", e.confirmation_id}, {"reason", e.reason}};
  }
  Json operator()(const LocationDisputed& e) const {
    return {{"confirmation_ids", e.confirmation_ids}, {"reason", e.reason}};
  }
  Json operator()(const HandoverAccepted& e) const {
    Json json = {{"successor_case", e.successor_case}};
    put(json, "enquiry_id", e.enquiry_id);
    return json;
  }
  Json operator()(const CaseClosed& e) const { return {{"confirmation_id", e.confirmation_id}}; }
  Json operator()(const EndRequested& e) const {
    Json json = {{"reason", text_of(e.reason)}};
    put(json, "evidence", e.evidence);
    put(json, "note", e.note);
    return json;
  }
  Json operator()(const CaseEnded&) const { return Json::object(); }
  Json operator()(const CaseReopened& e) const { return {{"reason", e.reason}}; }
  Json operator()(const MatchFound& e) const { return {{"match_id", e.match_id}, {"authority", e.authority}}; }
  Json operator()(const RemovalPermitted& e) const {
    Json json = {{"ground", std::string(1, e.ground)}, {"school", e.school}};
    put(json, "note", e.note);
    put_time(json, "next_reminder", e.next_reminder);
    return json;
  }
  Json operator()(const RemovalConfirmed& e) const {
    Json json = {{"removed_on", base::format_date(e.removed_on)}};
    put(json, "note", e.note);
    put_date(json, "transfer_due", e.transfer_due);
    put_time(json, "next_reminder", e.next_reminder);
    return json;
  }
  Json operator()(const RemovalFoundEarly& e) const {
    Json json = {{"school", e.school}, {"removed_on", base::format_date(e.removed_on)}};
    put(json, "upload_id", e.source);
    return json;
  }
  Json operator()(const TransferSent& e) const { return {{"transfer_id", e.transfer_id}}; }
  Json operator()(const EnquiryReminded& e) const {
    return {{"enquiry_id", e.enquiry_id},
            {"deadline", text_of(e.deadline)},
            {"days", e.days},
            {"due", base::format_date(e.due)}};
  }
  Json operator()(const EnquiryEscalated& e) const {
    return {{"enquiry_id", e.enquiry_id},
            {"deadline", text_of(e.deadline)},
            {"days", e.days},
            {"due", base::format_date(e.due)},
            {"contact", contact_json(e.contact)}};
  }
  Json operator()(const RemovalReminded& e) const {
    return {{"number", e.number}, {"next", base::format_time(e.next)}};
  }
  Json operator()(const TransferReminded& e) const {
    return {{"number", e.number}, {"next", base::format_time(e.next)}};
  }
  Json operator()(const MessageExpired& e) const {
    return {{"message_id", e.message_id},
            {"message_type", e.type},
            {"sender", e.sender},
            {"recipient", e.recipient},
            {"sent", base::format_time(e.sent)}};
  }
};

}  // namespace

Json event_json(const EventBody& body) {
  return std::visit(EventWriter{}, body);
}

}  // namespace broker::message
