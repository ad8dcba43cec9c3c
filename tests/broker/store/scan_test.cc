// The calls of every minute, and that for all that is held about a child, find their rows by an index: in a filled
// database none of them reads a table from end to end.
#include <gtest/gtest.h>

#include "broker/base/text.h"
#include "broker/store/audit_log.h"
#include "broker/store/cases.h"
#include "broker/store/feed.h"
#include "broker/store/inbox.h"
#include "broker/store/notices.h"
#include "broker/store/subject_access.h"
#include "broker/store/transfers.h"
#include "broker/store/uploads.h"
#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using base::Result;
using support::officer;

// One case and its enquiry, as the rules make them.
class EmptyScanTest : public testing::Test {
 protected:
  EmptyScanTest() {
    case_id = node->write(support::opening("314", support::child(1)))->body;
    domain::SendEnquiries command;
    command.to = {"318"};
    enquiry = node->write(support::on_case(case_id, officer("314"), command))->body;
  }

  // Rows that were read by scans of whole tables, by table, since the server began to count.
  std::string scanned() {
    node->pool.close();
    node->writer_pool.close();
    // A session's counts arrive when it ends.
    while (database.number("select count(*) from pg_stat_activity where usename like 'waymark%' and datname = '" +
                           database.name() + "'") > 0) {
      loop.poll();
    }
    std::string text;
    for (const std::string& line : database.column(
             "select relname || ' ' || seq_scan from pg_stat_user_tables where seq_scan > 0 and relname in "
             "('case_state', "
             "'enquiry_state', 'event', 'message', 'receipt', 'pupil_record', 'pupil_record_change', 'match_state', "
             "'idempotency', 'upload', 'upload_error', 'transfer', 'notice', 'register_rating', 'query', 'look') "
             "order by 1")) {
      text += line + "\n";
    }
    return text;
  }
  void forget() {
    scanned();
    database.ask("select pg_stat_force_next_flush()");
    database.ask("select pg_stat_reset()");
    node.emplace(database);
  }

  // More often than a session makes plans for the values at hand.
  void write_often() {
    for (int i = 0; i < 8; ++i) {
      ASSERT_TRUE(node->write(support::with_key(support::opening("314", support::child(100 + i)), std::to_string(i))));
      ASSERT_TRUE(node->write(support::on_enquiry(enquiry, officer("314"), domain::AddInformation{enquiry, "More."})));
      Write write = support::holding("318", domain::RecordKind::arrival, support::child(200 + i));
      write.needs.pairs = {{5, 8}};
      write.needs.records = {5, 8};
      write.needs.cases = {case_id};
      write.needs.chains_of = {case_id};
      ASSERT_TRUE(node->write(std::move(write)));
    }
  }

  support::EventLoop loop;
  support::StoreDatabase database{loop};
  std::optional<support::StoreNode> node{database};
  std::string case_id, enquiry;
};

// 40 authorities with 500 of everything each; whatever is read is made of what the rules themselves made first.
class ScanTest : public EmptyScanTest {
 protected:
  ScanTest() {
    for (const char* table : {"case_state", "enquiry_state", "event", "message", "pupil_record"}) copy(table);
    database.ask(
        "insert into receipt select m.id, kind, recipient, time from message m, "
        "unnest(array['delivered', 'acknowledged']) kind where m.position % 100 <> 0 and m.position > 2");
    database.ask("insert into pupil_record_change (key, is_held) select key, false from pupil_record where key > 2");
    database.ask(
        "insert into idempotency select 'authority:314', 'key ' || n, 'r', '', 200, '{}', '{}', now() "
        "from generate_series(1, 20000) n");
    database.ask(
        "insert into match_state select gen_random_uuid(), (200 + n % 40)::text, (200 + (n + 7) % 40)::text, n, "
        "n + 3, null, null, null, null, 'pending', 1, '{}' from generate_series(1, 20000) n");
    database.ask("analyze");
  }

