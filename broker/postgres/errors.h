// What goes wrong between the broker and PostgreSQL, sorted by what the caller can do about it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace broker::postgres {

// A failure reported by the server (with its SQLSTATE) or met on the way to it. what() names the statement, SQLSTATE
// and constraint and may quote the server's primary message where that can't hold a value; it never holds a row's
// values, a parameter, DETAIL or CONTEXT, so it may be logged.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(std::string sqlstate, const std::string& message, std::string constraint = {});

  const std::string& sqlstate() const { return sqlstate_; }
  // The constraint that was violated, empty for other errors.
  const std::string& constraint() const { return constraint_; }

  bool is_unique_violation() const { return sqlstate_ == "23505"; }
  bool is_foreign_key_violation() const { return sqlstate_ == "23503"; }
  bool is_check_violation() const { return sqlstate_ == "23514"; }
  // Any constraint (class 23) or unreadable value (class 22): the input is at fault, a repeat gives the same.
  bool is_bad_input() const { return is_class("22") || is_class("23"); }
  // Serialization failure or deadlock: the transaction can be run again as a whole.
  bool is_serialization_failure() const { return sqlstate_ == "40001" || sqlstate_ == "40P01"; }
  // Out of disk, memory, connections or file handles (class 53).
  bool is_out_of_resources() const { return is_class("53"); }
  bool is_disk_full() const { return sqlstate_ == "53100"; }
  // The server met an error of its machine, such as a disk that fails (class 58).
  bool is_system_error() const { return is_class("58"); }
  // The server is read-only: a standby, or a former primary after a failover.
  bool is_read_only() const { return sqlstate_ == "25006"; }
  // Our own deadline passed, or the server's statement_timeout or lock_timeout.
  bool is_timeout() const { return sqlstate_ == timed_out || sqlstate_ == "57014" || sqlstate_ == "55P03"; }
  // The connection is gone or the server is going: class 08, 57P01 to 57P05.
  bool is_connection_lost() const { return is_class("08") || is_class("57P0"); }
  // The work may or may not have been committed: the answer was lost, our deadline passed, or COMMIT came back with
  // WARNING 01000 because its wait for the synchronous standby was cancelled. Look the keys up before answering.
  bool is_outcome_unknown() const { return is_connection_lost() || sqlstate_ == timed_out || sqlstate_ == in_doubt; }
  // Everything that passes by itself: answer 503 with Retry-After.
  bool is_unavailable() const {
    return is_outcome_unknown() || is_out_of_resources() || is_system_error() || is_timeout() || is_read_only();
  }

  static constexpr std::string_view timed_out = "HYT00";  // SQL/CLI's code for an expired timeout
  static constexpr std::string_view in_doubt = "01000";

 private:
  bool is_class(std::string_view prefix) const { return sqlstate_.starts_with(prefix); }

  std::string sqlstate_;
  std::string constraint_;
};

// No connection was to be had within the deadline: the database is away, or all connections stayed busy. Nothing was
// sent, so nothing was done: is_outcome_unknown() does not apply.
class Unavailable : public std::runtime_error {
 public:
  explicit Unavailable(const std::string& reason) : std::runtime_error("database unavailable: " + reason) {}
};

}  // namespace broker::postgres
