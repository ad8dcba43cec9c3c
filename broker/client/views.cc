#include "broker/client/views.h"

#include "broker/client/json.h"
#include "broker/client/table.h"

namespace broker::client {
namespace {

// `19 Nov` of `2026-11-19T...` is not worth a calendar: the date and the minute as they stand.
std::string minute_of(const std::string& time) {
  if (time.size() < 16) return time;
  return time.substr(0, 10) + " " + time.substr(11, 5);
}

std::string child_in_words(const Json& child) {
  std::string words = text_at(child, "/forename") + " " + text_at(child, "/surname");
  const std::string dob = text_at(child, "/dob");
  if (!dob.empty()) words += ", born " + dob;
  return words;
}

std::string with_more(std::string text, const Json& list) {
  const std::string next = text_at(list, "/next");
  if (!next.empty()) text += "There are more: --after " + next + "\n";
  return text;
}

std::string blockers_in_words(const Json& record) {
  std::string words;
  for (const Json& blocker : list_of(record, "blockers")) {
    words += (words.empty() ? "" : " ") + text_at(blocker, "/sentence");
  }
  return words;
}

std::string place_in_words(const Json& location) {
  for (const char* pointer : {"/school/name", "/school/laestab", "/school/urn", "/provider", "/address/town"}) {
    const std::string text = text_at(location, pointer);
    if (!text.empty()) return text;
  }
  return "";
}

// What a message of the inbox is about, in a few words.
std::string gist_of(const Json& message) {
  for (const char* pointer : {"/data/reply/outcome", "/data/confirmation/outcome", "/data/match/band", "/data/reason",
                              "/data/enquiry/priority", "/data/status"}) {
    const std::string text = text_at(message, pointer);
    if (!text.empty()) return text;
  }
  return "";
}

}  // namespace

std::string view_case(const std::string& body) {
  const Json record = parse_json(body);
  std::string confirmed;
  if (const Json& one = member_of(record, "confirmation"); one.is_object()) {
    confirmed = text_at(one, "/outcome") + " by " + text_at(one, "/authority");
    const std::string place = place_in_words(member_of(one, "location"));
    if (!place.empty()) confirmed += ", " + place;
  }
  return fields({{"Case", text_at(record, "/reference")},
                 {"Id", text_at(record, "/id")},
                 {"Status", text_at(record, "/status")},
                 {"Child", child_in_words(member_of(record, "child"))},
                 {"Owner", text_at(record, "/owner")},
                 {"Opened", minute_of(text_at(record, "/opened"))},
                 {"Missing since", text_at(record, "/missing_since")},
                 {"Priority", text_at(record, "/priority")},
                 {"Confirmed", confirmed},
                 {"Closed", text_at(record, "/closure/kind")},
                 {"Ended", text_at(record, "/ending/reason")},
                 {"Can't close", blockers_in_words(record)},
                 {"Version", text_at(record, "/version")}});
}

std::string view_cases(const std::string& body) {
  const Json list = parse_json(body);
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : items_of(list)) {
    rows.push_back({text_at(one, "/reference"), text_at(one, "/status"), child_in_words(member_of(one, "child")),
                    text_at(one, "/missing_since"), text_at(one, "/id")});
  }
  return with_more(table({"CASE", "STATUS", "CHILD", "MISSING SINCE", "ID"}, rows), list);
}

std::string view_timeline(const std::string& body) {
  const Json list = parse_json(body);
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : items_of(list)) {
    const std::string school = text_at(one, "/school");
    rows.push_back({minute_of(text_at(one, "/time")), text_at(one, "/type"),
                    school.empty() ? text_at(one, "/authority") : school, text_at(one, "/officer"),
                    text_at(one, "/data/reply/answer/outcome")});
  }
  return with_more(table({"TIME", "WHAT", "WHO", "OFFICER", ""}, rows), list);
}

std::string view_enquiry(const std::string& body) {
  const Json one = parse_json(body);
  std::string text = fields({{"Enquiry", text_at(one, "/id")},
                             {"Case", text_at(one, "/case_id")},
                             {"From", text_at(one, "/from")},
                             {"To", text_at(one, "/to")},
                             {"Child", child_in_words(member_of(one, "child"))},
                             {"Kind", text_at(one, "/kind")},
                             {"Priority", text_at(one, "/priority")},
                             {"Status", text_at(one, "/status")},
                             {"Answer due", text_at(one, "/due")},
                             {"Message", text_at(one, "/message")},
                             {"Information", text_at(one, "/information")}});
  for (const Json& reply : list_of(one, "replies")) {
    text += fields({{"Reply", text_at(reply, "/outcome") + ", " + minute_of(text_at(reply, "/time"))},
                    {"Where", place_in_words(member_of(reply, "location"))},
                    {"Note", text_at(reply, "/note")}});
  }
  return text;
}