  // Twenty thousand rows like the last one, with keys and authorities of their own.
  void copy(const std::string& table) {
    std::string columns, values;
    const auto rows = database.ask("select attname, format_type(atttypid, null) from pg_attribute where attrelid = '" +
                                   table + "'::regclass and attnum > 0 and attgenerated = ''");
    for (const postgres::Row row : rows) {
      const std::string name = row.text(0), type = row.text(1);
      columns += (columns.empty() ? "" : ", ") + name;
      std::string value = "t." + name;
      if (name == "id" || name == "chain" || (table != "enquiry_state" && name == "case_id"))
        value = "gen_random_uuid()";
      if (name == "held_by" || (table == "upload" && name == "id")) value = "gen_random_uuid()";
      if (name == "found_by") value = "array['N' || n]";
      if (name == "record_key" || name == "number") value = "t." + name + " + n";
      if (name == "reference" || name == "upn") value = "t." + name + " || n";
      if (name == "owner" || name == "sender" || name == "authority") value = "(200 + n % 40)::text";
      if (name == "recipient") value = "(200 + (n + 7) % 40)::text";
      if (name == "position" || name == "key") value = "t." + name + " + n";
      if (name == "digest") value = "sha256(n::text::bytea)";
      values += (values.empty() ? "" : ", ") + value;
    }
    database.ask("insert into " + table + " (" + columns + ") select " + values + " from (select * from " + table +
                 " limit 1) t, generate_series(1, 20000) n");
  }
};

TEST_F(ScanTest, WritingReadsNoTableFromEndToEnd) {
  forget();
  write_often();
  EXPECT_EQ(scanned(), "");
}

// A broker of a new database plans over empty tables, and keeps these plans while they fill.
TEST_F(EmptyScanTest, WritingReadsNoTableFromEndToEndEither) {
  forget();
  write_often();
  EXPECT_EQ(scanned(), "");
}

