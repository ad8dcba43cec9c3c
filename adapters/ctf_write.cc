#include <algorithm>

#include "adapters/ctf.h"
#include "broker/base/text.h"

namespace adapters {
namespace {

constexpr size_t address_lines_max = 5;

// Elements one below the other, two blanks a level. An empty value writes no element.
class XmlWriter {
 public:
  void open(std::string_view name) {
    indent();
    text_ += "<" + std::string(name) + ">\n";
    open_.emplace_back(name);
  }
  void close() {
    const std::string name = open_.back();
    open_.pop_back();
    indent();
    text_ += "</" + name + ">\n";
  }
  void value(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    indent();
    text_ += "<" + std::string(name) + ">";
    append_escaped(value);
    text_ += "</" + std::string(name) + ">\n";
  }
  std::string text() {
    return R"(<?xml version="1.0" encoding="UTF-8"?>)"
           "\n" +
           text_;
  }

 private:
  void indent() { text_.append(open_.size() * 2, ' '); }

  // Line ends and tabs by number, since a parser changes bare ones. Other control characters have no form in XML 1.0; a
  // blank stands for them.
  void append_escaped(std::string_view value) {
    for (const char c : value) {
      switch (c) {
        case '&': text_ += "&amp;"; break;
        case '<': text_ += "&lt;"; break;
        case '>': text_ += "&gt;"; break;
        case '\t': text_ += "&#9;"; break;
        case '\n': text_ += "&#10;"; break;
        case '\r': text_ += "&#13;"; break;
        default: text_ += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
      }
    }
  }

  std::string text_;
  std::vector<std::string> open_;
};

void write_header(XmlWriter& xml, const CtfHeader& header) {
  xml.open("Header");
  xml.value("DocumentName", header.document_name);
  xml.value("CTFversion", header.version);
  xml.value("DateTime", header.date_time);
  xml.value("DocumentQualifier", header.document_qualifier);
  xml.value("DataQualifier", header.data_qualifier);
  xml.value("DataDescriptor", header.data_descriptor);
  xml.value("SupplierID", header.supplier_id);
  xml.open("SourceSchool");
  xml.value("LEA", header.source.lea);
  xml.value("Estab", header.source.estab);
  xml.value("URN", header.source_urn);
  xml.value("SchoolName", header.source_name);
  xml.value("AcademicYear", header.academic_year);
  xml.close();
  xml.open("DestSchool");
  xml.value("LEA", header.destination.lea);
  xml.value("Estab", header.destination.estab);
  xml.close();
  xml.close();
}

void write_details(XmlWriter& xml, const matcher::PupilRecord& record) {
  xml.open("BasicDetails");
  for (const auto& upn : record.former_upns) xml.value("FormerUPN", upn);
  xml.value("PreferredSurname", record.preferred_surname);
  xml.value("PreferredForename", record.preferred_forename);
  xml.value("FormerSurname", record.former_surname);
  xml.value("FormerForename", record.former_forename);
  xml.value("MiddleNames", record.middle_names);
  xml.value("NCyearActual", record.year_group);
  xml.close();
}

// Up to three lines fit the parts of BS 7666, where town and UPRN have a place; else plain lines are written.
void write_address(XmlWriter& xml, const matcher::Address& address) {
  if (address.is_empty()) return;
  auto lines = address.lines;
  xml.open("Address");
  const bool has_parts = !address.town.empty() || !address.uprn.empty();
  const size_t lines_max = has_parts ? 3 : address_lines_max;
  while (lines.size() > lines_max) {
    lines[lines.size() - 2] += ", " + lines.back();
    lines.pop_back();
  }
  if (has_parts) {
    const size_t street = lines.size() == 3 ? 1 : 0;
    lines.resize(3);
    xml.open("BS7666Address");
    if (street == 1) xml.value("SAON", lines[0]);
    xml.value("Street", lines[street]);
    xml.value("Locality", lines[street + 1]);
    xml.value("Town", address.town);
    xml.value("UniquePropertyReferenceNumber", address.uprn);
    xml.close();
  } else if (!lines.empty()) {
    xml.open("AddressLines");
    for (size_t i = 0; i < lines.size(); ++i) xml.value("AddressLine" + std::to_string(i + 1), lines[i]);
    xml.close();
  }
  xml.value("PostCode", address.postcode);
  xml.close();
}

void write_contacts(XmlWriter& xml, const std::vector<matcher::Guardian>& guardians) {
  if (guardians.empty()) return;
  xml.open("Contacts");
  for (size_t i = 0; i < guardians.size(); ++i) {
    xml.open("Contact");
    xml.value("Order", std::to_string(i + 1));
    // One name of unknown order: the last word is taken for the surname.
    const auto blank = guardians[i].name.rfind(' ');
    if (blank != std::string::npos) xml.value("Forename", guardians[i].name.substr(0, blank));
    xml.value("Surname", blank == std::string::npos ? guardians[i].name : guardians[i].name.substr(blank + 1));
    if (!guardians[i].phone.empty()) {
      xml.open("Phones");
      xml.open("Phone");
      xml.value("TelephoneType", "O");
      xml.value("PhoneNo", guardians[i].phone);
      xml.close();
      xml.close();
    }
    xml.close();
  }
  xml.close();
}

void write_school(XmlWriter& xml, const matcher::PupilRecord& record) {
  if (record.school.is_empty() && !record.start_date.is_known() && !record.leaving_date.is_known()) return;
  const std::string_view laestab = record.school.laestab;
  xml.open("SchoolHistory");
  xml.open("School");
  xml.value("LEA", laestab.substr(0, 3));
  xml.value("Estab", laestab.size() > 3 ? laestab.substr(3) : std::string_view());
  xml.value("URN", record.school.urn);
  xml.value("SchoolName", record.school.name);
  xml.value("EntryDate", record.start_date.text());
  xml.value("LeavingDate", record.leaving_date.text());
  xml.value("LastSchool", "true");
  xml.close();
  xml.close();
}

bool has_sex_element(std::string_view version) {
  const auto major = broker::base::parse_number(version.substr(0, version.find('.')));
  return major && *major >= 25;
}

void write_pupil(XmlWriter& xml, const matcher::PupilRecord& record, std::string_view version) {
  xml.open("Pupil");
  xml.value("UPN", record.upn);
  xml.value("UniqueLearnerNumber", record.uln);
  xml.value("Surname", record.surname);
  xml.value("Forename", record.forename);
  xml.value("DOB", record.dob.text());
  xml.value(has_sex_element(version) ? "Sex" : "Gender", record.sex);
  write_details(xml, record);
  if (!record.address.restricted) {
    write_address(xml, record.address);
    write_contacts(xml, record.guardians);
    write_school(xml, record);
  }
  xml.close();
}

}  // namespace

std::string write_ctf(const CtfFile& file) {
  return encode_xml(file.document);
}

std::string make_ctf(const CtfHeader& header, std::span<const matcher::PupilRecord> records) {
  XmlWriter xml;
  xml.open("CTfile");
  write_header(xml, header);
  xml.open("CTFpupilData");
  for (const auto& record : records) write_pupil(xml, record, header.version);
  xml.close();
  xml.close();
  return xml.text();
}

}  // namespace adapters
