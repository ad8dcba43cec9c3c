#include "broker/message/notice.h"

#include <algorithm>
#include <functional>

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

// `show` makes of each child what the reader may see of it.
template <typename Show>
ObjectWriter notice_words(const Notice& notice, const std::string& place, Show show) {
  ObjectWriter json;
  json.text("id", notice.id).text("from", notice.sender).text("to", notice.recipient);
  json.text("kind", text_of(notice.kind));
  json.list("children", notice.children, [&](const matcher::PupilRecord& child) { return child_text(show(child)); });
  json.put("expected_from", notice.expected_from).put("expected_until", notice.expected_until).put("place", place);
  json.put("contact", notice.contact).put("note", notice.note).put("sent_by", notice.sent_by);
  json.time("time", notice.time);
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
  const bool is_sender = viewer == notice.sender;
  const bool is_restricted =
      std::ranges::any_of(notice.children, [](const matcher::PupilRecord& child) { return child.address.restricted; });
  const auto show = [is_sender](const matcher::PupilRecord& child) {
    return is_sender ? child : shown_to_others(child);
  };
  ObjectWriter json = notice_words(notice, is_restricted && !is_sender ? "" : notice.place, show);
  json.text("status", text_of(notice.status)).put("ended", notice.ended);
  return json.number("version", 1).done();
}

std::string encode_notice_state(const Notice& notice) {
  return notice_words(notice, notice.place, std::identity()).done();
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

std::string encode_notice_expired(const Notice& notice, const std::vector<size_t>& not_met) {
  ObjectWriter json;
  json.text("notice_id", notice.id).text("to", notice.recipient).text("kind", text_of(notice.kind));
  json.put("expected_from", notice.expected_from).put("expected_until", notice.expected_until);
  json.list("not_met", not_met, [](size_t child) { return std::to_string(child); });
  return json.number("children", static_cast<int64_t>(notice.children.size())).done();
}

}  // namespace broker::message
