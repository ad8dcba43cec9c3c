#include "broker/postgres/errors.h"

namespace broker::postgres {
namespace {

std::string describe(const std::string& sqlstate, const std::string& message, const std::string& constraint) {
  std::string text = "database error " + sqlstate;
  if (!message.empty()) text += ": " + message;
  if (!constraint.empty()) text += " (constraint " + constraint + ")";
  return text;
}

}  // namespace

DatabaseError::DatabaseError(std::string sqlstate, const std::string& message, std::string constraint)
    : std::runtime_error(describe(sqlstate, message, constraint)),
      sqlstate_(std::move(sqlstate)),
      constraint_(std::move(constraint)) {}

}  // namespace broker::postgres
