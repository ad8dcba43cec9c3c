#include "broker/message/enquiry.h"

#include "broker/message/child_json.h"
#include "broker/message/state_json.h"

namespace broker::message {
namespace {

using namespace domain;

constexpr size_t note_bytes_max = 4000;
constexpr size_t recipients_max = 400;
constexpr size_t shape_bytes = 2000;  // what an enquiry takes beside its message, as a rule

std::string_view or_empty_object(std::string_view body) {
  return body.empty() ? std::string_view("{}") : body;
}

// The authority that answered sees all it said; the other one nothing of a restricted address.
std::string shown_reply(const Reply& reply, bool is_own) {
  std::string text = reply_text(reply);
  return is_own ? text : without_restricted_location(std::move(text));
}

std::string_view status_shown(const Enquiry& enquiry, const std::optional<base::Time>& delivered) {
  if (enquiry.status == EnquiryStatus::sent && delivered) return "delivered";
  return text_of(enquiry.status);
}

}  // namespace

base::Result<SendEnquiriesRequest> decode_send_enquiries(std::string_view body) {
  return decode(body, [](Reader& reader) {
    SendEnquiriesRequest request;
    reader.require("to");
    if (const Json* to = reader.any("to"); to != nullptr && to->is_string()) {
      request.group = reader.text("to", 20);
      if (request.group != "neighbours" && request.group != "region" && request.group != "all") {
        reader.wrong("to", "must be a list of authorities' codes, or neighbours, region or all");
      }
    } else {
      request.command.to = reader.texts("to", recipients_max, 20);
    }
    request.command.kind = reader.choice<EnquiryKind>("kind").value_or(EnquiryKind::area_believed);
    request.command.priority = reader.choice<Priority>("priority").value_or(Priority::routine);
    if (const Json* address = reader.object("address")) {
      request.command.address = read_address(*address, reader.pointer_to("address"), reader.errors());
    }
    request.command.message = reader.text("message", note_bytes_max);
    return request;
  });
}

base::Result<AnswerEnquiry> decode_answer(std::string_view body, std::string enquiry_id) {
  return decode(body, [&](Reader& reader) { return AnswerEnquiry{std::move(enquiry_id), read_answer(reader)}; });
}

base::Result<Acknowledge> decode_acknowledge(std::string_view body, std::string enquiry_id) {
  return decode(or_empty_object(body), [&](Reader& reader) {
    reader.text("note", note_bytes_max);
    return Acknowledge{std::move(enquiry_id)};
  });
}

base::Result<AddInformation> decode_information(std::string_view body, std::string enquiry_id) {
  return decode(body, [&](Reader& reader) {
    return AddInformation{std::move(enquiry_id), reader.required_text("information", note_bytes_max)};
  });
}

base::Result<WithdrawEnquiry> decode_withdraw(std::string_view body, std::string enquiry_id) {
  return decode(or_empty_object(body), [&](Reader& reader) {
    return WithdrawEnquiry{std::move(enquiry_id), reader.text("reason", note_bytes_max)};
  });
}

std::string encode_enquiry(const Enquiry& enquiry, const Case& record, const std::optional<base::Time>& delivered,
                           const std::string& viewer) {
  ObjectWriter json(enquiry.message.size() + shape_bytes);
  json.text("id", enquiry.id).text("case_id", enquiry.case_id).text("case_reference", record.reference);
  json.text("from", enquiry.from).text("to", enquiry.to).text("kind", text_of(enquiry.kind));
  json.text("priority", text_of(enquiry.priority)).text("status", status_shown(enquiry, delivered));
  json.date("due", enquiry.due).date("acknowledge_due", enquiry.acknowledge_due).time("opened", enquiry.opened);
  json.put("opened_by", enquiry.opened_by).put("delivered", delivered).put("acknowledged", enquiry.acknowledged);
  if (enquiry.address) {
    // Of a restricted child no address goes out, whether or not this one was flagged too.
    const bool is_restricted = enquiry.address->restricted || record.child.address.restricted;
    const bool is_hidden = is_restricted && viewer != enquiry.from;
    json.json("address", is_hidden ? R"({"restricted":true})" : address_text(*enquiry.address));
  }
  json.put("message", enquiry.message).put("information", enquiry.information);
  json.put("withdrawn_reason", enquiry.withdrawn_reason);
  json.json("child", child_text(viewer == record.owner ? record.child : shown_to_others(record.child)));
  json.list("replies", enquiry.replies, [&](const Reply& reply) { return shown_reply(reply, viewer == enquiry.to); });
  json.list("clocks", enquiry.schedule, deadline_text).put("clock_stopped", enquiry.clock_stopped);
  return json.number("version", enquiry.version).done();
}

std::string encode_reply(const Reply& reply, const Enquiry& enquiry, const Case& record, const std::string& viewer) {
  std::string text = shown_reply(reply, viewer == enquiry.to);
  text.pop_back();
  ObjectWriter more;
  more.text("enquiry_id", enquiry.id).text("case_id", enquiry.case_id);
  more.text("enquiry_status", text_of(enquiry.status)).text("case_status", text_of(record.status));
  return text.append(",").append(more.done(), 1);
}

}  // namespace broker::message
