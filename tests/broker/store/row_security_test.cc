// The second wall: connected as the API's own role, whoever asks is shown the rows that concern it and no other.
#include <gtest/gtest.h>

#include "broker/base/text.h"
#include "broker/message/state.h"
#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using base::Result;
using domain::Actor;
using support::child;
using support::officer;

// 314 has a case and asked 318 about it. 318 holds an arrival that matches it; 319 holds what a query of 314 found.
// 315 has nothing to do with any of this but has as much of its own.
struct RowSecurityTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode node{database};
  std::unique_ptr<postgres::Connection> api = database.connect("waymark_api");
  std::string case_314, case_315, enquiry;
  std::string seeker_key, holder_key, match, queried;

  RowSecurityTest() {
    matcher::PupilRecord lost = child(1);
    lost.school.laestab = "3144001";
    case_314 = node.write(support::opening("314", lost))->body;
    case_315 = node.write(support::opening("315", child(2)))->body;
    domain::SendEnquiries command;
    command.to = {"318"};
    enquiry = node.write(support::on_case(case_314, officer("314"), command))->body;
    seeker_key = database.text("select key::text from pupil_record where case_id = '" + case_314 + "'");
    holder_key = node.write(support::holding("318", domain::RecordKind::arrival, child(1)))->body;
    node.write(support::holding("319", domain::RecordKind::arrival, child(1)));
    upload("314", "3144001");
    upload("314", "3144002");
    upload("315", "");
    match = find("314", seeker_key, "318", holder_key);
    queried = query("314", "319");
    node.write(support::sending("3144001"));
    look("318", case_314);
    look("314", case_314);
    look("315", case_315);
  }

  void upload(const std::string& authority, const std::string& school) {
    Write write;
    write.decide = [=](World& world) -> Result<Answer> {
      UploadRow row{.id = world.next_id(),
                    .authority = authority,
                    .school = school,
                    .officer = "ada",
                    .kind = "lost_pupils",
                    .filename = "a.csv",
                    .status = "completed"};
      row.digest = base::sha256(row.id);
      world.audit({authority, "ada", school}, "upload.accepted", row.id, "");
      world.put_upload(std::move(row), {{1, "dob", "unreadable", "is no date", "", ""}});
      return Answer{};
    };
    ASSERT_TRUE(node.write(std::move(write)));
  }
  void look(const std::string& by, const std::string& id) {
    Write write;
    write.decide = [=](World& world) -> Result<Answer> {
      world.look(officer(by), {.action = "look.case", .subject = id, .children = {{id, ""}}});
      return Answer{};
    };
    ASSERT_TRUE(node.write(std::move(write)));
  }
  std::string find(const std::string& seeker, const std::string& key, const std::string& holder,
                   const std::string& other) {
    Write write;
    write.decide = [=](World& world) -> Result<Answer> {
      domain::Match one;
      one.id = world.next_id();
      one.seeker = domain::MatchSide{.authority = seeker, .record_key = std::stoll(key)};
      one.holder = domain::MatchSide{.authority = holder, .record_key = std::stoll(other)};
      const std::string id = one.id;
      world.put_match(std::move(one));
      return Answer{200, {}, id};
    };
    return node.write(std::move(write))->body;
  }
  std::string query(const std::string& by, const std::string& holder) {
    Write write;
    write.decide = [=](World& world) -> Result<Answer> {
      const std::string id = world.next_id();
      world.add_query({id, officer(by), "to find", child(9)});
      domain::Match one;
      one.id = world.next_id();
      one.seeker = domain::MatchSide{.authority = by, .kind = domain::RecordKind::query, .upload_id = id};
      one.holder = domain::MatchSide{.authority = holder, .record_key = 1'000};
      world.put_match(std::move(one));
      return Answer{200, {}, id};
    };
    return node.write(std::move(write))->body;
  }

  void look_as(const std::string& authority, const std::string& school = "", const std::string& auditor = "") {
    support::run_sql(loop, *api,
                     "select set_config('waymark.authority', '" + authority +
                         "', false), "
                         "set_config('waymark.school', '" +
                         school +
                         "', false), "
                         "set_config('waymark.auditor', '" +
                         auditor + "', false)");
  }
  int64_t seen(const std::string& table, const std::string& where = "true") {
    return support::run_sql(loop, *api, "select count(*) from " + table + " where " + where).front().integer(0);
  }
  std::string error_of(const std::string& sql) {
    try {
      support::run_sql(loop, *api, sql);
    } catch (const postgres::DatabaseError& error) {
      return error.sqlstate();
    }
    return "none";
  }
};

