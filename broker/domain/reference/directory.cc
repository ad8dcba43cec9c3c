#include "broker/domain/reference/directory.h"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "broker/base/text.h"
#include "broker/domain/reference/data.h"
#include "broker/domain/reference/table.h"

namespace broker::domain::reference {
namespace {

using base::refuse;
using base::Result;

constexpr std::array<std::string_view, 6> live_columns = {"code", "name", "region", "nation", "gss_code", "status"};
constexpr std::array<std::string_view, 5> historic_columns = {"code", "name", "date_of_termination", "region",
                                                              "successor_codes"};
constexpr std::array<std::string_view, 3> neighbour_columns = {"la_code", "neighbour_code", "border"};

bool is_code(std::string_view text) {
  return text.size() == 3 && base::parse_number(text).has_value();
}

// `31/03/2009`, as the source of this one table writes it.
std::optional<base::Date> parse_british_date(std::string_view text) {
  if (text.size() != 10 || text[2] != '/' || text[5] != '/') return std::nullopt;
  const std::string iso =
      std::string(text.substr(6)) + "-" + std::string(text.substr(3, 2)) + "-" + std::string(text.substr(0, 2));
  return base::parse_date(iso);
}

Result<AuthorityFacts> live_authority(const Row& row) {
  const auto& v = row.values;
  if (!is_code(v[0]) || v[1].empty()) return refuse(broken_table("la_codes", row.line, "no code or no name"));
  if (v[3] != "England" && v[3] != "Wales" && v[3] != "BFPO") {
    return refuse(broken_table("la_codes", row.line, "the nation is unknown"));
  }
  if (v[5] != "live") return refuse(broken_table("la_codes", row.line, "only live authorities stand here"));
  AuthorityFacts facts;
  facts.code = v[0];
  facts.name = v[1];
  facts.region = v[2];
  facts.nation = v[3];
  facts.gss_code = v[4];
  return facts;
}

Result<AuthorityFacts> historic_authority(const Row& row) {
  const auto& v = row.values;
  if (!is_code(v[0]) || v[1].empty()) return refuse(broken_table("la_codes_historic", row.line, "no code or no name"));
  AuthorityFacts facts;
  facts.code = v[0];
  facts.name = v[1];
  facts.region = v[3];
  // All regions but Wales are English ones; the sources name none for what is outside both.
  if (!v[3].empty()) facts.nation = v[3] == "Wales" ? "Wales" : "England";
  facts.status = AuthorityStatus::historic;
  if (!v[2].empty()) {
    facts.valid_to = parse_british_date(v[2]);
    if (!facts.valid_to) return refuse(broken_table("la_codes_historic", row.line, "no date of termination"));
  }
  if (!v[4].empty()) {
    for (const auto code : base::split(v[4], ';')) facts.successors.emplace_back(code);
    std::ranges::sort(facts.successors);
  }
  return facts;
}

// Codes are unique, successors exist, and each successor began the day after its predecessor ended. True of all rows
// held: each reorganisation gave new codes. A merger into a standing authority would need a column of its own.
std::optional<base::Problem> link_successors(std::vector<AuthorityFacts>& facts,
                                             const std::map<std::string, size_t, std::less<>>& by_code) {
  if (by_code.size() != facts.size()) return broken_table("la_codes_historic", 1, "a code stands twice");
  for (const auto& facts_of_old : facts) {
    for (const auto& code : facts_of_old.successors) {
      const auto found = by_code.find(code);
      if (found == by_code.end() || !facts_of_old.valid_to) {
        return broken_table("la_codes_historic", 1, "the successors of " + facts_of_old.code + " are not known");
      }
      const base::Date begin = std::chrono::sys_days(*facts_of_old.valid_to) + std::chrono::days(1);
      auto& valid_from = facts[found->second].valid_from;
      if (!valid_from || begin < *valid_from) valid_from = begin;
    }
  }
  return std::nullopt;
}

std::optional<base::Problem> link_neighbours(std::vector<AuthorityFacts>& facts,
                                             const std::map<std::string, size_t, std::less<>>& by_code,
                                             const std::vector<Row>& rows) {
  std::set<std::pair<std::string_view, std::string_view>> pairs;
  for (const auto& row : rows) pairs.emplace(row.values[0], row.values[1]);
  for (const auto& row : rows) {
    const auto& from = row.values[0];
    const auto& to = row.values[1];
    const auto found = by_code.find(from);
    if (found == by_code.end() || facts[found->second].status != AuthorityStatus::live) {
      return broken_table("neighbours", row.line, "the authority is not a live one");
    }
    if (from == to || !pairs.contains({to, from})) {
      return broken_table("neighbours", row.line, "the pair does not stand in both directions");
    }
    facts[found->second].neighbours.push_back(to);
  }
  if (pairs.size() != rows.size()) return broken_table("neighbours", 1, "a pair stands twice");
  for (auto& authority : facts) std::ranges::sort(authority.neighbours);
  return std::nullopt;
}

}  // namespace

Result<Directory> Directory::read(std::string_view la_codes, std::string_view la_codes_historic,
                                  std::string_view neighbours) {
  const auto live_rows = read_table("la_codes", la_codes, live_columns);
  if (!live_rows) return refuse(live_rows.error());
  const auto historic_rows = read_table("la_codes_historic", la_codes_historic, historic_columns);
  if (!historic_rows) return refuse(historic_rows.error());
  const auto neighbour_rows = read_table("neighbours", neighbours, neighbour_columns);
  if (!neighbour_rows) return refuse(neighbour_rows.error());

  Directory directory;
  for (const auto& row : *live_rows) {
    auto facts = live_authority(row);
    if (!facts) return refuse(facts.error());
    directory.facts_.push_back(std::move(*facts));
  }
  for (const auto& row : *historic_rows) {
    auto facts = historic_authority(row);
    if (!facts) return refuse(facts.error());
    directory.facts_.push_back(std::move(*facts));
  }
  std::ranges::sort(directory.facts_, {}, &AuthorityFacts::code);
  for (size_t i = 0; i < directory.facts_.size(); ++i) directory.by_code_.emplace(directory.facts_[i].code, i);
  if (auto broken = link_successors(directory.facts_, directory.by_code_)) return refuse(std::move(*broken));
  if (auto broken = link_neighbours(directory.facts_, directory.by_code_, *neighbour_rows)) {
    return refuse(std::move(*broken));
  }
  return directory;
}

const AuthorityFacts* Directory::find(std::string_view code) const {
  const auto found = by_code_.find(code);
  return found == by_code_.end() ? nullptr : &facts_[found->second];
}

const Directory& directory() {
  static const Directory directory = [] {
    auto read = Directory::read(la_codes_csv(), la_codes_historic_csv(), neighbours_csv());
    if (!read) throw std::logic_error("broken reference data: " + read.error().detail);
    return std::move(*read);
  }();
  return directory;
}

const AuthorityFacts* find_authority(std::string_view code) {
  return directory().find(code);
}

bool is_known_authority(std::string_view code) {
  const auto* authority = find_authority(code);
  return authority != nullptr && authority->status == AuthorityStatus::live;
}

bool is_known_la_code(std::string_view code) {
  return find_authority(code) != nullptr;
}

std::span<const AuthorityFacts> all_authorities() {
  return directory().all();
}

std::string_view region_of(std::string_view code) {
  const auto* authority = find_authority(code);
  return authority == nullptr ? std::string_view() : std::string_view(authority->region);
}

std::span<const std::string> neighbours_of(std::string_view code) {
  const auto* authority = find_authority(code);
  if (authority == nullptr) return {};
  return authority->neighbours;
}

}  // namespace broker::domain::reference