TEST_F(ScanTest, ReadingReadsNoTableFromEndToEnd) {
  forget();
  const Viewer viewer{"314", "", false};
  for (int i = 0; i < 8; ++i) {
    EXPECT_TRUE(loop.run(find_case(node->pool, viewer, case_id)));
    loop.run(list_cases(node->pool, viewer, {"", i % 2 == 0, base::date_in_england(node->clock.now())}, {}));
    EXPECT_EQ(loop.run(list_timeline(node->pool, viewer, case_id, {})).items.size(), 2U);
    EXPECT_TRUE(loop.run(find_enquiry(node->pool, viewer, enquiry)));
    EXPECT_EQ(loop.run(list_enquiries(node->pool, viewer, {}, {})).items.size(), 1U);
    loop.run(list_matches(node->pool, viewer, {}, {}));
    EXPECT_EQ(loop.run(waiting_after(node->pool, {"318", "", false}, 0, 1'000)).size(), 1U);
    loop.run(list_inbox(node->pool, viewer, {}));
    loop.run(list_log_entries(node->pool, viewer, 0, 50));
    loop.run(read_feed(node->writer_pool, {15'000, 15'000}, 50));
    loop.run(claim_match_tasks(node->writer_pool, 10, 60));
  }
  EXPECT_EQ(scanned(), "");
}

constexpr std::pair<const char*, const char*> columns_of_caller[] = {
    {"case_state", "owner"}, {"message", "sender"},       {"pupil_record", "authority"}, {"match_state", "seeker"},
    {"upload", "authority"}, {"transfer", "authority"},   {"notice", "sender"},          {"query", "authority"},
    {"look", "owner"},       {"register_rating", "owner"}};

// All that is held about one child, among 20,000 of everything.
class HeldAboutScanTest : public ScanTest {
 protected:
  HeldAboutScanTest() {
    write([&](World& world) {
      UploadRow file{.id = world.next_id(),
                     .authority = "314",
                     .officer = "ada",
                     .kind = "lost_pupils",
                     .filename = "a.csv",
                     .status = "completed",
                     .digest = base::sha256("file")};
      HeldRecord row;
      row.side = {.authority = "314", .kind = domain::RecordKind::lost, .upload_id = file.id, .row = 1};
      row.digest = base::sha256("row");
      row.pupil = child;
      row_key = world.hold(std::move(row));
      TransferRow transfer{.id = world.next_id(), .upload_id = file.id, .record_key = row_key, .upn = child.upn};
      transfer.authority = "314";
      transfer.kind = "lost";
      transfer.digest = base::sha256("transfer");
      transfer.status = "sealed";
      world.add_transfer(std::move(transfer), {});
      world.put_upload(std::move(file), {{2, "dob", "unreadable", "is no date", "", "2," + child.upn + ",x"}});
    });
    write([&](World& world) {
      message::Notice notice{.id = world.next_id(), .sender = "314", .recipient = "318", .children = {child}};
      world.write(insert_notice(notice));
      world.write(agree_rating(case_id, "314", domain::Rating::red, "ada", node->clock.now()));
      world.add_query({world.next_id(), officer("314"), "to find", child});
      domain::Match match;
      match.id = world.next_id();
      match.seeker = {.authority = "314", .record_key = row_key};
      match.holder = {.authority = "318", .record_key = 1'000'000};
      world.put_match(std::move(match));
      world.look(officer("318"), {.action = "look.case", .subject = case_id, .children = {{case_id, ""}}});
    });
    for (const char* table : {"upload", "upload_error", "transfer", "notice", "register_rating", "query", "look"}) {
      copy(table);
    }
    // The caller has 500 of everything too, which are as little to be looked through.
    for (const auto& [table, column] : columns_of_caller) {
      database.ask("update " + std::string(table) + " set " + column + " = '314' where " + column + " = '207'");
    }
    database.ask("update enquiry_state set sender = '314', case_id = gen_random_uuid() where id <> '" + enquiry + "'");
    database.ask("vacuum analyze");
  }

  void write(std::function<void(World&)> change) {
    Write what;
    what.decide = [change = std::move(change)](World& world) -> Result<Answer> {
      change(world);
      return Answer{};
    };
    ASSERT_TRUE(node->write(std::move(what)));
  }

  matcher::PupilRecord child = support::child(1);
  int64_t row_key = 0;
};

TEST_F(HeldAboutScanTest, WhatIsHeldAboutAChildIsFoundWithoutReadingATableFromEndToEnd) {
  forget();
  const Viewer viewer{"314", "", false};
  matcher::PupilRecord by_name = child;
  by_name.upn.clear();
  matcher::PupilRecord by_upn;
  by_upn.upn = child.upn;
  // More often than a session makes plans for the values at hand.
  for (int i = 0; i < 8; ++i) {
    const NamingChild naming = loop.run(find_naming(node->pool, viewer, i % 2 == 0 ? by_name : by_upn));
    EXPECT_EQ(naming.cases.size(), 1U);
    EXPECT_EQ(naming.rows.size(), 1U);
    EXPECT_EQ(naming.refused.size(), 1U);
    EXPECT_EQ(naming.queries.size(), 1U);
    EXPECT_EQ(naming.notices.size(), 1U);
    const HangingOnChild hanging = loop.run(find_hanging(node->pool, viewer, naming));
    EXPECT_EQ(hanging.matches.size(), 1U);
    EXPECT_EQ(hanging.messages.size(), 1U);
    EXPECT_EQ(hanging.looks.size(), 1U);
    EXPECT_EQ(hanging.ratings.size(), 1U);
    ASSERT_EQ(hanging.transfers.size(), 1U);
    EXPECT_TRUE(loop.run(find_transfer(node->pool, viewer, hanging.transfers.front())));
    EXPECT_EQ(loop.run(list_timeline(node->pool, viewer, case_id, {})).items.size(), 2U);
    EXPECT_EQ(loop.run(list_enquiries(node->pool, viewer, {.case_id = case_id}, {})).items.size(), 1U);
  }
  EXPECT_EQ(scanned(), "");
  // Nor what is the caller's.
  EXPECT_EQ(
      database.column("select indexrelname || ' ' || idx_tup_read from pg_stat_user_indexes where idx_tup_read > 400"),
      std::vector<std::string>{});
}

// Both sides of a list, page by page, each once and in order.
TEST_F(ScanTest, ListsEverySentAndReceivedEnquiryOnceAcrossPages) {
  const auto all_of = [&](EnquiryFilter filter) {
    std::vector<std::string> ids;
    Page page{"", 7};
    do {
      const auto list = loop.run(list_enquiries(node->pool, {"314", "", false}, filter, page));
      for (const StoredEnquiry& one : list.items) ids.push_back(one.enquiry.id);
      page.after = list.next;
    } while (!page.after.empty());
    return ids;
  };
  std::vector<std::string> sent{enquiry}, received;
  domain::SendEnquiries command;
  for (int i = 0; i < 20; ++i) {
    command.to = {std::to_string(320 + i)};
    sent.push_back(node->write(support::on_case(case_id, officer("314"), command))->body);
  }
  command.to = {"314"};
  for (int i = 0; i < 20; ++i) {
    const std::string theirs = node->write(support::opening("319", support::child(300 + i)))->body;
    received.push_back(node->write(support::on_case(theirs, officer("319"), command))->body);
  }
  std::vector<std::string> both = sent;
  both.insert(both.end(), received.begin(), received.end());
  EXPECT_EQ(all_of({}), both);
  EXPECT_EQ(all_of({.is_sent = true}), sent);
  EXPECT_EQ(all_of({.is_received = true}), received);
  EXPECT_EQ(all_of({.case_id = case_id}), sent);
  EXPECT_TRUE(all_of({.status = "answered"}).empty());
}

}  // namespace
}  // namespace broker::store