constexpr const char* readable[] = {"case_state",   "enquiry_state", "event",       "message", "receipt",     "upload",
                                    "upload_error", "pupil_record",  "match_state", "query",   "audit_entry", "look"};
constexpr const char* unreadable[] = {"case_reference", "confirmation",     "pupil_record_change", "match_task",
                                      "idempotency",    "caller_signature", "upload_part",         "transfer_file"};
constexpr const char* not_permitted = "42501";

TEST_F(RowSecurityTest, ShowsNothingWithoutSettings) {
  for (const char* table : readable) {
    EXPECT_GT(database.number(std::string("select count(*) from ") + table) + (table == std::string("receipt")), 0);
    EXPECT_EQ(seen(table), 0) << table;
  }
}

TEST_F(RowSecurityTest, ShowsNothingToSomebodyWhoHasNothing) {
  for (const auto& [authority, school] : std::vector<std::pair<const char*, const char*>>{
           {"316", ""}, {"316", "3164001"}, {"", "3164001"}, {"' or true --", ""}, {"%", "%"}, {"314,318", ""}}) {
    look_as(std::string(authority) == "' or true --" ? "'' or true --" : authority, school);
    for (const char* table : readable) EXPECT_EQ(seen(table), 0) << table << " as " << authority << " " << school;
  }
}

TEST_F(RowSecurityTest, ShowsAnAuthorityItsOwnRowsAndNoOther) {
  look_as("315");
  EXPECT_EQ(seen("case_state"), 1);
  EXPECT_EQ(seen("case_state", "id = '" + case_314 + "'"), 0);
  EXPECT_EQ(seen("event", "owner <> '315'"), 0);
  EXPECT_EQ(seen("enquiry_state"), 0);
  EXPECT_EQ(seen("message"), 0);
  EXPECT_EQ(seen("upload"), 1);
  EXPECT_EQ(seen("upload_error"), 1);
  EXPECT_EQ(seen("pupil_record"), 1);
  EXPECT_EQ(seen("match_state"), 0);
  EXPECT_EQ(seen("query"), 0);
  EXPECT_GT(seen("audit_entry"), 0);
  EXPECT_EQ(seen("audit_entry", "authority <> '315'"), 0);
}

TEST_F(RowSecurityTest, ShowsAPartyTheCaseOfItsEnquiryAndNotItsTimeline) {
  look_as("318");
  EXPECT_EQ(seen("case_state"), 1);
  EXPECT_EQ(seen("case_state", "id = '" + case_314 + "'"), 1);
  EXPECT_EQ(seen("enquiry_state", "id = '" + enquiry + "'"), 1);
  EXPECT_EQ(seen("event"), 0);
  EXPECT_EQ(seen("upload"), 0);
  EXPECT_EQ(seen("audit_entry", "entry not like '%look.case%'"), 0);
  EXPECT_EQ(seen("message"), 1);
}

TEST_F(RowSecurityTest, ShowsAHolderTheSeekersRecordOfItsMatchAndNothingMore) {
  look_as("318");
  EXPECT_EQ(seen("pupil_record"), 2);  // its own arrival, and the child that 314 looks for
  EXPECT_EQ(seen("pupil_record", "key = " + seeker_key), 1);
  EXPECT_EQ(seen("match_state"), 1);
  EXPECT_EQ(seen("query"), 0);
  look_as("314");
  EXPECT_EQ(seen("pupil_record", "key = " + holder_key), 0) << "the seeker learns who holds a record, not the record";
}

TEST_F(RowSecurityTest, ShowsAHolderTheQueryThatFoundItsRecord) {
  look_as("319");
  EXPECT_EQ(seen("query", "id = '" + queried + "'"), 1);
  EXPECT_EQ(seen("match_state"), 1);
  EXPECT_EQ(seen("case_state"), 0);
  EXPECT_EQ(seen("pupil_record", "authority <> '319'"), 0);
}

TEST_F(RowSecurityTest, ShowsASchoolItsOwnUploadsAndMessagesAndTheCaseOfItsPupil) {
  look_as("314", "3144001");
  EXPECT_EQ(seen("upload"), 1);
  EXPECT_EQ(seen("upload", "school <> '3144001'"), 0);
  EXPECT_EQ(seen("upload_error"), 1);
  EXPECT_EQ(seen("message"), 1);
  EXPECT_EQ(seen("case_state"), 1);
  for (const char* table : {"enquiry_state", "event", "pupil_record", "match_state", "query"}) {
    EXPECT_EQ(seen(table), 0) << table;
  }
  look_as("314", "3144003");
  for (const char* table : readable) EXPECT_EQ(seen(table), 0) << table;
}

