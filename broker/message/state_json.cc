#include "broker/message/state_json.h"

#include "broker/message/child_json.h"
#include "broker/message/state.h"

namespace broker::message {

using namespace domain;

namespace {

constexpr size_t shape_bytes = 1500;  // what an enquiry or a case takes beside its long texts, as a rule

}  // namespace

std::string reply_text(const Reply& reply) {
  ObjectWriter json;
  json.text("id", reply.id);
  put_answer(json, reply.answer);
  json.boolean("final", is_final(reply.answer.outcome)).time("time", reply.time).put("officer", reply.officer);
  return json.put("confirmation_id", reply.confirmation_id).put("successor_case", reply.successor_case).done();
}

void put_confirmation(ObjectWriter& json, const Confirmation& confirmation) {
  json.text("id", confirmation.id).text("authority", confirmation.authority).put("officer", confirmation.officer);
  json.put("enquiry_id", confirmation.enquiry_id).text("outcome", text_of(confirmation.outcome));
  json.json("location", location_text(confirmation.location)).time("time", confirmation.time);
  json.text("state", text_of(confirmation.state)).put("state_reason", confirmation.state_reason);
}

std::string confirmation_text(const Confirmation& confirmation) {
  ObjectWriter json;
  put_confirmation(json, confirmation);
  return json.done();
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

std::string deadline_text(const Deadline& deadline) {
  ObjectWriter json;
  json.text("name", text_of(deadline.kind)).number("days", deadline.days).date("due", deadline.due);
  return json.time("at", deadline.at).put("fired", deadline.fired).done();
}

std::string pause_text(const Pause& pause) {
  return ObjectWriter().time("from", pause.from).time("until", pause.until).done();
}

std::string moved_text(const MovedDate& moved) {
  ObjectWriter json;
  json.text("what", moved.what);
  if (moved.days > 0) json.number("days", moved.days);
  return json.put("before", moved.before).put("after", moved.after).done();
}

Json absence_json(const Absence& absence) {
  Json json = Json::object();
  put(json, "school", absence.school);
  json["left_on"] = base::format_date(absence.left_on);
  put(json, "upload_id", absence.source);
  json["reported"] = base::format_time(absence.reported);
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

std::string check_text(const Check& check) {
  ObjectWriter json;
  json.text("kind", text_of(check.kind)).text("result", text_of(check.result)).date("made", check.made);
  return json.put("note", check.note).put("officer", check.officer).time("time", check.time).done();
}

std::string case_text(const Case& record) {
  ObjectWriter json(record.note.size() + shape_bytes);
  json.text("id", record.id).text("reference", record.reference).text("owner", record.owner);
  json.text("chain", record.chain).put("predecessor", record.predecessor).text("status", text_of(record.status));
  json.json("child", child_text(record.child)).put("reason", record.reason).put("note", record.note);
  json.put("missing_since", record.missing_since).text("priority", text_of(record.priority));
  if (record.absence) json.json("absence", dump(absence_json(*record.absence)));
  json.put("opened_by", record.opened_by).time("opened", record.opened).put("assigned_to", record.assigned_to);
  if (!record.confirmations.empty()) json.list("confirmations", record.confirmations, confirmation_text);
  if (record.closure) json.json("closure", dump(closure_json(*record.closure)));
  if (record.ending) json.json("ending", dump(ending_json(*record.ending)));
  if (record.removal != Removal{}) json.json("removal", dump(removal_json(record.removal)));
  if (!record.checks.empty()) json.list("checks", record.checks, check_text);
  json.put("asked", std::vector(record.asked.begin(), record.asked.end()));
  json.put("matched", std::vector(record.matched.begin(), record.matched.end()));
  return json.number("sequence", record.sequence).number("version", record.version).done();
}

std::string enquiry_text(const Enquiry& enquiry) {
  ObjectWriter json(enquiry.message.size() + shape_bytes);
  json.text("id", enquiry.id).text("case_id", enquiry.case_id).text("from", enquiry.from).text("to", enquiry.to);
  json.text("kind", text_of(enquiry.kind)).text("priority", text_of(enquiry.priority));
  json.text("status", text_of(enquiry.status)).put("message", enquiry.message);
  if (enquiry.address) json.json("address", address_text(*enquiry.address));
  json.put("opened_by", enquiry.opened_by).time("opened", enquiry.opened);
  json.date("acknowledge_due", enquiry.acknowledge_due).date("due", enquiry.due);
  json.put("acknowledged", enquiry.acknowledged).list("replies", enquiry.replies, reply_text);
  if (!enquiry.schedule.empty()) json.list("schedule", enquiry.schedule, deadline_text);
  if (!enquiry.pauses.empty()) json.list("pauses", enquiry.pauses, pause_text);
  json.put("clock_stopped", enquiry.clock_stopped).put("information", enquiry.information);
  return json.put("withdrawn_reason", enquiry.withdrawn_reason).number("version", enquiry.version).done();
}

namespace {

struct EventWriter {
  std::string operator()(const CaseOpened& e) const { return ObjectWriter().json("case", case_text(e.record)).done(); }
  std::string operator()(const EnquiryOpened& e) const {
    return ObjectWriter().json("enquiry", enquiry_text(e.enquiry)).done();
  }
  std::string operator()(const EnquiryAcknowledged& e) const {
    return ObjectWriter().text("enquiry_id", e.enquiry_id).done();
  }
  std::string operator()(const EnquiryReplied& e) const {
    return ObjectWriter().text("enquiry_id", e.enquiry_id).json("reply", reply_text(e.reply)).done();
  }
  std::string operator()(const InformationAdded& e) const {
    ObjectWriter json;
    json.text("enquiry_id", e.enquiry_id).text("information", e.information);
    if (!e.schedule.empty()) json.list("schedule", e.schedule, deadline_text);
    return json.done();
  }
  std::string operator()(const EnquiryWithdrawn& e) const {
    return dump({{"enquiry_id", e.enquiry_id}, {"reason", e.reason}});
  }
  std::string operator()(const LocationConfirmed& e) const {
    return ObjectWriter().json("confirmation", confirmation_text(e.confirmation)).done();
  }
  std::string operator()(const LocationRetracted& e) const {
    return dump({{"confirmation_id", e.confirmation_id}, {"reason", e.reason}});
  }
  std::string operator()(const LocationDisputed& e) const {
    return dump({{"confirmation_ids", e.confirmation_ids}, {"reason", e.reason}});
  }
  std::string operator()(const HandoverAccepted& e) const {
    Json json = {{"successor_case", e.successor_case}};
    put(json, "enquiry_id", e.enquiry_id);
    return dump(json);
  }
  std::string operator()(const CaseClosed& e) const { return dump({{"confirmation_id", e.confirmation_id}}); }
  std::string operator()(const EndRequested& e) const {
    Json json = {{"reason", text_of(e.reason)}};
    put(json, "evidence", e.evidence);
    put(json, "note", e.note);
    return dump(json);
  }
  std::string operator()(const CaseEnded&) const { return "{}"; }
  std::string operator()(const CaseReopened& e) const { return dump({{"reason", e.reason}}); }
  std::string operator()(const CaseAssigned& e) const { return dump({{"officer", e.officer}}); }
  std::string operator()(const CheckRecorded& e) const { return check_text(e.check); }
  std::string operator()(const MatchFound& e) const {
    return dump({{"match_id", e.match_id}, {"authority", e.authority}});
  }
  std::string operator()(const RemovalPermitted& e) const {
    Json json = {{"ground", std::string(1, e.ground)}, {"school", e.school}};
    put(json, "note", e.note);
    put_time(json, "next_reminder", e.next_reminder);
    return dump(json);
  }
  std::string operator()(const RemovalConfirmed& e) const {
    Json json = {{"removed_on", base::format_date(e.removed_on)}};
    put(json, "note", e.note);
    put_date(json, "transfer_due", e.transfer_due);
    put_time(json, "next_reminder", e.next_reminder);
    return dump(json);
  }
  std::string operator()(const RemovalFoundEarly& e) const {
    Json json = {{"school", e.school}, {"removed_on", base::format_date(e.removed_on)}};
    put(json, "upload_id", e.source);
    return dump(json);
  }
  std::string operator()(const TransferSent& e) const { return dump({{"transfer_id", e.transfer_id}}); }
  std::string operator()(const EnquiryReminded& e) const {
    return dump({{"enquiry_id", e.enquiry_id},
                 {"deadline", text_of(e.deadline)},
                 {"days", e.days},
                 {"due", base::format_date(e.due)}});
  }
  std::string operator()(const EnquiryEscalated& e) const {
    return dump({{"enquiry_id", e.enquiry_id},
                 {"deadline", text_of(e.deadline)},
                 {"days", e.days},
                 {"due", base::format_date(e.due)},
                 {"contact", contact_json(e.contact)}});
  }
  std::string operator()(const RemovalReminded& e) const {
    return dump({{"number", e.number}, {"next", base::format_time(e.next)}});
  }
  std::string operator()(const TransferReminded& e) const {
    return dump({{"number", e.number}, {"next", base::format_time(e.next)}});
  }
  std::string operator()(const MessageExpired& e) const {
    return dump({{"message_id", e.message_id},
                 {"message_type", e.type},
                 {"sender", e.sender},
                 {"recipient", e.recipient},
                 {"sent", base::format_time(e.sent)}});
  }
  std::string operator()(const AbsenceReported& e) const {
    ObjectWriter json;
    json.put("school", e.school).date("left_on", e.left_on).put("upload_id", e.source);
    return json.done();
  }
  std::string operator()(const EnquiryRescheduled& e) const {
    ObjectWriter json;
    json.text("enquiry_id", e.enquiry_id).text("calendar", e.calendar).list("moved", e.moved, moved_text);
    return json.list("schedule", e.schedule, deadline_text).done();
  }
  std::string operator()(const ClocksMoved& e) const {
    ObjectWriter json;
    json.text("calendar", e.calendar).list("moved", e.moved, moved_text);
    return json.put("transfer_due", e.transfer_due).put("next_reminder", e.next_reminder).done();
  }
};

}  // namespace

std::string encode_event(const EventBody& body) {
  return std::visit(EventWriter{}, body);
}

}  // namespace broker::message
