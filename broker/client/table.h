// Plain text for people: columns that line up, and named values below each other. Used by the views of commands.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace broker::client {

// A heading and rows, padded by characters (not bytes). A cell's line ends and tabs become spaces and other control
// characters are left out: what another authority wrote can't steer the terminal.
std::string table(const std::vector<std::string>& heading, const std::vector<std::vector<std::string>>& rows);

// `name   value`, one a line; values that are empty are left out.
std::string fields(const std::vector<std::pair<std::string, std::string>>& named);

// Text fit for a terminal, as in a cell.
std::string printable(std::string_view text);

}  // namespace broker::client
