#include "broker/message/child_json.h"

#include "matcher/identifiers.h"

namespace broker::message {
namespace {

constexpr size_t list_items_max = 20;
constexpr size_t note_bytes_max = 4000;
constexpr size_t contact_bytes_max = 500;

// Calls `read(Reader&)` for each object of a list.
template <typename Read>
void read_objects(Reader& reader, const std::string& name, Read read) {
  const Json* items = reader.array(name, list_items_max);
  if (items == nullptr) return;
  for (size_t i = 0; i < items->size(); ++i) {
    Reader item((*items)[i], reader.pointer_to(name) + "/" + std::to_string(i), reader.errors());
    if (!(*items)[i].is_object()) continue;
    read(item);
    item.finish();
  }
}

std::string read_upn(Reader& reader, const std::string& name) {
  const std::string upn = matcher::cleaned_upn(reader.text(name));
  if (upn.empty()) return upn;
  switch (matcher::upn_kind(upn)) {
    case matcher::UpnKind::permanent:
    case matcher::UpnKind::temporary: break;
    case matcher::UpnKind::wrong_letter: reader.wrong(name, "the check letter does not belong to this number"); break;
    case matcher::UpnKind::malformed: reader.wrong(name, "is no UPN: a letter and twelve digits"); break;
  }
  return upn;
}

std::string read_laestab(Reader& reader, const std::string& name) {
  const std::string text = reader.text(name);
  if (text.empty()) return text;
  const auto laestab = matcher::parsed_laestab(text);
  if (!laestab) reader.wrong(name, "must be seven digits: the authority's three and the establishment's four");
  return laestab.value_or("");
}

std::string read_urn(Reader& reader, const std::string& name) {
  std::string urn = reader.text(name);
  if (!urn.empty() && !matcher::is_urn(urn)) reader.wrong(name, "must be six digits");
  return urn;
}

matcher::SchoolReference read_school(const Json& json, const std::string& pointer,
                                     std::vector<base::FieldError>& errors) {
  Reader reader(json, pointer, errors);
  matcher::SchoolReference school{read_laestab(reader, "laestab"), read_urn(reader, "urn"), reader.text("name")};
  reader.finish();
  return school;
}

std::string school_text(const matcher::SchoolReference& school) {
  return ObjectWriter().put("laestab", school.laestab).put("urn", school.urn).put("name", school.name).done();
}

std::string read_sex(Reader& reader) {
  const std::string sex = reader.text("sex");
  if (sex.empty() || sex == "M" || sex == "F") return sex;
  if (sex == "male" || sex == "Male" || sex == "m") return "M";
  if (sex == "female" || sex == "Female" || sex == "f") return "F";
  reader.wrong("sex", "must be M or F, or be left out");
  return {};
}

void read_names(Reader& reader, matcher::PupilRecord& child, NamesAre names) {
  child.surname = names == NamesAre::required ? reader.required_text("surname") : reader.text("surname");
  child.forename = names == NamesAre::required ? reader.required_text("forename") : reader.text("forename");
  child.middle_names = reader.text("middle_names");
  child.former_surname = reader.text("former_surname");
  child.former_forename = reader.text("former_forename");
  child.preferred_surname = reader.text("preferred_surname");
  child.preferred_forename = reader.text("preferred_forename");
}

}  // namespace

matcher::Address read_address(const Json& json, const std::string& pointer, std::vector<base::FieldError>& errors) {
  matcher::Address address;
  Reader reader(json, pointer, errors);
  address.lines = reader.texts("lines", 8);
  address.town = reader.text("town");
  address.postcode = reader.text("postcode", 10);
  if (!address.postcode.empty()) {
    const auto postcode = matcher::parsed_postcode(address.postcode);
    if (!postcode)
      reader.wrong("postcode", "can't be a postcode of the United Kingdom");
    else
      address.postcode = *postcode;
  }
  address.uprn = reader.text("uprn");
  if (!address.uprn.empty() && !matcher::is_uprn(address.uprn)) reader.wrong("uprn", "must be up to twelve digits");
  address.restricted = reader.boolean("restricted").value_or(false);
  reader.finish();
  return address;
}

std::string address_text(const matcher::Address& address) {
  ObjectWriter json;
  json.put("lines", address.lines).put("town", address.town).put("postcode", address.postcode);
  json.put("uprn", address.uprn);
  if (address.restricted) json.boolean("restricted", true);
  return json.done();
}

matcher::PupilRecord read_child(Reader& reader, NamesAre names) {
  matcher::PupilRecord child;
  child.upn = read_upn(reader, "upn");
  child.former_upns = reader.texts("former_upns", list_items_max, 20);
  for (size_t i = 0; i < child.former_upns.size(); ++i) {
    child.former_upns[i] = matcher::cleaned_upn(child.former_upns[i]);
    if (!matcher::is_valid_upn(child.former_upns[i])) {
      reader.errors().push_back({reader.pointer_to("former_upns") + "/" + std::to_string(i), "is no valid UPN"});
    }
  }
  child.uln = reader.text("uln");
  if (!child.uln.empty() && !matcher::is_valid_uln(child.uln)) reader.wrong("uln", "the check digit does not fit");
  read_objects(reader, "identifiers", [&](Reader& item) {
    child.identifiers.push_back({item.required_text("scheme"), item.required_text("value")});
  });
  read_names(reader, child, names);
  child.dob = reader.partial_date("dob");
  child.sex = read_sex(reader);
  if (const Json* address = reader.object("address")) {
    child.address = read_address(*address, reader.pointer_to("address"), reader.errors());
  }
  if (const Json* addresses = reader.array("previous_addresses", list_items_max)) {
    for (size_t i = 0; i < addresses->size(); ++i) {
      child.previous_addresses.push_back(read_address(
          (*addresses)[i], reader.pointer_to("previous_addresses") + "/" + std::to_string(i), reader.errors()));
    }
  }
  read_objects(reader, "guardians",
               [&](Reader& item) { child.guardians.push_back({item.required_text("name"), item.text("phone", 40)}); });
  read_objects(reader, "siblings", [&](Reader& item) {
    child.siblings.push_back(
        {item.text("forename"), item.text("surname"), item.partial_date("dob"), item.text("school")});
  });
  if (const Json* school = reader.object("school")) {
    child.school = read_school(*school, reader.pointer_to("school"), reader.errors());
  }
  child.la_code = reader.text("la_code", 3);
  child.year_group = reader.text("year_group", 10);
  child.leaving_date = reader.partial_date("leaving_date");
  child.start_date = reader.partial_date("start_date");
  return child;
}

std::string child_text(const matcher::PupilRecord& child) {
  ObjectWriter json;
  json.put("upn", child.upn).put("former_upns", child.former_upns).put("uln", child.uln);
  if (!child.identifiers.empty()) {
    json.list("identifiers", child.identifiers, [](const auto& one) {
      return ObjectWriter().text("scheme", one.scheme).text("value", one.value).done();
    });
  }
  json.text("surname", child.surname).text("forename", child.forename).put("middle_names", child.middle_names);
  json.put("former_surname", child.former_surname).put("former_forename", child.former_forename);
  json.put("preferred_surname", child.preferred_surname).put("preferred_forename", child.preferred_forename);
  json.put("dob", child.dob.text()).put("sex", child.sex);
  if (!child.address.is_empty() || child.address.restricted) json.json("address", address_text(child.address));
  if (!child.previous_addresses.empty()) json.list("previous_addresses", child.previous_addresses, address_text);
  if (!child.guardians.empty()) {
    json.list("guardians", child.guardians,
              [](const auto& one) { return ObjectWriter().text("name", one.name).put("phone", one.phone).done(); });
  }
  if (!child.siblings.empty()) {
    json.list("siblings", child.siblings, [](const auto& one) {
      ObjectWriter sibling;
      sibling.put("forename", one.forename).put("surname", one.surname).put("dob", one.dob.text());
      return sibling.put("school", one.school).done();
    });
  }
  if (!child.school.is_empty()) json.json("school", school_text(child.school));
  json.put("la_code", child.la_code).put("year_group", child.year_group);
  json.put("leaving_date", child.leaving_date.text()).put("start_date", child.start_date.text());
  return json.done();
}

domain::Location read_location(const Json& json, const std::string& pointer, std::vector<base::FieldError>& errors) {
  domain::Location location;
  Reader reader(json, pointer, errors);
  // The school as an object, or its numbers beside the dates: both are read.
  if (const Json* school = reader.object("school")) location.school = read_school(*school, pointer + "/school", errors);
  if (const std::string laestab = read_laestab(reader, "laestab"); !laestab.empty()) location.school.laestab = laestab;
  if (const std::string urn = read_urn(reader, "urn"); !urn.empty()) location.school.urn = urn;
  location.start_date = reader.date("start_date");
  location.living_in_area = reader.boolean("living_in_area");
  location.attending_since = reader.date("attending_since");
  location.written_confirmation = reader.boolean("written_confirmation");
  location.provider = reader.text("provider");
  if (const Json* address = reader.object("address")) {
    location.address = read_address(*address, pointer + "/address", errors);
  }
  reader.finish();
  return location;
}

std::string location_text(const domain::Location& location) {
  ObjectWriter json;
  if (!location.school.is_empty()) json.json("school", school_text(location.school));
  json.put("start_date", location.start_date).put("living_in_area", location.living_in_area);
  json.put("attending_since", location.attending_since).put("written_confirmation", location.written_confirmation);
  json.put("provider", location.provider);
  const bool has_address = !location.address.is_empty() || location.address.restricted;
  if (has_address) json.json("address", address_text(location.address));
  return json.done();
}

domain::Answer read_answer(Reader& reader) {
  domain::Answer answer;
  answer.outcome = reader.required_choice<domain::Outcome>("outcome").value_or(domain::Outcome::not_located);
  if (const Json* location = reader.object("location")) {
    answer.location = read_location(*location, reader.pointer_to("location"), reader.errors());
  }
  answer.checks = reader.texts("checks", 50, 500);
  answer.next_date = reader.date("next_date");
  // An authority's three digits or a country in words; or an object that says which.
  domain::MovedTo moved_to;
  if (const Json* place = reader.any("moved_to"); place != nullptr && place->is_object()) {
    Reader members(*place, reader.pointer_to("moved_to"), reader.errors());
    moved_to = {members.text("authority", 3), members.text("country")};
    members.finish();
  } else {
    const std::string text = reader.text("moved_to");
    (matcher::is_la_code(text) ? moved_to.authority : moved_to.country) = text;
  }
  // A place without a name is none.
  if (moved_to != domain::MovedTo{}) answer.moved_to = moved_to;
  if (const Json* contact = reader.any("contact"); contact != nullptr && contact->is_object()) {
    Reader person(*contact, reader.pointer_to("contact"), reader.errors());
    for (const char* part : {"name", "phone", "email"}) {
      const std::string text = person.text(part);
      if (!text.empty()) answer.contact += (answer.contact.empty() ? "" : ", ") + text;
    }
    person.finish();
    if (answer.contact.size() > contact_bytes_max) {
      reader.wrong("contact", "is longer than " + std::to_string(contact_bytes_max) + " bytes");
    }
  } else {
    answer.contact = reader.text("contact", contact_bytes_max);
  }
  answer.note = reader.text("note", note_bytes_max);
  return answer;
}

void put_answer(ObjectWriter& json, const domain::Answer& answer) {
  json.text("outcome", domain::text_of(answer.outcome));
  if (answer.location) json.json("location", location_text(*answer.location));
  json.put("checks", answer.checks).put("next_date", answer.next_date);
  if (answer.moved_to) {
    ObjectWriter place;
    place.put("authority", answer.moved_to->authority).put("country", answer.moved_to->country);
    json.json("moved_to", place.done());
  }
  json.put("contact", answer.contact).put("note", answer.note);
}

void hide_restricted_location(Json& statement) {
  if (!statement.contains("location")) return;
  Json& location = statement["location"];
  if (!location.contains("address") || !location["address"].value("restricted", false)) return;
  location.erase("school");
  location.erase("provider");
  location["address"] = {{"restricted", true}};
}

std::string without_restricted_location(std::string statement) {
  // Within a text the marks would have a backslash.
  if (statement.find(R"("restricted":true)") == std::string::npos) return statement;
  Json json = parse_own(statement);
  hide_restricted_location(json);
  return dump(json);
}

}  // namespace broker::message