std::string view_enquiries(const std::string& body) {
  const Json list = parse_json(body);
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : items_of(list)) {
    rows.push_back({text_at(one, "/from"), text_at(one, "/to"), text_at(one, "/status"), text_at(one, "/priority"),
                    text_at(one, "/due"), text_at(one, "/id")});
  }
  return with_more(table({"FROM", "TO", "STATUS", "PRIORITY", "DUE", "ID"}, rows), list);
}

std::string view_reply(const std::string& body) {
  const Json one = parse_json(body);
  return fields({{"Answered", text_at(one, "/outcome")},
                 {"Enquiry", text_at(one, "/enquiry_status")},
                 {"Case", text_at(one, "/case_status")},
                 {"Confirmation", text_at(one, "/confirmation_id")},
                 {"Your case", text_at(one, "/successor_case")}});
}

std::string view_confirmation(const std::string& body) {
  const Json one = parse_json(body);
  return fields({{"Confirmation", text_at(one, "/id")},
                 {"Outcome", text_at(one, "/outcome")},
                 {"State", text_at(one, "/state")},
                 {"Case", text_at(one, "/case_status")},
                 {"Your case", text_at(one, "/successor_case")}});
}

std::string view_looks(const std::string& body) {
  const Json list = parse_json(body);
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : items_of(list)) {
    const std::string school = text_at(one, "/school");
    rows.push_back({minute_of(text_at(one, "/time")), school.empty() ? text_at(one, "/authority") : school,
                    text_at(one, "/officer"), text_at(one, "/action"), text_at(one, "/position")});
  }
  if (rows.empty()) return "Nobody has looked.\n";
  return with_more(table({"TIME", "WHO", "OFFICER", "AT WHAT", "ENTRY"}, rows), list);
}

std::string view_removal(const std::string& body) {
  const Json one = parse_json(body);
  return fields({{"Removal from roll", text_at(one, "/status")},
                 {"Ground", text_at(one, "/ground")},
                 {"School", text_at(one, "/school")},
                 {"Removed on", text_at(one, "/removed_on")}});
}

std::string view_inbox(const std::string& body) {
  const Json list = parse_json(body);
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : items_of(list)) {
    rows.push_back({minute_of(text_at(one, "/time")), text_at(one, "/type"), text_at(one, "/sender"), gist_of(one),
                    text_at(one, "/id")});
  }
  std::string text = with_more(table({"TIME", "WHAT", "FROM", "", "ID"}, rows), list);
  const std::string lease = text_at(list, "/lease_id");
  if (!lease.empty()) text += "Lease " + lease + ": acknowledge with `waymark inbox ack --lease " + lease + " ID...`\n";
  return text;
}

std::string view_upload(const std::string& body) {
  const Json one = parse_json(body);
  return fields({{"Upload", text_at(one, "/id")},
                 {"File", text_at(one, "/filename")},
                 {"Kind", text_at(one, "/kind")},
                 {"Status", text_at(one, "/status")},
                 {"Received", text_at(one, "/received")},
                 {"Accepted", text_at(one, "/accepted")},
                 {"Rejected", text_at(one, "/rejected")},
                 {"Duplicates", text_at(one, "/duplicates")},
                 {"Matches", text_at(one, "/matches")}});
}

std::string view_row_errors(const std::string& body) {
  std::vector<std::vector<std::string>> rows;
  const Json list = parse_json(body);
  for (const Json& one : items_of(list)) {
    rows.push_back({text_at(one, "/row"), text_at(one, "/column"), text_at(one, "/code"), text_at(one, "/reason")});
  }
  return rows.empty() ? "" : with_more(table({"ROW", "COLUMN", "CODE", "WHY"}, rows), list);
}

std::string view_query(const std::string& body) {
  const Json answer = parse_json(body);
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : list_of(answer, "candidates")) {
    std::string agreeing;
    for (const Json& field : list_of(one, "evidence")) {
      const std::string agreement = text_at(field, "/agreement");
      if (agreement != "exact" && agreement != "close") continue;
      agreeing += (agreeing.empty() ? "" : ", ") + text_at(field, "/field") + (agreement == "close" ? " (close)" : "");
    }
    rows.push_back({text_at(one, "/authority"), text_at(one, "/band"), text_at(one, "/probability"), agreeing});
  }
  std::string contacts;
  for (const Json& one : list_of(answer, "contact_us")) contacts += " " + one.get<std::string>();
  if (!contacts.empty()) contacts = "These may know more, and tell it only on being asked:" + contacts + "\n";
  if (rows.empty() && contacts.empty()) return "No authority holds a record of this child that may be shown.\n";
  return (rows.empty() ? "" : table({"AUTHORITY", "BAND", "PROBABILITY", "WHAT AGREES"}, rows)) + contacts;
}

std::string view_nothing(const std::string&) {
  return "Done.\n";
}

}  // namespace broker::client
