#include "broker/domain/reference/schools.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "broker/base/text.h"
#include "broker/domain/reference/data.h"
#include "broker/domain/reference/directory.h"
#include "broker/domain/reference/table.h"

namespace broker::domain::reference {
namespace {

constexpr std::string_view table_name = "schools.csv";
constexpr std::array<std::string_view, 6> columns = {"laestab", "urn", "status", "opened", "closed", "successors"};
constexpr int successions_max = 8;  // a chain of conversions is never so long

base::Result<SchoolFacts> facts_of(const Row& row) {
  const auto wrong = [&](std::string_view reason) { return base::refuse(broken_table(table_name, row.line, reason)); };
  SchoolFacts facts;
  facts.laestab = row.values[0];
  const auto urn = base::parse_number(row.values[1]);
  if (facts.laestab.size() != 7 || !base::parse_number(facts.laestab)) return wrong("no LAESTAB");
  if (!urn) return wrong("no URN");
  facts.urn = *urn;
  facts.is_open = row.values[2] == "open";
  if (!facts.is_open && row.values[2] != "closed" && row.values[2] != "proposed") return wrong("unknown status");
  for (const auto& [text, date] : {std::pair(&row.values[3], &facts.opened), {&row.values[4], &facts.closed}}) {
    if (text->empty()) continue;
    *date = base::parse_date(*text);
    if (!*date) return wrong("no date");
  }
  if (row.values[5].empty()) return facts;
  for (const auto& part : base::split(row.values[5], ';')) {
    const auto successor = base::parse_number(part);
    if (!successor) return wrong("a successor is no URN");
    facts.successors.push_back(*successor);
  }
  return facts;
}

}  // namespace

base::Result<Schools> Schools::read(std::string_view table) {
  auto rows = read_table(table_name, table, columns);
  if (!rows) return base::refuse(std::move(rows.error()));
  Schools schools;
  for (const Row& row : *rows) {
    auto facts = facts_of(row);
    if (!facts) return base::refuse(std::move(facts.error()));
    schools.urns_.emplace_back(facts->urn, schools.facts_.size());
    const bool is_in_order =
        schools.facts_.empty() ||
        std::pair(schools.facts_.back().laestab, schools.facts_.back().urn) < std::pair(facts->laestab, facts->urn);
    if (!is_in_order) return base::refuse(broken_table(table_name, row.line, "not in order"));
    schools.facts_.push_back(std::move(*facts));
  }
  std::ranges::sort(schools.urns_);
  return schools;
}

std::span<const SchoolFacts> Schools::with_number(std::string_view laestab) const {
  const auto range = std::ranges::equal_range(facts_, laestab, {},
                                              [](const SchoolFacts& facts) { return std::string_view(facts.laestab); });
  return {range.begin(), range.end()};
}

const SchoolFacts* Schools::by_urn(int64_t urn) const {
  const auto found = std::ranges::lower_bound(urns_, std::pair(urn, size_t{0}));
  return found == urns_.end() || found->first != urn ? nullptr : &facts_[found->second];
}

std::vector<const SchoolFacts*> Schools::open_successors(std::span<const SchoolFacts> of, int depth) const {
  std::vector<const SchoolFacts*> found;
  if (depth > successions_max) return found;
  const auto add = [&](const SchoolFacts* one) {
    if (std::ranges::find(found, one) == found.end()) found.push_back(one);
  };
  for (const SchoolFacts& school : of) {
    for (const int64_t urn : school.successors) {
      const SchoolFacts* next = by_urn(urn);
      if (next == nullptr) continue;
      if (next->is_open) {
        add(next);
        continue;
      }
      for (const SchoolFacts* one : open_successors({next, 1}, depth + 1)) add(one);
    }
  }
  return found;
}

Schools::Standing Schools::standing_of(std::string_view laestab) const {
  const auto known = with_number(laestab);
  if (known.empty()) return {Standing::Kind::unknown, ""};
  if (std::ranges::any_of(known, &SchoolFacts::is_open)) return {Standing::Kind::open, std::string(laestab)};
  auto successors = open_successors(known, 0);
  const AuthorityFacts* authority = find_authority(laestab.substr(0, 3));
  if (successors.empty() && authority != nullptr && !is_known_authority(authority->code)) {
    for (const std::string& code : authority->successors) {
      for (const SchoolFacts& one : with_number(code + std::string(laestab.substr(3)))) {
        if (one.is_open) successors.push_back(&one);
      }
    }
  }
  if (successors.size() != 1) return {Standing::Kind::closed, ""};
  return {Standing::Kind::succeeded, successors.front()->laestab};
}

const Schools& schools() {
  static const Schools table = [] {
    auto read = Schools::read(schools_csv());
    if (!read) throw std::logic_error(read.error().detail);
    return std::move(*read);
  }();
  return table;
}

}  // namespace broker::domain::reference
