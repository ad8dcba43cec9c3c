#include "broker/message/enquiry.h"

#include "broker/message/child_json.h"
#include "broker/message/state_json.h"

namespace broker::message {
namespace {

using namespace domain;

constexpr size_t note_bytes_max = 4000;
constexpr size_t recipients_max = 400;

std::string_view or_empty_object(std::string_view body) {
  return body.empty() ? std::string_view("{}") : body;
}

// The authority that answered sees all it said; the other one nothing of a restricted address.
Json shown_reply(const Reply& reply, bool is_own) {
  Json json = reply_json(reply);
  if (!is_own) hide_restricted_location(json);
  return json;
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

Json enquiry_json(const Enquiry& enquiry, const Case& record, const std::optional<base::Time>& delivered,
                  const std::string& viewer) {
  Json json = object_of(22);
  json["id"] = enquiry.id;
  json["case_id"] = enquiry.case_id;
  json["case_reference"] = record.reference;
  json["from"] = enquiry.from;
  json["to"] = enquiry.to;
  json["kind"] = text_of(enquiry.kind);
  json["priority"] = text_of(enquiry.priority);
  json["status"] = status_shown(enquiry, delivered);
  json["due"] = base::format_date(enquiry.due);
  json["acknowledge_due"] = base::format_date(enquiry.acknowledge_due);
  json["opened"] = base::format_time(enquiry.opened);
  put(json, "opened_by", enquiry.opened_by);
  put_time(json, "delivered", delivered);
  put_time(json, "acknowledged", enquiry.acknowledged);
  if (enquiry.address) {
    // Of a restricted child no address goes out, whether or not this one was flagged too.
    const bool is_restricted = enquiry.address->restricted || record.child.address.restricted;
    json["address"] =
        is_restricted && viewer != enquiry.from ? Json{{"restricted", true}} : address_json(*enquiry.address);
  }
  put(json, "message", enquiry.message);
  put(json, "information", enquiry.information);
  put(json, "withdrawn_reason", enquiry.withdrawn_reason);
  json["child"] = child_json(viewer == record.owner ? record.child : shown_to_others(record.child));
  json["replies"] = Json::array();
  for (const Reply& reply : enquiry.replies) json["replies"].push_back(shown_reply(reply, viewer == enquiry.to));
  json["clocks"] = schedule_json(enquiry.schedule);
  put_time(json, "clock_stopped", enquiry.clock_stopped);
  json["version"] = enquiry.version;
  return json;
}

Json shown_reply_json(const Reply& reply, const Enquiry& enquiry, const Case& record, const std::string& viewer) {
  Json json = shown_reply(reply, viewer == enquiry.to);
  json["enquiry_id"] = enquiry.id;
  json["case_id"] = enquiry.case_id;
  json["enquiry_status"] = text_of(enquiry.status);
  json["case_status"] = text_of(record.status);
  return json;
}

std::string encode_enquiry(const Enquiry& enquiry, const Case& record, const std::optional<base::Time>& delivered,
                           const std::string& viewer) {
  return dump(enquiry_json(enquiry, record, delivered, viewer));
}

std::string encode_reply(const Reply& reply, const Enquiry& enquiry, const Case& record, const std::string& viewer) {
  return dump(shown_reply_json(reply, enquiry, record, viewer));
}

}  // namespace broker::message
