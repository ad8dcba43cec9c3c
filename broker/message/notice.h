// A notice from one authority to another: a family is expected to arrive there, as travellers do or because it told so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"
#include "broker/base/time.h"
#include "broker/domain/names.h"
#include "matcher/pupil_record.h"

namespace broker::message {

enum class NoticeKind {
  movement,      // a family that travels
  planned_move,  // a family that has said where it is moving to
};

// What had come of it on the morning after the last day on which the family was expected; `expected` until then.
enum class NoticeStatus {
  expected,
  met,      // an arrival was found for each child
  expired,  // not for all of them: its sender was told
};

struct Notice {
  std::string id;
  std::string sender;
  std::string recipient;
  NoticeKind kind = NoticeKind::movement;
  std::vector<matcher::PupilRecord> children;
  std::optional<base::Date> expected_from;
  std::optional<base::Date> expected_until;
  std::string place;    // where in the area, in the sender's words: a site, a street
  std::string contact;  // at the sender
  std::string note;
  std::string sent_by;  // officer
  base::Time time;
  NoticeStatus status = NoticeStatus::expected;
  std::optional<base::Time> ended;
};

// Without id, sender, sent_by, time and what has come of it.
base::Result<Notice> decode_notice(std::string_view body);

// As one of its two parties sees it. Of a restricted child the recipient learns no address, school or telephone, and
// of its family no place.
std::string encode_notice(const Notice& notice, const std::string& viewer);

// What was sent, without what has come of it, which the store keeps beside it.
std::string encode_notice_state(const Notice& notice);
Notice decode_notice_state(std::string_view text);

// The data of `notice.expired`: which of its children, counted from 1, no arrival was found for.
std::string encode_notice_expired(const Notice& notice, const std::vector<size_t>& not_met);

}  // namespace broker::message

namespace broker::domain {

template <>
struct Names<message::NoticeKind> {
  static constexpr NameTable<message::NoticeKind, 2> table = {
      {{message::NoticeKind::movement, "movement"}, {message::NoticeKind::planned_move, "planned_move"}}};
};

template <>
struct Names<message::NoticeStatus> {
  static constexpr NameTable<message::NoticeStatus, 3> table = {{{message::NoticeStatus::expected, "expected"},
                                                                 {message::NoticeStatus::met, "met"},
                                                                 {message::NoticeStatus::expired, "expired"}}};
};

}  // namespace broker::domain
