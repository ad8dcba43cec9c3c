// Somebody with every right in the database changes the log behind a running broker: `waymark verify` with a witness
// that was kept outside says so, and names the first bad entry.
#include <deque>
#include <sstream>

#include <gmock/gmock.h>

#include "broker/client/log_verifier.h"
#include "broker/postgres/connection.h"
#include "tests/e2e/sandbox_fixture.h"
#include "tests/support/event_loop.h"

namespace e2e {
namespace {

using broker::client::verify_export;
using broker::client::verify_log;
using testing::HasSubstr;

struct Tampering {
  std::string what;
  std::vector<std::string> sql;
  std::string finding;
};

const std::vector<Tampering> tamperings = {
    {"a changed entry",
     {"update audit_entry set entry = replace(entry, '\"action\":\"', '\"action\":\"not.') where position = 7"},
     "entry 7 was changed"},
    {"a removed entry", {"delete from audit_entry where position = 5"}, "entry 5 was removed"},
    {"an inserted entry",
     {"update audit_entry set position = position + 1000 where position >= 9",
      "update audit_entry set position = position - 999 where position >= 1000",
      "insert into audit_entry values (9, '314', '{}')"},
     "entry 9 was changed, inserted"},
    {"two that changed places",
     {"update audit_entry a set entry = b.entry from audit_entry b where (a.position, b.position) in ((3, 8), (8, 3))"},
     "entry 3 was changed"},
    {"a log cut off",
     {"delete from audit_entry where position >= 6", "delete from audit_node where (index + 1) << level > 6"},
     "lacks all from entry 6"},
    {"a forged leaf",
     {"update audit_entry set entry = '{}' where position = 4",
      "update audit_node set hash = sha256('\\x007b7d') where level = 0 and index = 4"},
     "the log was rewritten"},
};

class TamperedLog : public SandboxTest {
 protected:
  TamperedLog() {
    const std::string socket = (scratch_.path() / "sandbox/postgres/run").string();
    const auto deadline = broker::postgres::deadline_in(std::chrono::seconds(20));
    superuser_ = loop_.run(broker::postgres::Connection::connect(
        loop_.executor(), "host=" + socket + " dbname=waymark user=postgres", deadline));
    Access access = sandbox_->access("314", "");
    access.certificate = sandbox_->value("/operator/cert");
    access.private_key = sandbox_->value("/operator/key");
    operator_ = std::make_unique<Api>(std::move(access));
  }

  using Access = broker::client::Access;

  void ask(const std::string& sql) {
    texts_.push_back(sql);
    names_.push_back("tamper_" + std::to_string(names_.size()));
    const broker::postgres::Statement statement{names_.back().c_str(), texts_.back().c_str()};
    loop_.run(superuser_->execute(statement));
  }
  void open_cases(int count) {
    for (int i = 0; i < count; ++i) {
      const Json child = {{"surname", "Vale"}, {"forename", "Ann"}, {"dob", "2014-05-0" + std::to_string(1 + i % 9)}};
      expect_status(as("314").post("/v1/cases", dump({{"child", child}, {"force", true}})), 201);
    }
  }

  support::EventLoop loop_;
  std::unique_ptr<broker::postgres::Connection> superuser_;
  std::deque<std::string> texts_, names_;
  std::unique_ptr<Api> operator_;
};

}  // namespace

TEST_F(TamperedLog, IsFoundOutByAWitnessThatNamesTheFirstBadEntry) {
  open_cases(12);
  const auto witness = scratch_.path() / "witness.json";
  const auto first = verify_log(*operator_, {{}, witness, {}});
  EXPECT_EQ(first.fault, "");
  EXPECT_EQ(first.entries_read, first.size);
  const auto again = verify_log(*operator_, {{}, witness, {}});
  EXPECT_EQ(again.fault, "");
  EXPECT_EQ(again.continues, first.size);

  ask("create table kept_entry as select * from audit_entry");
  ask("create table kept_node as select * from audit_node");
  for (const Tampering& tampering : tamperings) {
    for (const std::string& sql : tampering.sql) ask(sql);
    EXPECT_THAT(verify_log(*operator_, {{}, witness, {}}).fault, HasSubstr(tampering.finding)) << tampering.what;
    ask("truncate audit_entry, audit_node");
    ask("insert into audit_entry select * from kept_entry");
    ask("insert into audit_node select * from kept_node");
  }
  EXPECT_EQ(verify_log(*operator_, {{}, witness, {}}).fault, "") << "as it was before";
}

TEST_F(TamperedLog, IsFoundOutInAnExportToo) {
  open_cases(8);
  const auto witness = scratch_.path() / "witness.json";
  ASSERT_EQ(verify_log(*operator_, {{}, witness, {}}).fault, "");
  std::stringstream lines;
  broker::client::export_log(*operator_, 0, lines);
  const std::string honest = lines.str();
  std::istringstream whole(honest);
  const auto verified = verify_export(whole, {{}, witness, {}});
  EXPECT_EQ(verified.fault, "");
  EXPECT_EQ(verified.entries_read, verified.size);

  std::string changed = honest;
  changed.replace(changed.find("case.opened"), 11, "case.closed");
  std::istringstream forged(changed);
  EXPECT_NE(verify_export(forged, {{}, witness, {}}).fault, "");
  std::istringstream shortened(honest.substr(honest.find('\n') + 1));
  EXPECT_EQ(verify_export(shortened, {{}, witness, {}}).fault, "entry 0 is missing");
}

}  // namespace e2e
