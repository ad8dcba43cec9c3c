// Everything held about one child, in one answer, for whoever answers a subject access request.
#include "broker/message/subject_access.h"

#include <iterator>

#include "broker/api/handlers.h"
#include "broker/delivery/transfer_steps.h"
#include "broker/message/enquiry.h"
#include "broker/message/match.h"
#include "broker/message/notice.h"
#include "broker/message/resource.h"
#include "broker/store/subject_access.h"
#include "broker/store/transfers.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;
using matcher::PupilRecord;
using message::ObjectWriter;
using store::NamingChild;

constexpr int64_t page_rows = 500;

std::string rating_json(const store::AgreedRating& rating) {
  ObjectWriter json;
  json.text("rating", domain::text_of(rating.rating)).put("officer", rating.officer);
  return json.time("agreed", rating.agreed).done();
}

// `rating` is what the register says of it, empty where it says nothing.
boost::asio::awaitable<std::string> case_json(Services& services, store::Viewer viewer, domain::Case record,
                                              std::string rating) {
  std::vector<std::string> timeline;
  store::Page page{.after = "", .limit = page_rows};
  bool has_more = true;
  while (has_more) {
    const auto list = co_await store::list_timeline(services.pool, viewer, record.id, page);
    for (const message::TimelineItem& item : list.items) timeline.push_back(message::encode_timeline_item(item));
    page.after = list.next;
    has_more = !list.next.empty();
  }
  ObjectWriter json;
  json.json("case", shown_case(services, record)).json("timeline", message::encode_items(timeline));
  if (!rating.empty()) json.json("rating", rating);
  co_return json.done();
}

boost::asio::awaitable<std::vector<std::string>> enquiries_json(Services& services, store::Viewer viewer,
                                                                std::string case_id) {
  std::vector<std::string> items;
  store::Page page{.after = "", .limit = page_rows};
  store::EnquiryFilter filter;
  filter.case_id = std::move(case_id);
  bool has_more = true;
  while (has_more) {
    const auto list = co_await store::list_enquiries(services.pool, viewer, filter, page);
    for (const store::StoredEnquiry& one : list.items) {
      items.push_back(message::encode_enquiry(one.enquiry, one.record, one.delivered, viewer.authority));
    }
    page.after = list.next;
    has_more = !list.next.empty();
  }
  co_return items;
}

std::string row_json(const store::HeldFileRow& held) {
  ObjectWriter json;
  json.text("kind", domain::text_of(held.side.kind)).text("upload_id", held.side.upload_id);
  json.text("filename", held.filename).number("row", held.side.row);
  json.put("school", held.side.school).put("officer", held.officer).time("uploaded", held.uploaded);
  return json.json("child", message::encode_child(held.pupil)).done();
}

// Without its text, in which other people may stand: the errors of the upload give it.
std::string refused_json(const store::RefusedRow& refused) {
  ObjectWriter json;
  json.text("upload_id", refused.upload_id).text("filename", refused.filename).put("file", refused.error.member);
  json.number("row", refused.error.row).put("officer", refused.officer).time("uploaded", refused.uploaded);
  json.text("column", refused.error.column).text("code", refused.error.code);
  return json.text("reason", refused.error.reason).done();
}

std::string query_json(const store::AskedQuery& one) {
  ObjectWriter json;
  json.text("id", one.query.id).time("time", one.time).put("officer", one.query.by.officer);
  return json.text("purpose", one.query.purpose).json("child", message::encode_child(one.query.child)).done();
}

std::string message_json(const store::MessageLine& one) {
  ObjectWriter json;
  json.text("id", one.id).text("type", one.type).time("time", one.time);
  return json.text("sender", one.sender).text("recipient", one.recipient).text("case_id", one.case_id).done();
}

// The parts of the answer that several round trips read.
struct Parts {
  std::vector<std::string> cases, enquiries, transfers;
  store::HangingOnChild hanging;
};

