#include "adapters/pupil_csv.h"

#include <algorithm>

#include "broker/base/text.h"
#include "matcher/identifiers.h"

namespace adapters {
namespace {

using broker::base::FieldError;
using matcher::PupilRecord;

enum Column : size_t {
  record_id,
  query_id,
  upn,
  former_upn,
  uln,
  forename,
  middle_names,
  surname,
  former_surname,
  preferred_forename,
  preferred_surname,
  dob,
  sex,
  address_line1,
  address_line2,
  town,
  postcode,
  uprn,
  la_code,
  school_laestab,
  school_urn,
  year_group,
  guardian_name,
  guardian_phone,
  leaving_date,
  start_date,
  address_restricted,
  former_forename,
};

constexpr std::array<std::string_view, 28> column_names = {"record_id",
                                                           "query_id",
                                                           "upn",
                                                           "former_upn",
                                                           "uln",
                                                           "forename",
                                                           "middle_names",
                                                           "surname",
                                                           "former_surname",
                                                           "preferred_forename",
                                                           "preferred_surname",
                                                           "dob",
                                                           "sex",
                                                           "address_line1",
                                                           "address_line2",
                                                           "town",
                                                           "postcode",
                                                           "uprn",
                                                           "la_code",
                                                           "school_laestab",
                                                           "school_urn",
                                                           "year_group",
                                                           "guardian_name",
                                                           "guardian_phone",
                                                           "leaving_date",
                                                           "start_date",
                                                           "address_restricted",
                                                           "former_forename"};

// Characters a field may have; a name of a child fits, a pasted document does not.
constexpr size_t value_bytes_max = 400;
constexpr size_t id_bytes_max = 128;

std::optional<bool> parsed_flag(std::string_view text) {
  const std::string lower = broker::base::lowered(text);
  for (const std::string_view yes : {"true", "1", "yes", "y"})
    if (lower == yes) return true;
  for (const std::string_view no : {"", "false", "0", "no", "n"})
    if (lower == no) return false;
  return std::nullopt;
}

std::optional<std::string> parsed_sex(std::string_view text) {
  const std::string lower = broker::base::lowered(text);
  if (lower == "m" || lower == "male" || lower == "boy") return "M";
  if (lower == "f" || lower == "female" || lower == "girl") return "F";
  if (lower.empty() || lower == "u" || lower == "unknown" || lower == "not known") return "";
  return std::nullopt;
}

}  // namespace

std::vector<std::string_view> pupil_columns() {
  return {column_names.begin(), column_names.end()};
}

broker::base::Result<PupilCsvReader> PupilCsvReader::open(std::istream& in) {
  PupilCsvReader reader(in);
  CsvRow& header = reader.row_;
  std::vector<FieldError> errors;
  if (!reader.reader_.next(header) || header.error() != CsvError::none)
    return broker::base::refuse(broker::base::invalid_field("/header", "The file has no header row."));
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string name = broker::base::lowered(broker::base::trimmed(header[i]));
    if (name == "error_row" || name == "error_code" || name == "error_reason") continue;  // of our own error reports
    const auto found = std::ranges::find(column_names, std::string_view(name));
    if (found == column_names.end()) {
      reader.unknown_.push_back(broker::base::is_utf8(name) ? name : "column " + std::to_string(i + 1));
      continue;
    }
    int& place = reader.places_[static_cast<size_t>(found - column_names.begin())];
    if (place >= 0) errors.push_back({"/header/" + name, "The column is there twice."});
    place = static_cast<int>(i);
  }
  if (reader.places_[record_id] < 0 && reader.places_[query_id] < 0)
    errors.push_back({"/header/record_id", "A column record_id or query_id is required."});
  for (const Column required : {surname, forename})
    if (reader.places_[required] < 0)
      errors.push_back({"/header/" + std::string(column_names[required]), "The column is required."});
  if (!errors.empty()) return broker::base::refuse(broker::base::invalid(std::move(errors)));
  return reader;
}

std::optional<std::string_view> PupilCsvReader::value(size_t column) const {
  if (places_[column] < 0 || skipped_[column]) return std::nullopt;
  const std::string_view text = broker::base::trimmed(row_[static_cast<size_t>(places_[column])]);
  if (text.empty()) return std::nullopt;
  // What the formula guard put in front, and spreadsheets do too.
  const bool is_guarded =
      text.size() > 1 && text[0] == '\'' && std::string_view("=+-@").find(text[1]) != std::string_view::npos;
  return is_guarded ? text.substr(1) : text;
}

