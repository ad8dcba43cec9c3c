// What is held of children outside of cases goes when the days of whose it is are over, and nothing goes before.
#include <gtest/gtest.h>

#include "broker/base/text.h"
#include "broker/message/state.h"
#include "broker/store/feed.h"
#include "broker/store/notices.h"
#include "broker/store/retention.h"
#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using base::Result;
using domain::RecordKind;
using std::chrono::days;
using support::child;
using support::officer;

constexpr int arrived = 1, lost = 2, asked = 3, travelling = 4;

struct RecordRetentionTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  base::ManualClock clock{base::parse_time("2015-01-12T09:30:00Z").value()};
  support::StoreNode node{database, clock};

  std::string change(std::function<std::string(World&)> what) {
    Write write;
    write.decide = [what = std::move(what)](World& world) -> Result<Answer> { return Answer{200, {}, what(world)}; };
    return node.write(std::move(write))->body;
  }

  static std::string digest(const std::string& authority, int n) {
    return digest_of(authority, RecordKind::arrival, message::encode_pupil(child(n)));
  }
  static UploadRow file_of(const std::string& authority, World& world) {
    return {.id = world.next_id(),
            .authority = authority,
            .officer = "ada",
            .kind = "arrivals",
            .filename = "arrivals.csv",
            .status = "completed",
            .digest = base::sha256(authority),
            .time = world.now()};
  }
  // Of one row that is taken and one that is refused, and gives its id.
  std::string uploaded(const std::string& authority, int n, RecordKind kind = RecordKind::arrival) {
    return change([=](World& world) {
      UploadRow file = file_of(authority, world);
      HeldRecord row;
      row.side = {.authority = authority, .kind = kind, .upload_id = file.id, .row = 2};
      row.digest = digest(authority, n);
      row.pupil = child(n);
      world.hold(std::move(row));
      const std::string id = file.id;
      world.put_upload(std::move(file), {{3, "dob", "bad-date", "is no date", "", "2," + child(n).surname + ",x"}});
      return id;
    });
  }
  int64_t key_of(int n) {
    return database.number("select key from pupil_record where strpos(record, '" + child(n).surname + "') > 0");
  }
  // So that neither the newest message nor the newest record is one that may go.
  void go_on() {
    EXPECT_TRUE(node.write(support::sending("319")));
    EXPECT_TRUE(node.write(support::holding("319", RecordKind::arrival, child(99))));
  }
  void keep_days(const std::string& authority, int count) {
    Write write;
    write.needs.settings = {authority};
    write.decide = [=](World& world) -> Result<Answer> {
      domain::Settings settings;
      settings.record_retention_days = count;
      settings.version = 1;
      world.put_settings(authority, settings);
      return Answer{};
    };
    ASSERT_TRUE(node.write(std::move(write)));
  }
  void after(int count) { clock.set(*base::parse_time("2015-01-12T09:30:00Z") + days(count)); }
  int64_t forget() { return loop.run(forget_old_records(node.writer_pool, node.writer, clock.now())); }
  int64_t held(int n) {
    return database.number("select count(*) from pupil_record where strpos(record, '" + child(n).surname + "') > 0");
  }
  std::set<std::string> tables_with(const std::string& words) {
    std::set<std::string> found;
    for (const std::string& table :
         database.column("select tablename from pg_tables where schemaname = 'public' order by tablename")) {
      if (database.number("select count(*) from " + table + " t where strpos(t::text, '" + words + "') > 0") > 0)
        found.insert(table);
    }
    return found;
  }
  std::vector<std::string> deleted() {
    return database.column(
        "select concat_ws(' ', entry::json ->> 'authority', entry::json ->> 'action', entry::json ->> 'subject') "
        "from audit_entry where entry::json ->> 'action' like '%.deleted' order by position");
  }
};

