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
};

// Without id, sender, sent_by and time.
base::Result<Notice> decode_notice(std::string_view body);

// As one of its two parties sees it. Of a restricted child the recipient learns no address, school or telephone, and
// of its family no place.
std::string encode_notice(const Notice& notice, const std::string& viewer);

std::string encode_notice_state(const Notice& notice);
Notice decode_notice_state(std::string_view text);

}  // namespace broker::message

namespace broker::domain {

template <>
struct Names<message::NoticeKind> {
  static constexpr NameTable<message::NoticeKind, 2> table = {
      {{message::NoticeKind::movement, "movement"}, {message::NoticeKind::planned_move, "planned_move"}}};
};

}  // namespace broker::domain
