#include "broker/message/match.h"

#include <cmath>

#include "broker/domain/case.h"
#include "broker/message/child_json.h"

namespace broker::message {
namespace {

using namespace domain;

// Figures as people read them, alike after a round trip through any JSON reader. A whole one is written without a
// point, since the canonical form that is signed (RFC 8785) has none.
Json rounded(double value, double per_unit) {
  const double units = std::round(value * per_unit);
  if (std::fmod(units, per_unit) == 0) return static_cast<int64_t>(units / per_unit);
  return units / per_unit;
}
constexpr double hundredths = 100;
constexpr double ten_thousandths = 10'000;

enum class Weights { exact, shown, left_out };

Json evidence_json(const std::vector<Evidence>& evidence, Weights weights) {
  Json list = Json::array();
  for (const Evidence& one : evidence) {
    Json item = {{"field", one.field}, {"agreement", one.agreement}};
    if (weights == Weights::exact) item["weight"] = one.weight;
    if (weights == Weights::shown) item["weight"] = rounded(one.weight, hundredths);
    put(item, "words", one.words);
    list.push_back(std::move(item));
  }
  return list;
}

Json side_json(const MatchSide& side) {
  Json json = {{"authority", side.authority}, {"kind", text_of(side.kind)}};
  put(json, "school", side.school);
  if (side.record_key != 0) json["record_key"] = side.record_key;
  put(json, "case_id", side.case_id);
  put(json, "upload_id", side.upload_id);
  if (side.row != 0) json["row"] = side.row;
  return json;
}

MatchSide side_from(const Json& json) {
  return MatchSide{.authority = json.value("authority", ""),
                   .school = json.value("school", ""),
                   .kind = *parse_name<RecordKind>(json.value("kind", "lost")),
                   .record_key = json.value("record_key", int64_t{0}),
                   .case_id = json.value("case_id", ""),
                   .upload_id = json.value("upload_id", ""),
                   .row = json.value("row", int64_t{0})};
}

Json decision_json(const MatchDecision& decision) {
  Json json = {{"decision", decision.is_accepted ? "accept" : "reject"}};
  put(json, "reason", decision.reason);
  json["by"] = decision.by.authority;
  put(json, "officer", decision.by.officer);
  json["time"] = base::format_time(decision.time);
  return json;
}

MatchDecision decision_from(const Json& json) {
  return {json.value("decision", "") == "accept",
          json.value("reason", ""),
          {json.value("by", ""), json.value("officer", ""), ""},
          *base::parse_time(json.value("time", ""))};
}

}  // namespace

std::string encode_match_state(const Match& match) {
  Json json = {{"id", match.id}, {"status", text_of(match.status)}};
  json["seeker"] = side_json(match.seeker);
  json["holder"] = side_json(match.holder);
  json["probability"] = match.probability;
  json["weight"] = match.weight;
  json["band"] = text_of(match.band);
  json["evidence"] = evidence_json(match.evidence, Weights::exact);
  json["model"] = match.model;
  json["found"] = base::format_time(match.found);
  if (match.first_view) json["first_view"] = decision_json(*match.first_view);
  if (match.is_disagreed) json["is_disagreed"] = true;
  if (match.decision) json["decision"] = decision_json(*match.decision);
  json["version"] = match.version;
  return dump(json);
}

Match decode_match_state(std::string_view text) {
  const Json json = parse_own(text);
  Match match{.id = json.at("id"),
              .status = *parse_name<MatchStatus>(json.value("status", "")),
              .seeker = side_from(json.at("seeker")),
              .holder = side_from(json.at("holder")),
              .probability = json.at("probability"),
              .weight = json.at("weight"),
              .band = *parse_name<MatchBand>(json.value("band", "")),
              .model = json.value("model", ""),
              .found = *base::parse_time(json.value("found", "")),
              .version = json.at("version")};
  for (const Json& one : json.at("evidence")) {
    match.evidence.push_back(
        {one.value("field", ""), one.value("agreement", ""), one.value("weight", 0.0), one.value("words", "")});
  }
  if (json.contains("first_view")) match.first_view = decision_from(json.at("first_view"));
  match.is_disagreed = json.value("is_disagreed", false);
  if (json.contains("decision")) match.decision = decision_from(json.at("decision"));
  return match;
}

std::string encode_match(const Match& match, const std::string& viewer,
                         const std::optional<matcher::PupilRecord>& seeker_child,
                         const std::optional<matcher::PupilRecord>& holder_child) {
  const bool is_holder = viewer == match.holder.authority;
  // Of the other side: who it is and why it holds the record; its own numbers stay with it.
  Json seeker = {{"authority", match.seeker.authority}, {"kind", text_of(match.seeker.kind)}};
  Json holder = {{"authority", match.holder.authority}, {"kind", text_of(match.holder.kind)}};
  Json& own = is_holder ? holder : seeker;
  own = side_json(is_holder ? match.holder : match.seeker);
  own.erase("record_key");
  // The case that the holder would confirm on is named to it; so is the holder's answer's target.
  if (is_holder) put(seeker, "case_id", match.seeker.case_id);
  ObjectWriter json;
  json.text("id", match.id).text("status", text_of(match.status));
  json.json("seeker", dump(seeker)).json("holder", dump(holder));
  json.json("probability", dump(rounded(match.probability, ten_thousandths)));
  json.json("weight", dump(rounded(match.weight, hundredths))).text("band", text_of(match.band));
  json.json("evidence", dump(evidence_json(match.evidence, Weights::shown)));
  json.text("model", match.model).time("found", match.found);
  const auto& mine = is_holder ? holder_child : seeker_child;
  if (mine) json.json("mine", child_text(*mine));
  if (is_holder && seeker_child) {
    const bool is_own = match.seeker.authority == viewer;
    json.json("theirs", child_text(is_own ? *seeker_child : shown_to_others(*seeker_child)));
  }
  if (match.decision) json.json("decision", dump(decision_json(*match.decision)));
  if (is_holder) {
    json.boolean("takes_two_officers", !domain::strong_difference(match).empty());
    json.boolean("waits_for_second", !match.decision && match.first_view.has_value());
  }
  return json.number("version", match.version).done();
}

base::Result<DecisionRequest> decode_decision(std::string_view body) {
  return decode(body, [](Reader& reader) {
    DecisionRequest request;
    const std::string decision = reader.required_text("decision", 20);
    if (decision != "accept" && decision != "reject" && !decision.empty()) {
      reader.wrong("decision", "must be accept or reject");
    }
    request.is_accepted = decision == "accept";
    request.reason = reader.text("reason", 4000);
    return request;
  });
}

base::Result<QueryRequest> decode_query(std::string_view body) {
  auto json = parse_object(body);
  if (!json) return base::refuse(std::move(json.error()));
  std::vector<base::FieldError> errors;
  Reader reader(*json, "", errors);
  QueryRequest request;
  bool is_narrow = false;
  reader.require("child");
  if (const Json* child = reader.object("child")) {
    Reader members(*child, "/child", errors);
    request.child = read_child(members, NamesAre::optional);
    members.finish();
    const bool has_name = !request.child.surname.empty() || !request.child.forename.empty();
    is_narrow = !request.child.upn.empty() || (has_name && request.child.dob.is_known());
  }
  request.purpose = reader.required_text("purpose", 500);
  reader.finish();
  if (!errors.empty()) return base::refuse(base::invalid(std::move(errors)));
  if (!is_narrow) {
    return base::refuse(
        base::problem(base::ProblemType::query_too_broad,
                      "Give a UPN, or a name and a date of birth: anything less fits too many children."));
  }
  return request;
}

std::string encode_query_answer(const QueryAnswer& answer) {
  Json json = {{"id", answer.id}, {"candidates", Json::array()}};
  for (const QueryCandidate& one : answer.candidates) {
    json["candidates"].push_back({{"authority", one.authority},
                                  {"probability", rounded(one.probability, ten_thousandths)},
                                  {"band", text_of(one.band)},
                                  {"evidence", evidence_json(one.evidence, Weights::left_out)},
                                  {"match_id", one.match_id}});
  }
  if (!answer.contact_us.empty()) json["contact_us"] = answer.contact_us;
  return dump(json);
}

std::set<std::string> decode_contact_us(std::string_view answer) {
  return parse_own(answer).value("contact_us", std::set<std::string>());
}

std::string encode_match_decided(const Match& match) {
  Json json = {{"match_id", match.id}, {"status", text_of(match.status)}, {"holder", match.holder.authority}};
  put(json, "case_id", match.seeker.case_id);
  if (match.decision) json["decision"] = match.decision->is_accepted ? "accept" : "reject";
  return dump(json);
}

std::string encode_record_found(const Match& match, const std::string& purpose, const std::string& officer) {
  Json json = {{"query_id", match.seeker.upload_id}, {"by", match.seeker.authority}, {"purpose", purpose}};
  put(json, "officer", officer);
  put(json, "match_id", match.id);
  if (match.id.empty()) json["restricted"] = true;
  json["kind"] = text_of(match.holder.kind);
  put(json, "upload_id", match.holder.upload_id);
  if (match.holder.row != 0) json["row"] = match.holder.row;
  return dump(json);
}

}  // namespace broker::message