TEST_F(RecordRetentionTest, ForgetsRowsOfFilesWithTheirErrorsAndSaysSoInTheLog) {
  const std::string upload = uploaded("318", arrived);
  const int64_t key = key_of(arrived);
  go_on();
  after(1094);
  EXPECT_EQ(forget(), 0);
  after(1096);
  EXPECT_EQ(tables_with(child(arrived).surname), (std::set<std::string>{"pupil_record", "upload_error"}));
  EXPECT_EQ(forget(), 2);
  EXPECT_EQ(tables_with(child(arrived).surname), std::set<std::string>{});
  EXPECT_EQ(tables_with("arrivals.csv"), std::set<std::string>{});
  EXPECT_EQ(deleted(), (std::vector<std::string>{"318 record.deleted " + upload, "318 upload.deleted " + upload}));
  EXPECT_EQ(forget(), 0);
  EXPECT_EQ(database.check_log({database.signed_head()}), std::nullopt);
  // A reader that has the record in its index is told.
  const FeedChunk chunk = loop.run(read_feed(node.writer_pool, {key, 0}, 10));
  ASSERT_EQ(chunk.changes.size(), 1U);
  EXPECT_EQ(chunk.changes[0].key, key);
  EXPECT_FALSE(chunk.changes[0].is_held);
  EXPECT_TRUE(loop.run(read_records(node.writer_pool, {key})).empty());
}

TEST_F(RecordRetentionTest, KeepsThemAsLongAsWhoseTheyAreSays) {
  uploaded("318", arrived);
  uploaded("314", lost, RecordKind::lost);
  keep_days("318", 60);
  keep_days("314", 2000);
  go_on();
  after(59);
  EXPECT_EQ(forget(), 0);
  after(61);
  EXPECT_EQ(forget(), 2);
  EXPECT_EQ(held(arrived), 0);
  after(1999);
  forget();
  EXPECT_EQ(held(lost), 1);
  after(2001);
  forget();
  EXPECT_EQ(held(lost), 0);
}

TEST_F(RecordRetentionTest, CountsFromTheLastFileThatNamedThem) {
  uploaded("318", arrived);
  const auto again = [this] {
    Write write;
    write.needs.record_digests = {digest("318", arrived)};
    write.decide = [](World& world) -> Result<Answer> {
      EXPECT_TRUE(world.is_known_digest(digest("318", arrived)));
      world.see_again(digest("318", arrived));
      return Answer{};
    };
    ASSERT_TRUE(node.write(std::move(write)));
  };
  after(20);
  again();
  EXPECT_EQ(database.number("select extract(day from max(seen) - min(seen)) from pupil_record"), 0);
  after(900);
  again();
  go_on();
  after(1900);
  EXPECT_EQ(forget(), 0);
  after(1996);
  EXPECT_EQ(forget(), 2);
}

// What somebody decided on a case stays with the case.
TEST_F(RecordRetentionTest, KeepsWhatACaseIsKeptWith) {
  uploaded("318", arrived);
  const int64_t key = key_of(arrived);
  const std::string id = node.write(support::opening("314", child(50)))->body;
  const auto match = [&](domain::MatchStatus status) {
    change([&](World& world) {
      domain::Match one;
      one.id = world.next_id();
      one.seeker = {.authority = "314", .kind = RecordKind::case_child, .record_key = key + 1, .case_id = id};
      one.holder = {.authority = "318", .kind = RecordKind::arrival, .record_key = key};
      one.status = status;
      world.put_match(std::move(one));
      return std::string();
    });
  };
  match(domain::MatchStatus::accepted);
  go_on();
  after(1100);
  EXPECT_EQ(forget(), 0);
  EXPECT_EQ(held(arrived), 1);
  database.ask("update match_state set status = 'rejected'");
  EXPECT_EQ(forget(), 2);
  EXPECT_EQ(database.number("select count(*) from match_state"), 0);
}

