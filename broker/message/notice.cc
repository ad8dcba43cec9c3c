#include "broker/message/notice.h"

#include <algorithm>

#include "broker/domain/case.h"
#include "broker/message/child_json.h"
#include "broker/message/kept.h"

namespace broker::message {
namespace {

using domain::shown_to_others;
using domain::text_of;

constexpr size_t children_max = 20;

std::vector<matcher::PupilRecord> read_children(Reader& reader) {
  std::vector<matcher::PupilRecord> children;
  reader.require("children");
  const Json* list = reader.array("children", children_max);
  if (list == nullptr) return children;
  if (list->empty()) reader.wrong("children", "name at least one child");
  for (size_t i = 0; i < list->size(); ++i) {
    const std::string pointer = reader.pointer_to("children") + "/" + std::to_string(i);
    if (!(*list)[i].is_object()) {
      reader.errors().push_back({pointer, "must be an object"});
      continue;
    }
    Reader members((*list)[i], pointer, reader.errors());
    children.push_back(read_child(members, NamesAre::required));
    members.finish();
  }
  return children;
}

Json notice_json(const Notice& notice) {
  Json json = {{"id", notice.id}, {"from", notice.sender}, {"to", notice.recipient}, {"kind", text_of(notice.kind)}};
  json["children"] = Json::array();
  put_date(json, "expected_from", notice.expected_from);
  put_date(json, "expected_until", notice.expected_until);
  put(json, "place", notice.place);
  put(json, "contact", notice.contact);
  put(json, "note", notice.note);
  put(json, "sent_by", notice.sent_by);
  json["time"] = base::format_time(notice.time);
  return json;
}

}  // namespace

base::Result<Notice> decode_notice(std::string_view body) {
  return decode(body, [](Reader& reader) {
    Notice notice;
    notice.recipient = reader.required_text("to", 3);
    notice.kind = reader.choice<NoticeKind>("kind").value_or(NoticeKind::movement);
    notice.children = read_children(reader);
    notice.expected_from = reader.date("expected_from");
    notice.expected_until = reader.date("expected_until");
    notice.place = reader.text("place", 500);
    notice.contact = reader.text("contact", 500);
    notice.note = reader.text("note", 4000);
    const bool is_backwards =
        notice.expected_from && notice.expected_until && *notice.expected_until < *notice.expected_from;
    if (is_backwards) reader.wrong("expected_until", "is before expected_from");
    return notice;
  });
}

std::string encode_notice(const Notice& notice, const std::string& viewer) {
  Json json = notice_json(notice);
  const bool is_sender = viewer == notice.sender;
  const bool is_restricted =
      std::ranges::any_of(notice.children, [](const matcher::PupilRecord& child) { return child.address.restricted; });
  if (is_restricted && !is_sender) json.erase("place");
  for (const matcher::PupilRecord& child : notice.children) {
    json["children"].push_back(child_json(is_sender ? child : shown_to_others(child)));
  }
  json["version"] = 1;
  return dump(json);
}

std::string encode_notice_state(const Notice& notice) {
  Json json = notice_json(notice);
  for (const matcher::PupilRecord& child : notice.children) json["children"].push_back(child_json(child));
  return dump(json);
}

Notice decode_notice_state(std::string_view text) {
  const Json json = parse_own(text);
  Notice notice;
  notice.id = string_in(json, "id");
  notice.sender = string_in(json, "from");
  notice.recipient = string_in(json, "to");
  notice.kind = choice_in<NoticeKind>(json, "kind");
  for (const Json& child : json.at("children")) notice.children.push_back(kept_pupil(child));
  notice.expected_from = date_in(json, "expected_from");
  notice.expected_until = date_in(json, "expected_until");
  notice.place = string_in(json, "place");
  notice.contact = string_in(json, "contact");
  notice.note = string_in(json, "note");
  notice.sent_by = string_in(json, "sent_by");
  const auto time = base::parse_time(string_in(json, "time"));
  base::ensure(time.has_value());
  notice.time = *time;
  return notice;
}

}  // namespace broker::message
