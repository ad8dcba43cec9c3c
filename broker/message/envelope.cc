#include "broker/message/envelope.h"

#include <set>

#include "broker/message/canonical.h"
#include "broker/message/child_json.h"
#include "broker/message/enquiry.h"
#include "broker/message/resource.h"
#include "broker/message/state_json.h"

namespace broker::message {
namespace {

using namespace domain;

Json case_words(const Case& record) {
  return {{"case_id", record.id}, {"reference", record.reference}, {"status", text_of(record.status)}};
}

// Builds the messages of one event.
struct Announcer {
  const Event& event;
  const CaseFile& after;
  std::vector<Outgoing> messages;

  void tell(const std::string& recipient, const Json& data, bool is_immediate = false) {
    tell_text(recipient, dump(data), is_immediate);
  }
  void tell_text(const std::string& recipient, std::string data, bool is_immediate = false) {
    const std::string& sender = event.by.school.empty() ? event.by.authority : event.by.school;
    if (recipient.empty() || recipient == sender) return;
    messages.push_back(
        {std::string(type_of(event.body)), sender, recipient, event.case_id, "", std::move(data), is_immediate});
  }

  // Everybody who was asked, matched or has confirmed.
  void tell_parties(const Json& data) {
    std::set<std::string> parties = after.record.asked;
    parties.insert(after.record.matched.begin(), after.record.matched.end());
    for (const Confirmation& one : after.record.confirmations) parties.insert(one.authority);
    parties.erase(after.record.owner);
    for (const std::string& party : parties) tell(party, data);
  }

  ObjectWriter enquiry_words(const Enquiry& enquiry) const {
    ObjectWriter words;
    words.text("enquiry_id", enquiry.id).text("case_id", enquiry.case_id).text("status", text_of(enquiry.status));
    return words;
  }

  void operator()(const CaseOpened&) {}
  void operator()(const MatchFound&) {}  // the match worker tells both sides, each what it may know
  void operator()(const EndRequested&) {}

  void operator()(const EnquiryOpened& e) {
    // As it stands after the event: its version is what the first answer has to name.
    const Enquiry& enquiry = *after.enquiry(e.enquiry.id);
    const std::string shown = encode_enquiry(enquiry, after.record, std::nullopt, enquiry.to);
    tell_text(enquiry.to, ObjectWriter().json("enquiry", shown).done(), enquiry.priority == Priority::immediate);
  }
  void operator()(const EnquiryAcknowledged& e) {
    const Enquiry& enquiry = *after.enquiry(e.enquiry_id);
    tell_text(enquiry.from, enquiry_words(enquiry).done());
  }
  void operator()(const EnquiryReplied& e) {
    const Enquiry& enquiry = *after.enquiry(e.enquiry_id);
    ObjectWriter data = enquiry_words(enquiry);
    data.json("reply", encode_reply(e.reply, enquiry, after.record, enquiry.from));
    tell_text(enquiry.from, data.done());
  }
  void operator()(const InformationAdded& e) {
    const Enquiry& enquiry = *after.enquiry(e.enquiry_id);
    tell_text(enquiry.to, enquiry_words(enquiry).text("information", e.information).done());
  }
  void operator()(const EnquiryWithdrawn& e) {
    const Enquiry& enquiry = *after.enquiry(e.enquiry_id);
    tell_text(enquiry.to, enquiry_words(enquiry).put("reason", e.reason).done());
  }
  void operator()(const LocationConfirmed& e) {
    Json data = case_words(after.record);
    data["confirmation"] = parse_own(confirmation_text(e.confirmation));
    hide_restricted_location(data["confirmation"]);
    tell(after.record.owner, data);
  }
  void operator()(const LocationRetracted& e) {
    Json data = case_words(after.record);
    data["confirmation_id"] = e.confirmation_id;
    data["reason"] = e.reason;
    tell(after.record.owner, data);
  }
  void operator()(const LocationDisputed& e) {
    for (const Confirmation& one : after.record.confirmations) {
      if (std::find(e.confirmation_ids.begin(), e.confirmation_ids.end(), one.id) == e.confirmation_ids.end()) continue;
      Json data = case_words(after.record);
      data["confirmation_id"] = one.id;
      data["reason"] = e.reason;
      tell(one.authority, data);
    }
  }
  void operator()(const HandoverAccepted& e) {
    Json data = case_words(after.record);
    data["successor_case"] = e.successor_case;
    data["accepted_by"] = event.by.authority;
    tell(after.record.owner, data);
  }
  void operator()(const CaseClosed&) { tell_parties(case_words(after.record)); }
  void operator()(const CaseEnded&) { tell_parties(case_words(after.record)); }
  void operator()(const CaseReopened&) { tell_parties(case_words(after.record)); }
  void operator()(const CaseAssigned&) {}  // the owner's own, as the next
  void operator()(const CheckRecorded&) {}
  void operator()(const RemovalPermitted& e) {
    Json data = case_words(after.record);
    data.erase("status");
    data["ground"] = std::string(1, e.ground);
    data["child"] = {{"surname", after.record.child.surname}, {"forename", after.record.child.forename}};
    put(data["child"], "upn", after.record.child.upn);
    tell(e.school, data);
  }
  void operator()(const RemovalConfirmed& e) {
    Json data = case_words(after.record);
    data["school"] = after.record.removal.school;
    data["removed_on"] = base::format_date(e.removed_on);
    put_date(data, "transfer_due", e.transfer_due);
    tell(after.record.owner, data);
  }
  void operator()(const RemovalFoundEarly& e) {
    Json data = case_words(after.record);
    data["school"] = e.school;
    data["removed_on"] = base::format_date(e.removed_on);
    put(data, "upload_id", e.source);
    tell(after.record.owner, data);
  }
  void operator()(const TransferSent&) {}  // the transfer's own messages tell of it
  void operator()(const EnquiryReminded& e) { tell_of_deadline(e.enquiry_id, e.deadline, e.days, e.due, std::nullopt); }
  void operator()(const EnquiryEscalated& e) { tell_of_deadline(e.enquiry_id, e.deadline, e.days, e.due, e.contact); }
  void operator()(const RemovalReminded& e) { tell_of_removal(e.number); }
  void operator()(const TransferReminded& e) { tell_of_removal(e.number); }
  void operator()(const AbsenceReported& e) {
    // The owner knows what it says itself.
    if (event.by.school.empty()) return;
    Json data = case_words(after.record);
    data["school"] = e.school;
    data["left_on"] = base::format_date(e.left_on);
    put(data, "upload_id", e.source);
    tell(after.record.owner, data);
  }
  void operator()(const EnquiryRescheduled& e) {
    const Enquiry& enquiry = *after.enquiry(e.enquiry_id);
    ObjectWriter words = enquiry_words(enquiry);
    words.text("reference", after.record.reference).text("calendar", e.calendar).list("moved", e.moved, moved_text);
    words.date("acknowledge_due", enquiry.acknowledge_due).date("due", enquiry.due);
    const std::string data = words.done();
    tell_text(enquiry.to, data);
    tell_text(enquiry.from, data);
  }
  void operator()(const ClocksMoved&) {}  // its owner's own clocks: the timeline tells of it
  void operator()(const MessageExpired& e) { tell(e.sender, parse_own(encode_expired(e))); }

