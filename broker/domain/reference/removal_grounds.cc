#include "broker/domain/reference/removal_grounds.h"

#include <array>
#include <stdexcept>
#include <vector>

#include "broker/domain/reference/data.h"
#include "broker/domain/reference/table.h"

namespace broker::domain::reference {
namespace {

using base::refuse;

constexpr std::array<std::string_view, 5> columns = {"ground", "valid_from", "valid_to", "transfer", "words"};
constexpr std::string_view table = "removal_grounds";

}  // namespace

base::Result<std::vector<RemovalGround>> read_removal_grounds(std::string_view text) {
  const auto rows = read_table(table, text, columns);
  if (!rows) return refuse(rows.error());
  std::vector<RemovalGround> grounds;
  for (const Row& row : *rows) {
    const auto& v = row.values;
    const auto from = base::parse_date(v[1]);
    const auto to = base::parse_date(v[2]);
    const bool is_letter = v[0].size() == 1 && v[0].front() >= 'A' && v[0].front() <= 'Z';
    if (!is_letter || v[4].empty()) return refuse(broken_table(table, row.line, "no letter or no words"));
    if (!from || (!v[2].empty() && (!to || *to < *from))) return refuse(broken_table(table, row.line, "wrong dates"));
    if (v[3] != "yes" && v[3] != "no") return refuse(broken_table(table, row.line, "transfer is yes or no"));
    grounds.push_back({v[0].front(), *from, to, v[3] == "yes", v[4]});
  }
  return grounds;
}

std::span<const RemovalGround> removal_grounds() {
  static const std::vector<RemovalGround> grounds = [] {
    auto read = read_removal_grounds(removal_grounds_csv());
    if (!read) throw std::logic_error("broken reference data: " + read.error().detail);
    return std::move(*read);
  }();
  return grounds;
}

const RemovalGround* removal_ground(char letter, base::Date day) {
  for (const RemovalGround& ground : removal_grounds()) {
    const bool is_in_force = ground.valid_from <= day && (!ground.valid_to || day <= *ground.valid_to);
    if (ground.letter == letter && is_in_force) return &ground;
  }
  return nullptr;
}

}  // namespace broker::domain::reference
