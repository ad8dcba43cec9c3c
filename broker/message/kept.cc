#include "broker/message/kept.h"

namespace broker::message {
namespace {

using Texts = std::vector<std::string>;

matcher::PartialDate partial_date_in(const Json& json, const char* name) {
  return matcher::parse_partial_date(string_in(json, name)).value_or(matcher::PartialDate{});
}

std::optional<bool> boolean_in(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() ? std::nullopt : std::optional<bool>(found->get<bool>());
}

// Calls `take(const Json&)` for each item of a list, none where there is no such member.
template <typename Take>
void each_in(const Json& json, const char* name, Take take) {
  const auto found = json.find(name);
  if (found == json.end()) return;
  for (const Json& one : *found) take(one);
}

matcher::SchoolReference kept_school(const Json& json) {
  return {string_in(json, "laestab"), string_in(json, "urn"), string_in(json, "name")};
}

}  // namespace

std::string string_in(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() ? std::string() : found->get<std::string>();
}

std::optional<base::Date> date_in(const Json& json, const char* name) {
  const std::string text = string_in(json, name);
  return text.empty() ? std::nullopt : base::parse_date(text);
}

matcher::Address kept_address(const Json& json) {
  return {.lines = json.value("lines", Texts()),
          .town = string_in(json, "town"),
          .postcode = string_in(json, "postcode"),
          .uprn = string_in(json, "uprn"),
          .restricted = json.value("restricted", false)};
}

matcher::PupilRecord kept_pupil(const Json& json) {
  matcher::PupilRecord child;
  child.upn = string_in(json, "upn");
  child.former_upns = json.value("former_upns", Texts());
  child.uln = string_in(json, "uln");
  each_in(json, "identifiers",
          [&](const Json& one) { child.identifiers.push_back({string_in(one, "scheme"), string_in(one, "value")}); });
  child.surname = string_in(json, "surname");
  child.forename = string_in(json, "forename");
  child.middle_names = string_in(json, "middle_names");
  child.former_surname = string_in(json, "former_surname");
  child.former_forename = string_in(json, "former_forename");
  child.preferred_surname = string_in(json, "preferred_surname");
  child.preferred_forename = string_in(json, "preferred_forename");
  child.dob = partial_date_in(json, "dob");
  child.sex = string_in(json, "sex");
  if (json.contains("address")) child.address = kept_address(json.at("address"));
  each_in(json, "previous_addresses", [&](const Json& one) { child.previous_addresses.push_back(kept_address(one)); });
  each_in(json, "guardians",
          [&](const Json& one) { child.guardians.push_back({string_in(one, "name"), string_in(one, "phone")}); });
  each_in(json, "siblings", [&](const Json& one) {
    child.siblings.push_back(
        {string_in(one, "forename"), string_in(one, "surname"), partial_date_in(one, "dob"), string_in(one, "school")});
  });
  if (json.contains("school")) child.school = kept_school(json.at("school"));
  child.la_code = string_in(json, "la_code");
  child.year_group = string_in(json, "year_group");
  child.leaving_date = partial_date_in(json, "leaving_date");
  child.start_date = partial_date_in(json, "start_date");
  return child;
}

domain::Location kept_location(const Json& json) {
  domain::Location location;
  if (json.contains("school")) location.school = kept_school(json.at("school"));
  location.start_date = date_in(json, "start_date");
  location.living_in_area = boolean_in(json, "living_in_area");
  location.attending_since = date_in(json, "attending_since");
  location.written_confirmation = boolean_in(json, "written_confirmation");
  location.provider = string_in(json, "provider");
  if (json.contains("address")) location.address = kept_address(json.at("address"));
  return location;
}

domain::Answer kept_answer(const Json& json) {
  domain::Answer answer;
  answer.outcome = choice_in<domain::Outcome>(json, "outcome");
  if (json.contains("location")) answer.location = kept_location(json.at("location"));
  answer.checks = json.value("checks", Texts());
  answer.next_date = date_in(json, "next_date");
  if (const auto place = json.find("moved_to"); place != json.end()) {
    answer.moved_to = domain::MovedTo{string_in(*place, "authority"), string_in(*place, "country")};
  }
  answer.contact = string_in(json, "contact");
  answer.note = string_in(json, "note");
  return answer;
}

}  // namespace broker::message