boost::asio::awaitable<Parts> read_parts(Services& services, store::Viewer viewer, const NamingChild& naming) {
  Parts parts;
  parts.hanging = co_await store::find_hanging(services.pool, viewer, naming);
  for (const domain::Case& record : naming.cases) {
    if (record.owner == viewer.authority) {
      const auto rating = parts.hanging.ratings.find(record.id);
      std::string rated = rating == parts.hanging.ratings.end() ? "" : rating_json(rating->second);
      std::string own = co_await case_json(services, viewer, record, std::move(rated));
      parts.cases.push_back(std::move(own));
    }
    std::vector<std::string> enquiries = co_await enquiries_json(services, viewer, record.id);
    std::move(enquiries.begin(), enquiries.end(), std::back_inserter(parts.enquiries));
  }
  for (const std::string& id : parts.hanging.transfers) {
    const auto transfer = co_await store::find_transfer(services.pool, viewer, id);
    if (transfer) parts.transfers.push_back(delivery::encode_transfer(*transfer, viewer.inbox()));
  }
  co_return parts;
}

store::Look look_of(const std::string& subject, const NamingChild& naming, const store::HangingOnChild& hanging) {
  store::Look look{.action = "look.subject_access", .subject = subject};
  for (const domain::Case& record : naming.cases) look.children.insert({record.id, "", 0});
  for (const store::HeldFileRow& row : naming.rows) look.children.insert(store::seen_child(row.side));
  for (const domain::Match& match : hanging.matches) look.shown.push_back(match.id);
  return look;
}

std::string answer_json(const Call& call, base::Time now, const NamingChild& naming, const Parts& parts) {
  const std::string& viewer = call.viewer.authority;
  ObjectWriter json;
  json.text("authority", viewer).time("time", now).json("child", message::encode_child(naming.child));
  json.json("cases", message::encode_items(parts.cases)).json("enquiries", message::encode_items(parts.enquiries));
  json.list("file_rows", naming.rows, row_json).list("refused_rows", naming.refused, refused_json);
  json.list("queries", naming.queries, query_json);
  json.list("notices", naming.notices,
            [&viewer](const message::Notice& notice) { return message::encode_notice(notice, viewer); });
  json.list("matches", parts.hanging.matches, [&viewer](const domain::Match& match) {
    return message::encode_match(match, viewer, std::nullopt, std::nullopt);
  });
  json.json("transfers", message::encode_items(parts.transfers));
  json.list("messages", parts.hanging.messages, message_json).list("looks", parts.hanging.looks, encode_look);
  return message::for_giving_out(json.done());
}

Reply give_all(Services& services, Call call, PupilRecord child, std::string subject) {
  const NamingChild naming = co_await store::find_naming(services.pool, call.viewer, std::move(child));
  if (naming.is_too_much || naming.is_of_several) {
    co_return refuse(problem(ProblemType::query_too_broad,
                             naming.is_too_much
                                 ? "Too much is held under this date of birth to look through. Give the UPN alone."
                                 : "Children with different UPNs have this name and date of birth. Give the UPN."));
  }
  const Parts parts = co_await read_parts(services, call.viewer, naming);
  Answer answer = json_answer(200, answer_json(call, services.clock.now(), naming, parts));
  store::Look look = look_of(subject, naming, parts.hanging);
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

}  // namespace

Reply subject_access_of_case(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"case_id"})) co_return refuse(std::move(*refusal));
  const std::string* id = call.request.query_value("case_id");
  if (id == nullptr || !base::is_id(*id)) {
    co_return refuse(
        base::invalid_field("/case_id", "must be the id of a case of yours; where there is none, POST the child"));
  }
  const std::string case_id = *id;
  const auto record = co_await store::find_case(services.pool, call.viewer, case_id);
  if (!record || record->owner != call.actor.authority) co_return refuse(base::not_found());
  Result<Answer> answer = co_await give_all(services, std::move(call), record->child, case_id);
  co_return answer;
}

Reply subject_access_of_child(Services& services, Call call) {
  auto child = message::decode_subject(call.request.body);
  if (!child) co_return refuse(std::move(child.error()));
  Result<Answer> answer = co_await give_all(services, std::move(call), std::move(*child), "");
  co_return answer;
}

}  // namespace broker::api
