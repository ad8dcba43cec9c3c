// Writes an invented registry of pupils, queries for some of them with errors, and the truth about each query.
//   generate_pupils --records 100000 --queries 10000 --seed 1 --profile plain --output DIR
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>

#include "adapters/pupil_csv.h"
#include "bench/pupil_errors.h"
#include "bench/pupil_names.h"
#include "bench/pupil_profiles.h"
#include "matcher/identifiers.h"

namespace bench {
namespace {

using matcher::PartialDate;
using matcher::PupilRecord;

constexpr size_t authorities = 150;

struct Options {
  size_t records = 100'000;
  size_t queries = 10'000;
  uint64_t seed = 1;
  Rates rates;
  std::string names = "bench/data/pupil_names.tsv";
  std::string output = ".";
};

struct Child {
  PupilRecord record;
  size_t group = 0;
  size_t household = 0;
  bool is_held = false;
};

class Generator {
 public:
  Generator(const Options& options, const PupilNames& names)
      : options_(options), names_(names), random_(options.seed) {}

  void make_children();
  void write();

 private:
  void make_household();
  matcher::Address address();
  std::string phone();
  std::string upn(int year, bool temporary);
  matcher::SchoolReference school();
  PartialDate date_of_birth();
  PupilRecord as_held(const Child& child);
  PupilRecord as_asked(const Child& child, std::vector<std::string>& families);
  void move_house(PupilRecord& record, size_t group);

  const Rates& rates() const { return options_.rates; }
  void lose_upn(const Child& child, PupilRecord& record, std::vector<std::string>& families);
  void lose_values(PupilRecord& record);