std::string PupilCsvReader::row_text() const {
  std::string text;
  CsvWriter writer(text, FormulaGuard::on);
  for (size_t column = 0; column < columns; ++column) {
    const bool is_there = places_[column] >= 0;
    const auto value = is_there ? row_[static_cast<size_t>(places_[column])] : std::string_view();
    writer.field(broker::base::is_utf8(value) ? value : std::string_view());
  }
  writer.end_row();
  return text;
}

void PupilCsvReader::report(PupilRow& out, size_t column, std::string_view code, std::string_view reason) const {
  const std::string_view name = column < columns ? column_names[column] : std::string_view();
  out.errors.push_back({row_.line(), std::string(name), std::string(code), std::string(reason)});
}

std::optional<PupilRow> PupilCsvReader::next() {
  if (!reader_.next(row_)) return std::nullopt;
  PupilRow out;
  out.line = row_.line();
  out.row = ++rows_;
  skipped_.fill(false);
  if (row_.error() != CsvError::none) {
    report(out, columns, csv_row_code::unreadable, csv_error_words(row_.error()));
    out.is_refused = true;
    return out;
  }
  if (!check_texts(out)) {
    out.is_refused = true;
    return out;
  }
  read_identifiers(out);
  read_places(out);
  read_dates(out);
  read_texts(out.record);
  const PupilRecord& record = out.record;
  if (record.forename.empty() && record.surname.empty() && record.preferred_forename.empty() &&
      record.preferred_surname.empty() && record.upn.empty()) {
    report(out, columns, row_code::no_identity, "The row has neither a name nor a UPN.");
    out.is_refused = true;
  }
  return out;
}

// False when the row cannot be told from another one: bytes that are no text, or no identifier.
bool PupilCsvReader::check_texts(PupilRow& out) {
  const size_t id_column = places_[record_id] >= 0 ? record_id : query_id;
  const auto id = value(id_column);
  if (!id) {
    report(out, id_column, csv_row_code::id_missing, "The row has no identifier.");
    return false;
  }
  if (broker::base::is_utf8(*id)) out.record_id = id->substr(0, id_bytes_max);
  for (size_t column = 0; column < columns; ++column) {
    const auto text = value(column);
    if (!text) continue;
    if (!broker::base::is_utf8(*text)) {
      report(out, column, csv_row_code::not_utf8, "The text is not valid UTF-8.");
      return false;
    }
    if (text->size() <= (column == id_column ? id_bytes_max : value_bytes_max)) continue;
    report(out, column, row_code::too_long, "The value is too long.");
    if (column == id_column) return false;
    skipped_[column] = true;
  }
  return true;
}

void PupilCsvReader::read_identifiers(PupilRow& out) const {
  for (const Column column : {upn, former_upn}) {
    const auto text = value(column);
    if (!text) continue;
    const std::string cleaned = matcher::cleaned_upn(*text);
    const matcher::UpnKind kind = matcher::upn_kind(cleaned);
    if (kind == matcher::UpnKind::malformed) {
      report(out, column, row_code::bad_upn, "This is not a UPN: a letter, eleven digits, and a digit or a letter.");
      continue;
    }
    // Kept: the matcher can find what a mistyped number was meant to be.
    if (kind == matcher::UpnKind::wrong_letter)
      report(out, column, row_code::upn_check_letter, "The check letter does not belong to this UPN.");
    if (column == upn) {
      out.record.upn = cleaned;
    } else {
      out.record.former_upns.push_back(cleaned);
    }
  }
  if (const auto text = value(uln)) {
    if (matcher::is_valid_uln(*text)) {
      out.record.uln = *text;
    } else {
      report(out, uln, row_code::bad_uln, "This is not a valid ULN.");
    }
  }
  if (const auto text = value(sex)) {
    const auto parsed = parsed_sex(*text);
    if (!parsed) report(out, sex, row_code::bad_sex, "The sex is M, F or empty.");
    out.record.sex = parsed.value_or("");
  }
}