TEST_F(RecordRetentionTest, KeepsARowWhoseTransferFileWaits) {
  const std::string upload = uploaded("314", lost, RecordKind::lost);
  const int64_t key = key_of(lost);
  change([&](World& world) {
    TransferRow transfer{.id = world.next_id(), .upload_id = upload, .record_key = key, .upn = child(lost).upn};
    transfer.authority = "314";
    transfer.kind = "lost";
    transfer.digest = base::sha256("file");
    transfer.status = "sealed";
    world.add_transfer(std::move(transfer), {});
    return std::string();
  });
  go_on();
  after(1100);
  EXPECT_EQ(forget(), 0);
  database.ask("update transfer set status = 'deleted'");
  EXPECT_EQ(forget(), 2);
  EXPECT_EQ(tables_with(child(lost).surname), std::set<std::string>{});
  EXPECT_EQ(tables_with(child(lost).upn), std::set<std::string>{});
  EXPECT_EQ(database.number("select count(*) from transfer"), 1) << "what was done with the file is still known";
}

TEST_F(RecordRetentionTest, ForgetsQueriesNoticesAndWhatWasToldOfThem) {
  std::string query, notice;
  change([&](World& world) {
    query = world.next_id();
    world.add_query({query, officer("314"), "to find", child(asked)});
    return std::string();
  });
  change([&](World& world) {
    message::Notice one{.id = world.next_id(), .sender = "314", .recipient = "318", .children = {child(travelling)}};
    one.time = world.now();
    notice = one.id;
    world.write(insert_notice(one));
    HeldRecord record;
    record.side = {.authority = "314", .kind = RecordKind::expected};
    record.digest = digest_of_expected("314", child(travelling));
    record.pupil = child(travelling);
    world.hold(std::move(record));
    return std::string();
  });
  EXPECT_TRUE(node.write(support::sending("318")));
  keep_days("318", 1200);
  go_on();
  after(1100);
  EXPECT_EQ(forget(), 2);  // the query, and the child that 314 looks for
  EXPECT_EQ(tables_with(child(asked).surname), std::set<std::string>{});
  EXPECT_EQ(tables_with(child(travelling).surname), std::set<std::string>{"notice"}) << "318 keeps it longer";
  after(1201);
  forget();
  EXPECT_EQ(tables_with(child(travelling).surname), std::set<std::string>{});
  EXPECT_EQ(database.number("select count(*) from message"), 1);
  EXPECT_EQ(deleted(), (std::vector<std::string>{"314 query.deleted " + query, "314 notice.deleted " + notice}));
}

// The broker's clock alone, or whoever has the writer's password, can't make a record old.
TEST_F(RecordRetentionTest, LeavesToTheDatabaseWhatMayGo) {
  clock.set(*base::parse_time("2026-01-12T09:30:00Z"));
  const std::string upload = uploaded("318", arrived);
  go_on();
  clock.set(*base::parse_time("2090-01-12T09:30:00Z"));
  EXPECT_EQ(forget(), 0);
  const auto writer = database.connect("waymark_writer");
  const std::string key = std::to_string(key_of(arrived));
  EXPECT_THROW(support::run_sql(loop, *writer, "select forget_records(array[" + key + "]::bigint[], '2090-01-01')"),
               postgres::DatabaseError);
  EXPECT_THROW(support::run_sql(loop, *writer, "select forget_papers(array['" + upload + "']::uuid[], '2090-01-01')"),
               postgres::DatabaseError);
  EXPECT_THROW(support::run_sql(loop, *writer, "delete from pupil_record"), postgres::DatabaseError);
  EXPECT_EQ(held(arrived), 1);
}

// A number that was given out is never given out again: readers go on after the last they saw.
TEST_F(RecordRetentionTest, WaitsWithTheNewestRecord) {
  uploaded("318", arrived);
  after(1100);
  EXPECT_EQ(forget(), 0);
  go_on();
  EXPECT_EQ(forget(), 2);
}

}  // namespace
}  // namespace broker::store
