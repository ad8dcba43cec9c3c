#include "broker/message/case.h"

#include "broker/message/child_json.h"
#include "broker/message/state_json.h"
#include "matcher/identifiers.h"

namespace broker::message {
namespace {

using namespace domain;

constexpr size_t note_bytes_max = 4000;
constexpr size_t officer_bytes_max = 64;

std::string_view or_empty_object(std::string_view body) {
  return body.empty() ? std::string_view("{}") : body;
}

std::string shown_confirmation(const Confirmation& confirmation) {
  return without_restricted_location(confirmation_text(confirmation));
}

std::string clock_text(const ClockView& clock) {
  ObjectWriter json;
  json.text("name", clock.name).date("due", clock.due).number("days", clock.days);
  return json.text("calendar", clock.calendar).boolean("met", clock.is_met).done();
}

}  // namespace

base::Result<OpenCaseRequest> decode_open_case(std::string_view body) {
  return decode(body, [](Reader& reader) {
    OpenCaseRequest request;
    reader.require("child");
    if (const Json* child = reader.object("child")) {
      Reader members(*child, reader.pointer_to("child"), reader.errors());
      request.command.child = read_child(members, NamesAre::required);
      members.finish();
    }
    request.command.reason = reader.text("reason", 500);
    request.command.note = reader.text("note", note_bytes_max);
    request.command.missing_since = reader.date("missing_since");
    request.command.priority = reader.choice<Priority>("priority").value_or(Priority::routine);
    request.force = reader.boolean("force").value_or(false);
    return request;
  });
}

base::Result<Close> decode_close(std::string_view body) {
  return decode(or_empty_object(body), [](Reader& reader) {
    reader.text("note", note_bytes_max);
    return Close{};
  });
}

base::Result<RequestEnd> decode_request_end(std::string_view body) {
  return decode(body, [](Reader& reader) {
    RequestEnd command;
    command.reason = reader.required_choice<EndReason>("reason").value_or(EndReason::opened_in_error);
    command.evidence = reader.text("evidence", 500);
    command.note = reader.text("note", note_bytes_max);
    return command;
  });
}

base::Result<ApproveEnd> decode_approve_end(std::string_view body) {
  return decode(or_empty_object(body), [](Reader& reader) {
    reader.text("note", note_bytes_max);
    return ApproveEnd{};
  });
}

base::Result<Reopen> decode_reopen(std::string_view body) {
  return decode(body, [](Reader& reader) { return Reopen{reader.required_text("reason", note_bytes_max)}; });
}

base::Result<AssignCase> decode_assign(std::string_view body) {
  return decode(body, [](Reader& reader) {
    reader.require("officer");
    return AssignCase{reader.text("officer", officer_bytes_max)};
  });
}

base::Result<RecordCheck> decode_record_check(std::string_view body) {
  return decode(body, [](Reader& reader) {
    RecordCheck command;
    command.kind = reader.required_choice<CheckKind>("kind").value_or(CheckKind::other);
    command.result = reader.required_choice<CheckResult>("result").value_or(CheckResult::nothing_found);
    command.made = reader.date("made");
    command.note = reader.text("note", note_bytes_max);
    return command;
  });
}

base::Result<Dispute> decode_dispute(std::string_view body) {
  return decode(body, [](Reader& reader) {
    return Dispute{reader.text("confirmation_id", 36), reader.required_text("reason", note_bytes_max)};
  });
}

base::Result<Confirm> decode_confirm(std::string_view body) {
  return decode(body, [](Reader& reader) { return Confirm{read_answer(reader)}; });
}

base::Result<Retract> decode_retract(std::string_view body, std::string confirmation_id) {
  return decode(body, [&](Reader& reader) {
    return Retract{std::move(confirmation_id), reader.required_text("reason", note_bytes_max)};
  });
}

base::Result<PermitRemovalRequest> decode_permit_removal(std::string_view body) {
  return decode(body, [](Reader& reader) {
    PermitRemovalRequest request;
    const std::string ground = reader.required_text("ground", 1);
    if (ground.size() == 1 && ground.front() >= 'A' && ground.front() <= 'O')
      request.command.ground = ground.front();
    else if (!ground.empty())
      reader.wrong("ground", "must be a letter from A to O");
    const std::string school = reader.text("school");
    request.command.school = matcher::parsed_laestab(school).value_or("");
    if (!school.empty() && request.command.school.empty()) reader.wrong("school", "must be a LAESTAB of seven digits");
    request.command.note = reader.text("note", note_bytes_max);
    request.command.unexplained_absence_days =
        static_cast<int>(reader.integer("unexplained_absence_days", 0, 1000).value_or(0));
    for (const std::string& code : reader.texts("absence_codes", 40, 1)) request.command.absence_codes += code;
    request.command.has_unavoidable_cause = reader.boolean("unavoidable_cause").value_or(false);
    request.command.school_enquiries_exhausted = reader.boolean("school_enquiries_exhausted").value_or(false);
    request.command.authority_enquiries_exhausted = reader.boolean("authority_enquiries_exhausted").value_or(false);
    request.lost_pupil_upload = reader.text("lost_pupil_upload", 36);
    return request;
  });
}

base::Result<ConfirmRemoval> decode_confirm_removal(std::string_view body, base::Date today) {
  return decode(or_empty_object(body), [&](Reader& reader) {
    ConfirmRemoval command;
    command.removed_on = reader.date("date").value_or(today);
    command.note = reader.text("note", note_bytes_max);
    return command;
  });
}

std::string encode_case(const Case& record, const std::vector<ClockView>& clocks,
                        const std::vector<Blocker>& blockers) {
  ObjectWriter json;
  json.text("id", record.id).text("reference", record.reference).text("owner", record.owner);
  json.text("status", text_of(record.status)).json("child", child_text(record.child)).text("reason", record.reason);
  json.put("note", record.note).put("missing_since", record.missing_since);
  if (record.absence) json.json("absence", dump(absence_json(*record.absence)));
  json.text("priority", text_of(record.priority)).time("opened", record.opened).put("opened_by", record.opened_by);
  json.put("assigned_to", record.assigned_to);
  json.list("clocks", clocks, clock_text);
  if (const Confirmation* standing = record.standing_confirmation()) {
    json.json("confirmation", shown_confirmation(*standing));
  }
  json.list("confirmations", record.confirmations, shown_confirmation);
  if (record.closure) json.json("closure", dump(closure_json(*record.closure)));
  if (record.ending) json.json("ending", dump(ending_json(*record.ending)));
  json.list("checks", record.checks, check_text);
  json.json("removal", dump(removal_json(record.removal))).put("predecessor", record.predecessor);
  json.texts("asked", {record.asked.begin(), record.asked.end()});
  json.list("blockers", blockers, [](const Blocker& one) {
    return ObjectWriter().text("rule", one.rule).text("sentence", one.sentence).done();
  });
  return json.number("version", record.version).done();
}

std::string encode_removal(const Case& record) {
  Json json = {{"case_id", record.id}, {"owner", record.owner}};
  json.update(removal_json(record.removal));
  json["child"] = Json::object();
  json["child"]["surname"] = record.child.surname;
  json["child"]["forename"] = record.child.forename;
  put(json["child"], "upn", record.child.upn);
  put(json["child"], "dob", record.child.dob.text());
  json["version"] = record.version;
  return dump(json);
}

std::string encode_confirmation(const Confirmation& confirmation, const Case& record) {
  ObjectWriter json;
  put_confirmation(json, confirmation);
  return json.text("case_id", record.id).text("case_status", text_of(record.status)).done();
}

std::string encode_timeline_item(const TimelineItem& item) {
  Json json = {{"sequence", item.sequence}, {"type", item.type}, {"time", item.time}, {"authority", item.authority}};
  put(json, "officer", item.officer);
  put(json, "school", item.school);
  put(json, "enquiry_id", item.enquiry_id);
  Json data = parse_own(item.data);
  // What a restricted answer hides in the case, the timeline hides too.
  for (const char* holder : {"confirmation", "reply"}) {
    if (data.contains(holder)) hide_restricted_location(data[holder]);
  }
  json["data"] = std::move(data);
  return dump(json);
}

std::string encode_list(const std::vector<std::string>& items, const std::string& next) {
  std::string text = R"({"items":[)";
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += ',';
    text += items[i];
  }
  text += R"(],"next":)";
  text += next.empty() ? "null" : dump(Json(next));
  return text + "}";
}

}  // namespace broker::message