void PupilCsvReader::read_places(PupilRow& out) const {
  const auto checked = [&](Column column, std::string_view code, std::string_view reason,
                           bool (*is_right)(std::string_view), std::string& to) {
    const auto text = value(column);
    if (!text) return;
    if (is_right(*text)) {
      to = *text;
    } else {
      report(out, column, code, reason);
    }
  };
  PupilRecord& record = out.record;
  checked(uprn, row_code::bad_uprn, "A UPRN has up to twelve digits.", matcher::is_uprn, record.address.uprn);
  checked(la_code, csv_row_code::bad_la_code, "An authority's code has three digits.", matcher::is_la_code,
          record.la_code);
  checked(school_urn, csv_row_code::bad_urn, "A URN has six digits.", matcher::is_urn, record.school.urn);
  if (const auto text = value(school_laestab)) {
    const auto parsed = matcher::parsed_laestab(*text);
    if (!parsed) report(out, school_laestab, row_code::bad_laestab, "A LAESTAB has seven digits.");
    record.school.laestab = parsed.value_or("");
  }
  if (const auto text = value(address_restricted)) {
    const auto parsed = parsed_flag(*text);
    if (!parsed)
      report(out, address_restricted, csv_row_code::bad_flag,
             "This is true or false; the address is kept as restricted.");
    record.address.restricted = parsed.value_or(true);
  }
}

void PupilCsvReader::read_dates(PupilRow& out) const {
  struct DateColumn {
    Column column;
    matcher::PartialDate* date;
  };
  PupilRecord& record = out.record;
  for (const DateColumn& each : {DateColumn{dob, &record.dob}, DateColumn{leaving_date, &record.leaving_date},
                                 DateColumn{start_date, &record.start_date}}) {
    const auto text = value(each.column);
    if (!text) continue;
    const auto parsed = matcher::parse_partial_date(*text);
    if (!parsed)
      report(out, each.column, row_code::bad_date,
             "This is not a date of the calendar: use YYYY-MM-DD, DD/MM/YYYY, YYYY-MM or YYYY.");
    *each.date = parsed.value_or(matcher::PartialDate{});
  }
}

void PupilCsvReader::read_texts(PupilRecord& out) const {
  const auto text = [this](Column column) { return std::string(value(column).value_or(std::string_view())); };
  out.forename = text(forename);
  out.middle_names = text(middle_names);
  out.surname = text(surname);
  out.former_surname = text(former_surname);
  out.former_forename = text(former_forename);
  out.preferred_forename = text(preferred_forename);
  out.preferred_surname = text(preferred_surname);
  for (const Column line : {address_line1, address_line2})
    if (const auto given = value(line)) out.address.lines.emplace_back(*given);
  out.address.town = text(town);
  out.address.postcode = text(postcode);
  out.year_group = text(year_group);
  matcher::Guardian guardian{text(guardian_name), text(guardian_phone)};
  if (!guardian.name.empty() || !guardian.phone.empty()) out.guardians.push_back(std::move(guardian));
}

std::string pupil_csv_header(std::string_view id_column) {
  std::string out(id_column);
  for (size_t column = upn; column <= former_forename; ++column) {
    out.push_back(',');
    out += column_names[column];
  }
  return out + "\n";
}

void append_pupil_csv(std::string& out, std::string_view id, const PupilRecord& record, FormulaGuard guard) {
  CsvWriter writer(out, guard);
  const auto line = [&](size_t i) { return i < record.address.lines.size() ? record.address.lines[i] : std::string(); };
  const matcher::Guardian guardian = record.guardians.empty() ? matcher::Guardian{} : record.guardians[0];
  const std::string former = record.former_upns.empty() ? std::string() : record.former_upns[0];
  writer.field(id);
  for (const std::string& value : {record.upn,
                                   former,
                                   record.uln,
                                   record.forename,
                                   record.middle_names,
                                   record.surname,
                                   record.former_surname,
                                   record.preferred_forename,
                                   record.preferred_surname,
                                   record.dob.text(),
                                   record.sex,
                                   line(0),
                                   line(1),
                                   record.address.town,
                                   record.address.postcode,
                                   record.address.uprn,
                                   record.la_code,
                                   record.school.laestab,
                                   record.school.urn,
                                   record.year_group,
                                   guardian.name,
                                   guardian.phone,
                                   record.leaving_date.text(),
                                   record.start_date.text(),
                                   std::string(record.address.restricted ? "true" : ""),
                                   record.former_forename})
    writer.field(value);
  writer.end_row();
}

}  // namespace adapters
