// The receiving half of Wire: results in their order, errors without values, warnings that matter.
#include <array>
#include <string_view>

#include <libpq-fe.h>

#include "broker/base/ensure.h"
#include "broker/postgres/wire.h"

namespace broker::postgres {
namespace {

std::string field(const pg_result* result, int code) {
  const char* const text = PQresultErrorField(result, code);
  return text ? text : "";
}

// Classes whose primary message speaks of the schema or the server. Others (22: what could not be read; P0: what a
// function raised) quote values.
bool may_quote(std::string_view sqlstate) {
  static constexpr std::array<std::string_view, 16> classes = {"08", "0A", "23", "25", "26", "28", "2B", "3D",
                                                               "3F", "40", "42", "53", "54", "55", "57", "58"};
  for (const std::string_view known : classes) {
    if (sqlstate.starts_with(known)) return true;
  }
  return false;
}

}  // namespace

DatabaseError error_of(const pg_result* result, const char* doing) {
  std::string sqlstate = field(result, PG_DIAG_SQLSTATE);
  if (sqlstate.empty()) sqlstate = "08006";  // libpq's own: the connection broke
  std::string message = std::string("in ") + doing;
  if (may_quote(sqlstate)) {
    std::string primary = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (primary.empty()) primary = PQresultErrorMessage(result);
    while (!primary.empty() && primary.back() == '\n') primary.pop_back();
    message += ": " + primary;
  }
  return DatabaseError(std::move(sqlstate), message, field(result, PG_DIAG_CONSTRAINT_NAME));
}

void Wire::hear(void* wire, const pg_result* notice) {
  auto& self = *static_cast<Wire*>(wire);
  const std::string sqlstate = field(notice, PG_DIAG_SQLSTATE);
  const std::string severity = field(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity == "FATAL" || severity == "PANIC") self.is_doomed_ = true;
  // A cancelled wait for the synchronous standby: COMMIT "succeeds" with 01000, or 57P01 when the session is ended.
  if (severity == "WARNING" && (sqlstate == DatabaseError::in_doubt || sqlstate == "57P01")) self.is_in_doubt_ = true;
}

awaitable<void> Wire::await_result() {
  while (PQisBusy(connection_.get())) {
    co_await wait(true, false);
    if (!PQconsumeInput(connection_.get())) {
      // An error that the server sent before it hung up says more than the hang-up.
      if (!PQisBusy(connection_.get())) co_return;
      throw_lost("receive");
    }
  }
}

void Wire::remember(DatabaseError error) {
  if (!error_) error_ = std::make_unique<DatabaseError>(std::move(error));
}

void Wire::take(const Sent& sent, Rows rows, pg_result* result, std::vector<Rows>& answers) {
  const char* const doing = sent.statement ? sent.statement->name : "sync";
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
      if (sent.step == Step::prepare) prepared_.emplace(sent.statement->name, sent.statement->sql);
      [[fallthrough]];
    case PGRES_TUPLES_OK:
      if (sent.step == Step::execute) answers.push_back(std::move(rows));
      if (sent.step == Step::settings) server_timeout_ = timeout_;
      return;
    case PGRES_PIPELINE_SYNC: base::ensure(sent.step == Step::sync); return;
    case PGRES_PIPELINE_ABORTED: return;
    case PGRES_EMPTY_QUERY:
    case PGRES_FATAL_ERROR: remember(error_of(result, doing)); break;
    default: throw DatabaseError("08P01", std::string("an answer of an unexpected kind in ") + doing);
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK || error_->is_connection_lost()) throw DatabaseError(*error_);
}

awaitable<std::vector<Rows>> Wire::receive() {
  std::vector<Rows> answers;
  for (const Sent& sent : sent_) {
    co_await await_result();
    pg_result* const result = PQgetResult(connection_.get());
    if (!result) throw_lost("receive");
    take(sent, Rows(result), result, answers);
    if (sent.step == Step::sync) continue;
    // One NULL stands between the results of two statements.
    co_await await_result();
    if (pg_result* const extra = PQgetResult(connection_.get())) {
      PQclear(extra);
      throw DatabaseError("08P01", "an answer too many");
    }
  }
  co_return answers;
}

awaitable<void> Wire::receive_script() {
  while (true) {
    co_await await_result();
    pg_result* const result = PQgetResult(connection_.get());
    if (!result) co_return;
    const Rows rows(result);
    const auto status = PQresultStatus(result);
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) throw DatabaseError("08P01", "a script can't copy");
    if (status == PGRES_FATAL_ERROR) remember(error_of(result, "script"));
    if (PQstatus(connection_.get()) != CONNECTION_OK) throw_lost("script");
  }
}

}  // namespace broker::postgres