// A school was shown every entry of its authority: who does what to which case there.
TEST_F(RowSecurityTest, ShowsASchoolItsOwnEntriesAndNoneOfItsAuthoritysOfficers) {
  look_as("314", "3144001");
  EXPECT_EQ(seen("audit_entry"), 1);
  EXPECT_EQ(seen("audit_entry", "entry::json ->> 'school' = '3144001'"), 1);
  look_as("314");
  EXPECT_GT(seen("audit_entry"), 0);
  EXPECT_EQ(seen("audit_entry", "authority <> '314'"), 0);
}

TEST_F(RowSecurityTest, ShowsAnAuditorEveryEntryAndNothingElse) {
  look_as("", "", "yes");
  EXPECT_EQ(seen("audit_entry"), database.number("select count(*) from audit_entry"));
  for (const char* table : readable) {
    if (table != std::string("audit_entry")) EXPECT_EQ(seen(table), 0) << table;
  }
}

TEST_F(RowSecurityTest, ShowsTheOwnerWhoHasLookedAndNobodyElse) {
  look_as("314");
  EXPECT_EQ(seen("look"), 2);
  EXPECT_EQ(seen("look", "authority = '318'"), 1);
  look_as("318");
  EXPECT_EQ(seen("look"), 0) << "its own look at another's child is in its audit entries";
  look_as("314", "3144001");
  EXPECT_EQ(seen("look"), 0);
}

TEST_F(RowSecurityTest, ShowsAReceiptToBothEndsOfItsMessage) {
  const std::string id = database.text("select id::text from message where recipient = '318'");
  Write write;
  write.decide = [id](World& world) -> Result<Answer> {
    world.add_receipt({id, "delivered", "318"});
    return Answer{};
  };
  ASSERT_TRUE(node.write(std::move(write)));
  for (const char* authority : {"314", "318"}) {
    look_as(authority);
    EXPECT_EQ(seen("receipt"), 1) << authority;
  }
  look_as("315");
  EXPECT_EQ(seen("receipt"), 0);
}

TEST_F(RowSecurityTest, RefusesTheApiEveryChange) {
  look_as("314");
  for (const std::string& table : database.column("select relname from pg_class where relkind = 'r' and "
                                                  "relnamespace = 'public'::regnamespace")) {
    const std::string column = database.text("select attname from pg_attribute where attrelid = '" + table +
                                             "'::regclass and attnum > 0 and attidentity = '' limit 1");
    EXPECT_EQ(error_of("insert into " + table + " (" + column + ") values (null)"), not_permitted) << table;
    EXPECT_EQ(error_of("update " + table + " set " + column + " = null"), not_permitted) << table;
    EXPECT_EQ(error_of("delete from " + table), not_permitted) << table;
    EXPECT_EQ(error_of("truncate " + table), not_permitted) << table;
    EXPECT_EQ(error_of("do $$ begin lock table " + table + "; end $$"), not_permitted) << table;
  }
  for (const char* table : unreadable) {
    EXPECT_EQ(error_of(std::string("select 1 from ") + table), not_permitted) << table;
  }
}

TEST_F(RowSecurityTest, GivesTheApiNoWayAroundThePolicies) {
  look_as("316");
  for (const char* sql : {"set role waymark_writer", "set role postgres", "set session authorization waymark_writer",
                          "alter table case_state disable row level security", "drop policy parties on case_state",
                          "alter role waymark_api bypassrls", "grant waymark_writer to waymark_api",
                          "create function public.me() returns text language sql as $$ select '314' $$",
                          "create table public.mine (id int)", "copy case_state to program 'cat'",
                          "select pg_read_file('pg_hba.conf')", "alter database postgres set row_security = off"}) {
    EXPECT_NE(error_of(sql), "none") << sql;
  }
  EXPECT_EQ(error_of("set row_security = off"), "none");  // turns silence into an error, and shows no row
  EXPECT_EQ(error_of("select count(*) from case_state"), not_permitted);
}