  Options options_;
  const PupilNames& names_;
  Random random_;
  std::vector<Child> children_;
  size_t households_ = 0;
};

std::string digits(Random& random, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out.push_back(static_cast<char>('0' + below(random, 10)));
  return out;
}

std::string Generator::upn(int year, bool temporary) {
  const std::string twelve = std::to_string(201 + below(random_, authorities)) +
                             std::to_string(2000 + below(random_, 400)) + std::to_string(year % 100 / 10) +
                             std::to_string(year % 10) + digits(random_, temporary ? 2 : 3) + (temporary ? "B" : "");
  return std::string(1, *matcher::upn_check_letter(twelve)) + twelve;
}

std::string Generator::phone() {
  return "07" + digits(random_, 9);
}

matcher::SchoolReference Generator::school() {
  return {std::to_string(201 + below(random_, authorities)) + std::to_string(2000 + below(random_, 60)), "", ""};
}

matcher::Address Generator::address() {
  static constexpr std::array streets = {"High",   "Station", "Mill",    "Church",      "Park",   "Victoria",
                                         "Green",  "Manor",   "Queens",  "Kings",       "York",   "North",
                                         "Albert", "Chapel",  "School",  "Grange",      "Elm",    "Oak",
                                         "Beech",  "Cedar",   "Windsor", "Springfield", "Meadow", "Hill"};
  static constexpr std::array kinds = {"Road",  "Street",  "Lane", "Avenue",  "Close",
                                       "Drive", "Gardens", "Way",  "Crescent"};
  static constexpr std::array areas = {"KT", "SW", "B",  "M",  "LS", "S", "CR", "TW",
                                       "NE", "CF", "BD", "LE", "NG", "E", "N"};
  matcher::Address out;
  const size_t area = below(random_, areas.size());
  const size_t district = 1 + below(random_, 20);
  out.lines = {std::to_string(1 + below(random_, 150)) + " " + streets[below(random_, streets.size())] + " " +
               kinds[below(random_, kinds.size())]};
  if (happens(random_, 0.15)) out.lines.insert(out.lines.begin(), "Flat " + std::to_string(1 + below(random_, 60)));
  out.town = "Town " + std::to_string(area * 20 + district);
  const auto letter = [&] { return static_cast<char>("ABDEFGHJLNPQRSTUWXYZ"[below(random_, 20)]); };
  out.postcode = std::string(areas[area]) + std::to_string(district) + " " + std::to_string(1 + below(random_, 9)) +
                 letter() + letter();
  return out;
}

PartialDate Generator::date_of_birth() {
  while (true) {
    PartialDate out{2007 + static_cast<int>(below(random_, 14)), 1 + static_cast<int>(below(random_, 12)),
                    1 + static_cast<int>(below(random_, 31))};
    if (happens(random_, 0.004)) out.day = out.month = 1;
    if (matcher::parse_partial_date(out.text())) return out;
  }
}

void Generator::make_household() {
  const size_t group = names_.draw_group(random_);
  std::string surname = names_.surname(random_, group);
  if (happens(random_, group == 0 ? 0.06 : 0.04)) surname += "-" + names_.surname(random_, group);
  const matcher::Address home = address();
  const std::string guardian_surname = happens(random_, 0.2) ? names_.surname(random_, group) : surname;
  const matcher::Guardian guardian{names_.forename(random_, group, happens(random_, 0.75)) + " " + guardian_surname,
                                   phone()};
  const matcher::SchoolReference primary = school();
  const size_t count = 1 + below(random_, 2) + (happens(random_, 0.3) ? 1 + below(random_, 3) : 0);
  PartialDate dob = date_of_birth();
  for (size_t i = 0; i < count; ++i) {
    Child child;
    child.group = group;
    child.household = households_;
    PupilRecord& record = child.record;
    const bool is_girl = happens(random_, 0.49);
    record.forename = names_.forename(random_, group, is_girl);
    if (group == 1 && !is_girl && happens(random_, 0.2)) record.forename = "Mohammed " + record.forename;
    if (happens(random_, 0.6)) record.middle_names = names_.forename(random_, group, is_girl);
    record.surname = surname;
    record.sex = is_girl ? "F" : "M";
    record.dob = dob;
    record.address = home;
    record.guardians = {guardian};
    record.school = happens(random_, 0.6) ? primary : school();
    record.upn = upn(dob.year + 4, happens(random_, 0.02));
    children_.push_back(child);
    if (!happens(random_, rates().twins)) {
      dob = date_of_birth();
    }
  }
  ++households_;
}

void Generator::make_children() {
  const auto wanted = static_cast<size_t>(static_cast<double>(options_.records) * 1.08);
  while (children_.size() < wanted) make_household();
  std::vector<size_t> order(children_.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::shuffle(order, random_);
  for (size_t i = 0; i < std::min(options_.records, order.size()); ++i) children_[order[i]].is_held = true;
}

PupilRecord Generator::as_held(const Child& child) {
  PupilRecord out = child.record;
  std::vector<std::string> families;
  if (happens(random_, rates().held_damaged)) damage_names(random_, out, families);
  if (happens(random_, 0.02)) damage_date(random_, out, families);
  if (happens(random_, rates().held_guardian_missing)) out.guardians.clear();
  if (happens(random_, 0.25)) out.middle_names.clear();
  if (happens(random_, rates().held_upn_missing)) out.upn.clear();
  if (happens(random_, rates().street_missing)) out.address.lines.clear();
  return out;
}

void Generator::move_house(PupilRecord& record, size_t group) {
  const auto before = record.address.postcode;
  record.address = address();
  if (happens(random_, 0.15)) record.address.postcode = before.substr(0, before.find(' ') + 2) + "ZZ";
  if (happens(random_, 0.9)) record.school = school();
  if (happens(random_, 0.35)) record.guardians[0].phone = phone();
  if (happens(random_, 0.15))
    record.guardians[0].name = names_.forename(random_, group, happens(random_, 0.5)) + " " + record.surname;
}

void Generator::lose_values(PupilRecord& out) {
  if (happens(random_, rates().date_missing)) out.dob = {};
  if (happens(random_, rates().sex_missing)) out.sex.clear();
  if (happens(random_, rates().sex_wrong)) out.sex = out.sex == "F" ? "M" : "F";
  if (happens(random_, rates().guardian_missing)) out.guardians.clear();
  if (!out.guardians.empty() && happens(random_, rates().phone_missing)) out.guardians[0].phone.clear();
  if (!out.guardians.empty() && happens(random_, 0.15))
    out.guardians[0].name = typed_wrong(random_, out.guardians[0].name);
  if (happens(random_, rates().middle_missing)) out.middle_names.clear();
  if (happens(random_, rates().school_missing)) out.school = {};
  if (happens(random_, rates().address_missing)) out.address = {};
  if (happens(random_, rates().street_missing)) out.address.lines.clear();
}

void Generator::lose_upn(const Child& child, PupilRecord& out, std::vector<std::string>& families) {
  const int year = out.dob.year == 0 ? 2015 : out.dob.year + 4;
  double fate = chance(random_);
  const auto is = [&](double rate) {
    fate -= rate;
    return fate < 0;
  };
  if (is(rates().upn_missing)) {
    out.upn.clear();
  } else if (is(rates().upn_temporary)) {
    out.upn = upn(year, true);
    families.emplace_back("upn_temporary");
  } else if (is(rates().upn_new)) {
    const std::string before = out.upn;
    out.upn = upn(year, false);
    if (happens(random_, 0.5)) out.former_upns = {before};
    families.emplace_back("upn_new");
  } else if (is(rates().upn_mistyped)) {
    damage_upn(random_, out, families);
  } else if (is(rates().upn_of_sibling)) {
    // Children of a household stand side by side.
    const size_t own = static_cast<size_t>(&child - children_.data());
    if (own + 1 < children_.size() && children_[own + 1].household == child.household) {
      out.upn = children_[own + 1].record.upn;
      families.emplace_back("upn_of_sibling");
    }
  }
}

PupilRecord Generator::as_asked(const Child& child, std::vector<std::string>& families) {
  PupilRecord out = child.record;
  if (happens(random_, rates().moved)) {
    move_house(out, child.group);
    families.emplace_back("moved");
  }
  if (happens(random_, rates().new_surname)) {
    out.former_surname = happens(random_, 0.4) ? out.surname : "";
    out.surname = happens(random_, 0.5) ? names_.surname(random_, child.group)
                                        : out.guardians[0].name.substr(out.guardians[0].name.rfind(' ') + 1);
    families.emplace_back("new_surname");
  }
  for (double p = rates().names_damaged; happens(random_, p); p *= rates().damaged_again) {
    if (happens(random_, rates().damaged_oddly)) {
      const bool is_girl = child.record.sex == "F";
      damage_oddly(random_, out, families, [&] { return names_.forename(random_, child.group, is_girl); });
    } else {
      damage_names(random_, out, families);
    }
  }
  if (happens(random_, rates().date_damaged)) damage_date(random_, out, families);
  lose_values(out);
  lose_upn(child, out, families);
  if (rates().in_capitals) {
    for (std::string* text : {&out.forename, &out.surname, &out.middle_names})
      std::ranges::transform(*text, text->begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  }
  return out;
}

std::string joined(const std::vector<std::string>& families) {
  std::string out;
  for (const std::string& family : families) out += (out.empty() ? "" : "+") + family;
  return out.empty() ? "clean" : out;
}

void Generator::write() {
  const std::filesystem::path directory(options_.output);
  std::filesystem::create_directories(directory);
  std::ofstream registry(directory / "registry.csv");
  std::string text = adapters::pupil_csv_header("record_id");
  std::vector<size_t> held;
  std::vector<size_t> absent;
  std::map<size_t, size_t> held_in_household;
  for (size_t i = 0; i < children_.size(); ++i) {
    (children_[i].is_held ? held : absent).push_back(i);
    if (!children_[i].is_held) continue;
    ++held_in_household[children_[i].household];
    adapters::append_pupil_csv(text, "R" + std::to_string(i), as_held(children_[i]), adapters::FormulaGuard::off);
    if (text.size() < 1'000'000) continue;
    registry << text;
    text.clear();
  }
  registry << text;
  std::ranges::shuffle(held, random_);
  std::ranges::shuffle(absent, random_);
  std::ranges::partition(absent, [&](size_t i) {
    return (held_in_household[children_[i].household] > 0) && happens(random_, rates().absent_sibling);
  });
  std::ofstream queries(directory / "queries.csv");
  std::ofstream truth(directory / "truth.csv");
  queries << adapters::pupil_csv_header("query_id");
  truth << "query_id,record_id,family,group\n";
  size_t next_held = 0;
  size_t next_absent = 0;
  for (size_t i = 0; i < options_.queries; ++i) {
    const bool is_absent = happens(random_, rates().absent) && next_absent < absent.size();
    const size_t number = is_absent ? absent[next_absent++] : held[next_held++ % held.size()];
    const Child& child = children_[number];
    std::vector<std::string> families;
    const PupilRecord asked = as_asked(child, families);
    const std::string id = "Q" + std::to_string(i);
    std::string row;
    adapters::append_pupil_csv(row, id, asked, adapters::FormulaGuard::off);
    queries << row;
    if (is_absent) families = {held_in_household[child.household] > 0 ? "absent_with_sibling" : "absent"};
    truth << id << ',' << (is_absent ? "" : "R" + std::to_string(number)) << ',' << joined(families) << ','
          << names_.group_name(child.group) << '\n';
  }
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  bench::Options options;
  std::string profile;
  CLI::App app("Writes an invented registry of pupils, queries for some of them with errors, and the truth about each");
  app.add_option("--records", options.records, "Pupils in the registry")->capture_default_str();
  app.add_option("--queries", options.queries, "Pupils asked for")->capture_default_str();
  app.add_option("--seed", options.seed, "The same gives the same files")->capture_default_str();
  app.add_option("--names", options.names, "The table that names are drawn from")->capture_default_str();
  std::vector<std::string> profiles;
  std::string kinds = "Profiles:\n";
  for (const auto& one : bench::profiles()) {
    profiles.emplace_back(one.name);
    kinds += "  " + std::string(one.name) + ": " + std::string(one.what) + "\n";
  }
  app.add_option("--profile", profile, "What goes wrong, and how often")->check(CLI::IsMember(profiles));
  app.add_option("--output", options.output, "The directory for registry.csv, queries.csv and truth.csv")
      ->capture_default_str();
  app.footer(kinds +
             "Example:\n  generate_pupils --records 100000 --queries 10000 --seed 1 --profile plain --output DIR");
  CLI11_PARSE(app, argc, argv);
  if (!profile.empty()) options.rates = *bench::rates_of(profile);
  const bench::PupilNames names(options.names);
  bench::Generator generator(options, names);
  generator.make_children();
  generator.write();
  return 0;
}
