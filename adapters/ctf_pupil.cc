#include "adapters/ctf_pupil.h"

#include <algorithm>
#include <initializer_list>
#include <map>

#include "broker/base/text.h"
#include "broker/domain/reference/directory.h"
#include "matcher/identifiers.h"

namespace adapters {
namespace {

using matcher::PartialDate;
using pugi::xml_node;

class PupilReader {
 public:
  PupilReader(const xml_node& pupil, size_t row, const CtfHeader& header, CtfKind kind)
      : pupil_(pupil), details_(pupil.child("BasicDetails")), header_(header), kind_(kind) {
    result_.row = row;
  }

  CtfPupil read() {
    read_identifiers();
    read_names();
    record().dob = identity_date("DOB");
    read_sex();
    record().year_group = identity("NCyearActual");
    read_address();
    read_contacts();
    read_school();
    record().la_code = header_.source.kind() == PartyKind::school || header_.source.kind() == PartyKind::authority
                           ? header_.source.lea
                           : std::string();
    const bool has_name = !record().surname.empty() || !record().forename.empty();
    if (!has_name && record().upn.empty()) {
      result_.is_refused = true;
      report("", row_code::no_identity, "The pupil has neither a name nor a UPN.");
    }
    return std::move(result_);
  }

 private:
  matcher::PupilRecord& record() { return result_.record; }

  void report(std::string column, std::string_view code, std::string reason) {
    result_.errors.push_back({result_.row, std::move(column), std::string(code), std::move(reason)});
  }

  // A value for the record; reported and left out when it is longer than any such value is.
  std::string value(const xml_node& element, const std::string& column) {
    auto text = element_text(element);
    if (text.size() <= ctf_field_bytes_max) return text;
    report(column, row_code::too_long, "The value is longer than " + std::to_string(ctf_field_bytes_max) + " bytes.");
    return {};
  }

  std::string child_value(const xml_node& parent, const std::string& path, const char* name) {
    return value(parent.child(name), path + "/" + name);
  }

  // Identity stands directly in the pupil or in BasicDetails; suppliers differ.
  std::string identity(const char* name) {
    auto text = value(pupil_.child(name), name);
    return text.empty() ? value(details_.child(name), std::string("BasicDetails/") + name) : text;
  }

  PartialDate parsed_date(std::string_view text, const std::string& column) {
    if (text.empty()) return {};
    const auto date = matcher::parse_partial_date(text.substr(0, text.find('T')));
    if (date) return *date;
    report(column, row_code::bad_date, "This is no date of the calendar; write it as YYYY-MM-DD.");
    return {};
  }

  PartialDate identity_date(const char* name) { return parsed_date(identity(name), name); }

  // The UPN as it is kept: one with a wrong check letter too, since the matcher can find what it was meant to be.
  std::string checked_upn(std::string_view text, const std::string& column) {
    if (text.empty()) return {};
    auto upn = matcher::cleaned_upn(text);
    switch (matcher::upn_kind(upn)) {
      case matcher::UpnKind::malformed:
        report(column, row_code::bad_upn, "A UPN is a letter, eleven digits, and a digit or a letter.");
        return {};
      case matcher::UpnKind::wrong_letter:
        report(column, row_code::upn_check_letter,
               "The check letter of the UPN does not fit its digits: one character is wrong. Copy it again.");
        break;
      case matcher::UpnKind::permanent:
      case matcher::UpnKind::temporary:
        if (!broker::domain::reference::is_known_la_code(std::string_view(upn).substr(1, 3))) {
          report(column, row_code::upn_unknown_authority, "No authority has or had the code inside this UPN.");
        }
    }
    return upn;
  }

  void read_identifiers() {
    record().upn = checked_upn(identity("UPN"), "UPN");
    for (const auto& parent : {details_, pupil_}) {
      for (const auto& element : parent.children("FormerUPN")) {
        if (record().former_upns.size() == ctf_repeats_max) {
          report("FormerUPN", row_code::too_many, "Only the first of these are read.");
          break;
        }
        auto upn = checked_upn(value(element, "FormerUPN"), "FormerUPN");
        if (!upn.empty() && std::ranges::count(record().former_upns, upn) == 0) record().former_upns.push_back(upn);
      }
    }
    record().uln = identity("UniqueLearnerNumber");
    if (!record().uln.empty() && !matcher::is_valid_uln(record().uln)) {
      report("UniqueLearnerNumber", row_code::bad_uln, "A ULN has ten digits, of which the last is a check digit.");
      record().uln.clear();
    }
  }