  // Both sides, each with the same words: which deadline of which enquiry has passed.
  void tell_of_deadline(const std::string& enquiry_id, DeadlineKind deadline, int days, base::Date due,
                        const std::optional<Contact>& contact) {
    const Enquiry& enquiry = *after.enquiry(enquiry_id);
    ObjectWriter words = enquiry_words(enquiry);
    words.text("reference", after.record.reference).text("from", enquiry.from).text("to", enquiry.to);
    words.text("priority", text_of(enquiry.priority)).text("deadline", text_of(deadline));
    words.number("days", days).date("due", due);
    if (contact) words.json("contact", dump(contact_json(*contact)));
    const std::string data = words.done();
    const bool is_immediate = enquiry.priority == Priority::immediate;
    tell_text(enquiry.to, data, is_immediate);
    tell_text(enquiry.from, data, is_immediate);
  }

  // The school that has to act, and the authority that waits for it.
  void tell_of_removal(int number) {
    const Removal& removal = after.record.removal;
    Json data = case_words(after.record);
    data.erase("status");
    data["school"] = removal.school;
    data["ground"] = std::string(1, removal.ground);
    data["number"] = number;
    put_time(data, "permitted", removal.permitted);
    put_date(data, "removed_on", removal.removed_on);
    put_date(data, "transfer_due", removal.transfer_due);
    tell(removal.school, data);
    tell(after.record.owner, data);
  }
};

// In canonical form.
std::string encode(const CallerSignature& signature) {
  ObjectWriter json;
  json.text("certificate", signature.certificate).text("jws", signature.jws);
  if (!signature.payload.empty()) json.text("payload", signature.payload);
  return json.done();
}

}  // namespace

std::string encode_expired(const MessageExpired& message) {
  return dump({{"message_id", message.message_id},
               {"message_type", message.type},
               {"recipient", message.recipient},
               {"sent", base::format_time(message.sent)},
               {"collectable_until", base::format_time(message.sent + collectable_time)}});
}

std::vector<Outgoing> messages_for(const Event& event, const CaseFile& after) {
  Announcer announcer{event, after, {}};
  std::visit(announcer, event.body);
  return std::move(announcer.messages);
}

std::string encode_envelope(const Outgoing& message, const Placing& placing,
                            const std::function<std::string(const std::string& canonical)>& sign) {
  const std::string data = canonical_own(message.data);
  const std::string caller = message.caller_signature ? encode(*message.caller_signature) : std::string();
  // The canonical form names its members in this order.
  ObjectWriter canonical;
  if (!caller.empty()) canonical.json("caller_signature", caller);
  if (!message.case_id.empty()) canonical.text("case_id", message.case_id);
  canonical.json("data", data).text("id", placing.id);
  if (!message.in_reply_to.empty()) canonical.text("in_reply_to", message.in_reply_to);
  canonical.text("recipient", message.recipient).text("sender", message.sender).number("sequence", placing.sequence);
  canonical.text("time", placing.time);
  if (!message.traceparent.empty()) canonical.text("traceparent", message.traceparent);
  canonical.text("type", message.type);

  ObjectWriter envelope;
  envelope.text("id", placing.id).text("type", message.type).text("time", placing.time).text("sender", message.sender);
  envelope.text("recipient", message.recipient);
  if (!message.case_id.empty()) envelope.text("case_id", message.case_id);
  if (!message.in_reply_to.empty()) envelope.text("in_reply_to", message.in_reply_to);
  envelope.number("sequence", placing.sequence);
  if (!message.traceparent.empty()) envelope.text("traceparent", message.traceparent);
  if (!caller.empty()) envelope.json("caller_signature", caller);
  return envelope.json("data", data).text("signature", sign(canonical.done())).done();
}

}  // namespace broker::message