// The functions that show the API what the policies would not: they take nobody's word for who asks.
TEST_F(RowSecurityTest, CountsACallersOwnCasesAndNobodyElses) {
  const auto counted = [&](const std::string& authority, const std::string& school = "") {
    look_as(authority, school);
    return support::run_sql(loop, *api, "select own_cases('open')").front().integer(0);
  };
  EXPECT_EQ(counted("314"), 1);
  EXPECT_EQ(counted("315"), 1);
  EXPECT_EQ(counted("318"), 0);  // asked about a case, and owner of none
  EXPECT_EQ(counted("314", "3144001"), 0);
  EXPECT_EQ(counted(""), 0);
  look_as("314");
  EXPECT_EQ(support::run_sql(loop, *api, "select own_cases('closed')").front().integer(0), 0);
  EXPECT_EQ(error_of("select forget_cases(array[]::uuid[], now())"), not_permitted);
  EXPECT_EQ(error_of("select id from cases_past_retention(now())"), not_permitted);
  EXPECT_EQ(database.column("select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace "
                            "order by proname"),
            (std::vector<std::string>{"cases_past_retention", "forget_cases", "forget_papers", "forget_records",
                                      "naming_child", "own_cases", "papers_past_retention", "records_past_retention"}));
}

TEST_F(RowSecurityTest, NamesWhereACallersOwnDataNamesAChildAndNobodyElses) {
  const auto named = [&](const std::string& authority, const std::string& name, const std::string& school = "") {
    look_as(authority, school);
    std::vector<std::string> places;
    for (const postgres::Row row :
         support::run_sql(loop, *api, "select place from naming_child(array['" + name + "'], 100) order by place")) {
      places.push_back(row.text(0));
    }
    return places;
  };
  using Places = std::vector<std::string>;
  EXPECT_EQ(named("314", child(1).upn), Places{"case"});
  EXPECT_EQ(named("314", child(1).dob.text()), Places{"case"});
  EXPECT_EQ(named("318", child(1).upn), (Places{"case", "row"}));  // was asked about it, and holds an arrival
  EXPECT_EQ(named("319", child(1).upn), Places{"row"});
  EXPECT_EQ(named("315", child(1).upn), Places{});
  EXPECT_EQ(named("315", child(2).upn), Places{"case"});
  EXPECT_EQ(named("314", child(9).upn), Places{"query"});
  EXPECT_EQ(named("319", child(9).upn), Places{}) << "the query found its record, and is another's";
  EXPECT_EQ(named("314", child(1).upn, "3144001"), Places{});
  EXPECT_EQ(named("", child(1).upn), Places{});
}

TEST_F(RowSecurityTest, GivesNoRoleOfOursAWayAroundOrOwnership) {
  EXPECT_EQ(database.number("select count(*) from pg_roles where rolname like 'waymark%' and (rolsuper or rolbypassrls "
                            "or rolcreaterole or rolcreatedb or rolreplication)"),
            0);
  EXPECT_EQ(database.number("select count(*) from pg_class c join pg_roles r on r.oid = c.relowner "
                            "where r.rolname like 'waymark%'"),
            0);
  EXPECT_EQ(database.number("select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member "
                            "where r.rolname like 'waymark%'"),
            0);
  EXPECT_EQ(database.column("select relname from pg_class where relkind = 'r' and not relrowsecurity and "
                            "relnamespace = 'public'::regnamespace"),
            std::vector<std::string>{"waymark_migrations"});
}

// The writer adds; what has happened it can neither change nor remove.
TEST_F(RowSecurityTest, GivesTheWriterNoWayToChangeWhatHasHappened) {
  api = database.connect("waymark_writer");
  for (const char* table :
       {"event", "audit_entry", "audit_node", "message", "receipt", "pupil_record", "confirmation", "case_reference",
        "pupil_record_change", "query", "upload_error", "look", "audit_head", "caller_signature"}) {
    EXPECT_EQ(error_of(std::string("delete from ") + table), not_permitted) << table;
    EXPECT_EQ(error_of(std::string("truncate ") + table), not_permitted) << table;
    const std::string column = database.text(std::string("select attname from pg_attribute where attrelid = '") +
                                             table + "'::regclass and attnum > 0 and attidentity = '' limit 1");
    EXPECT_EQ(error_of(std::string("update ") + table + " set " + column + " = null"), not_permitted) << table;
  }
  EXPECT_EQ(error_of("insert into waymark_migrations (number, name, sha256) values (99, 'x', 'y')"), not_permitted);
}

}  // namespace
}  // namespace broker::store