  void read_names() {
    record().surname = identity("Surname");
    record().forename = identity("Forename");
    record().middle_names = identity("MiddleNames");
    record().former_surname = identity("FormerSurname");
    record().former_forename = identity("FormerForename");
    record().preferred_surname = identity("PreferredSurname");
    record().preferred_forename = identity("PreferredForename");
  }

  // `Sex` from version 25 on, `Gender` before; some suppliers write both.
  void read_sex() {
    const auto sex = parsed_sex("Sex");
    const auto gender = parsed_sex("Gender");
    if (!sex.empty() && !gender.empty() && sex != gender) {
      report("Sex", row_code::bad_sex, "Sex and Gender disagree, so neither is used.");
      return;
    }
    record().sex = sex.empty() ? gender : sex;
  }

  std::string parsed_sex(const char* name) {
    const auto text = broker::base::lowered(identity(name));
    if (text == "m" || text == "male") return "M";
    if (text == "f" || text == "female") return "F";
    if (!text.empty() && text != "u") report(name, row_code::bad_sex, "This is neither M nor F.");
    return {};
  }

  void read_address() {
    const auto element = pupil_.child("Address");
    auto& address = record().address;
    if (const auto parts = element.child("BS7666Address")) {
      read_address_parts(parts, "Address/BS7666Address");
    } else if (const auto lines = element.child("AddressLines")) {
      for (const char* name : {"AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "AddressLine5"}) {
        add_line(child_value(lines, "Address/AddressLines", name));
      }
    }
    if (address.uprn.empty()) {
      address.uprn = child_value(element, "Address", "UniquePropertyReferenceNumber");
    }
    if (!address.uprn.empty() && !matcher::is_uprn(address.uprn)) {
      report("Address/UniquePropertyReferenceNumber", row_code::bad_uprn, "A UPRN has up to twelve digits.");
      address.uprn.clear();
    }
    read_postcode(element);
  }

  void read_address_parts(const xml_node& parts, const std::string& path) {
    auto& address = record().address;
    add_line(child_value(parts, path, "SAON"));
    const auto house = child_value(parts, path, "PAON");
    const auto street = child_value(parts, path, "Street");
    add_line(house.empty() || street.empty() ? house + street : house + " " + street);
    add_line(child_value(parts, path, "Locality"));
    address.town = child_value(parts, path, "Town");
    if (address.town.empty()) address.town = child_value(parts, path, "PostTown");
    address.uprn = child_value(parts, path, "UniquePropertyReferenceNumber");
  }

  void read_postcode(const xml_node& element) {
    std::string text;
    for (const auto& parent : {element, element.child("BS7666Address"), element.child("AddressLines")}) {
      for (const char* name : {"PostCode", "Postcode"}) {
        if (text.empty()) text = value(parent.child(name), "Address/PostCode");
      }
    }
    if (text.empty()) return;
    if (auto postcode = matcher::parsed_postcode(text)) {
      record().address.postcode = std::move(*postcode);
    } else {
      report("Address/PostCode", row_code::bad_postcode, "This can't be a postcode of the United Kingdom.");
    }
  }

  void add_line(std::string line) {
    if (!line.empty()) record().address.lines.push_back(std::move(line));
  }

  // One guardian for each telephone, so that a household is found by any of them; the pupil's own come without a name.
  void read_contacts() {
    // A contact without order comes last; those of equal order stay as they stand.
    std::multimap<int64_t, matcher::Guardian> ordered;
    for (const auto& contact : pupil_.child("Contacts").children("Contact")) {
      const auto order = broker::base::parse_number(element_text(contact.child("Order"))).value_or(INT64_MAX);
      const auto forename = child_value(contact, "Contacts/Contact", "Forename");
      const auto surname = child_value(contact, "Contacts/Contact", "Surname");
      const std::string name = forename.empty() || surname.empty() ? forename + surname : forename + " " + surname;
      auto phones = read_phones(contact, "Contacts/Contact/Phones/Phone");
      if (phones.empty() && !name.empty()) phones.emplace_back();
      for (auto& phone : phones) ordered.emplace(order, matcher::Guardian{name, std::move(phone)});
      if (ordered.size() > ctf_repeats_max) break;
    }
    for (auto& [order, guardian] : ordered) record().guardians.push_back(std::move(guardian));
    for (auto& phone : read_phones(pupil_, "Phones/Phone")) record().guardians.push_back({"", std::move(phone)});
    if (record().guardians.size() > ctf_repeats_max) {
      record().guardians.resize(ctf_repeats_max);
      report("Contacts", row_code::too_many, "Only the first contacts and telephones are read.");
    }
  }

  std::vector<std::string> read_phones(const xml_node& parent, const std::string& path) {
    std::vector<std::string> phones;
    for (const auto& element : parent.child("Phones").children("Phone")) {
      if (phones.size() > ctf_repeats_max) break;
      auto phone = child_value(element, path, "PhoneNo");
      if (!phone.empty() && std::ranges::count(phones, phone) == 0) phones.push_back(std::move(phone));
    }
    return phones;
  }

  // The school of a record is where the child was last, or in a joiner's file where it is now: the sender.
  void read_school() {
    const auto history = kind_ == CtfKind::joiner ? history_at_sender() : last_in_history();
    const std::string path = "SchoolHistory/School";
    if (history) {
      const auto lea = child_value(history, path, "LEA");
      const auto estab = child_value(history, path, "Estab");
      set_laestab(lea + estab, path);
      record().school.name = child_value(history, path, "SchoolName");
      record().school.urn = child_value(history, path, "URN");
      if (!matcher::is_urn(record().school.urn)) record().school.urn.clear();
      record().start_date = parsed_date(child_value(history, path, "EntryDate"), path + "/EntryDate");
      record().leaving_date = parsed_date(child_value(history, path, "LeavingDate"), path + "/LeavingDate");
    }
    if (record().school.is_empty() && header_.source.kind() == PartyKind::school) {
      record().school = {header_.source.text(), matcher::is_urn(header_.source_urn) ? header_.source_urn : "",
                         header_.source_name};
    }
  }

  void set_laestab(const std::string& text, const std::string& path) {
    // X and M stand for schools without a number, and are no mistake.
    if (text.empty() || text == "XXXXXXX" || text == "MMMMMMM") return;
    if (auto laestab = matcher::parsed_laestab(text)) {
      record().school.laestab = std::move(*laestab);
    } else {
      report(path, row_code::bad_laestab, "A school's number is three digits in LEA and four in Estab.");
    }
  }

  xml_node history_at_sender() const {
    for (const auto& school : pupil_.child("SchoolHistory").children("School")) {
      if (element_text(school.child("LEA")) == header_.source.lea &&
          element_text(school.child("Estab")) == header_.source.estab) {
        return school;
      }
    }
    return {};
  }

  // The one marked as last, else the one left or entered latest; ISO dates compare as text.
  xml_node last_in_history() const {
    xml_node latest;
    std::string latest_date;
    for (const auto& school : pupil_.child("SchoolHistory").children("School")) {
      const auto mark = broker::base::lowered(element_text(school.child("LastSchool")));
      if (mark == "true" || mark == "1") return school;
      auto date = element_text(school.child("LeavingDate"));
      if (date.empty()) date = element_text(school.child("EntryDate"));
      if (!latest || date >= latest_date) {
        latest = school;
        latest_date = std::move(date);
      }
    }
    return latest;
  }

  const xml_node& pupil_;
  xml_node details_;
  const CtfHeader& header_;
  CtfKind kind_;
  CtfPupil result_;
};

}  // namespace

std::string element_text(const xml_node& element) {
  std::string text;
  for (const auto& piece : element.children()) {
    if (piece.type() == pugi::node_pcdata || piece.type() == pugi::node_cdata) text += piece.value();
  }
  return std::string(broker::base::trimmed(text));
}

CtfPupil read_ctf_pupil(const xml_node& element, size_t row, const CtfHeader& header, CtfKind kind) {
  return PupilReader(element, row, header, kind).read();
}

}  // namespace adapters
