// A transfer file's year in milliseconds: told of, reminded, reported, and never deleted without its sender's
// knowledge.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "broker/base/text.h"
#include "broker/delivery/transfer_steps.h"
#include "broker/delivery/transfer_worker.h"
#include "tests/support/store_node.h"

namespace broker::delivery {
namespace {

using std::chrono::days;

struct TransferTimes : testing::Test {
  // A file of a school in this authority; without a destination it is a lost pupil's, whom nobody has found.
  std::string send(const std::string& authority, const std::string& destination) {
    store::Write write;
    write.decide = [=, this](store::World& world) -> base::Result<store::Answer> {
      store::UploadRow upload;
      upload.id = world.next_id();
      upload.authority = authority;
      upload.school = authority + "4001";
      upload.kind = "transfer";
      upload.status = "completed";
      upload.time = world.now();
      world.put_upload(upload, {});
      store::TransferRow transfer;
      transfer.id = world.next_id();
      transfer.upload_id = upload.id;
      transfer.authority = authority;
      transfer.school = upload.school;
      transfer.kind = destination.empty() ? "lost" : "addressed";
      transfer.destination = destination;
      transfer.filename = "file.xml";
      transfer.digest = base::sha256(transfer.id);
      transfer.status = "sealed";
      transfer.created = world.now();
      const std::string id = transfer.id;
      world.add_transfer(std::move(transfer), vault.seal("<CTfile/>", "digest"));
      if (!destination.empty()) {
        make_available(world, id, {destination}, reminder_time(calendar, world.now(), destination.substr(0, 3)));
      }
      return store::Answer{200, {}, id};
    };
    return node.write(std::move(write))->body;
  }
  void keep_days(const std::string& authority, int kept) {
    store::Write write;
    write.needs.settings = {authority};
    write.decide = [=](store::World& world) -> base::Result<store::Answer> {
      domain::Settings settings;
      settings.transfer_file_retention_days = kept;
      settings.version = 1;
      world.put_settings(authority, settings);
      return store::Answer{};
    };
    ASSERT_TRUE(node.write(std::move(write)));
  }
  void pass(days time) {
    clock.advance(time);
    loop.run(worker.work_once());
    loop.run(worker.work_once());
  }
  int64_t told(const std::string& type, const std::string& recipient) {
    return database.number("select count(*) from message where type = '" + type + "' and recipient = '" + recipient +
                           "'");
  }
  std::string status(const std::string& id) {
    return database.text("select status from transfer where id = '" + id + "'");
  }

  support::EventLoop loop;
  support::StoreDatabase database{loop};
  base::ManualClock clock{base::parse_time("2026-01-12T09:30:00Z").value()};
  support::StoreNode node{database, clock};
  support::Scratch scratch;
  store::Vault vault = store::Vault::load({scratch.path() / "transfer-key"});
  const domain::Calendar& calendar = domain::built_in_calendar();
  TransferWorker worker{loop.executor(), node.writer_pool, node.writer, calendar, clock, support::signing_key()};
};

TEST_F(TransferTimes, ReportAFileThatNobodyClaimsAndRemindOnTheFifteenthSchoolDay) {
  send("314", "3194001");
  pass(days(5));
  EXPECT_EQ(told("transfer.expired", "3144001"), 0);
  pass(days(1));
  EXPECT_EQ(told("transfer.expired", "3144001"), 1);
  EXPECT_EQ(told("transfer.expired", "314"), 1);
  pass(days(14));  // 1 February: fourteen school days have passed
  EXPECT_EQ(told("transfer.reminder", "3194001"), 0);
  pass(days(1));
  EXPECT_EQ(told("transfer.reminder", "3194001"), 1);
  EXPECT_EQ(told("transfer.reminder", "3144001"), 1);
  pass(days(60));
  EXPECT_EQ(told("transfer.reminder", "3194001"), 1);
  EXPECT_EQ(told("transfer.expired", "3144001"), 1);
}

TEST_F(TransferTimes, DeleteNothingUncollectedBeforeItsSenderCouldAct) {
  const std::string id = send("314", "");
  pass(days(365));
  EXPECT_EQ(told("transfer.expired", "3144001"), 0);
  pass(days(1));
  EXPECT_EQ(told("transfer.expired", "3144001"), 1);
  EXPECT_EQ(status(id), "sealed");
  pass(days(28));
  EXPECT_EQ(status(id), "sealed");
  pass(days(1));
  EXPECT_EQ(status(id), "deleted");
  EXPECT_EQ(told("transfer.deleted", "3144001"), 1);
  const auto body =
      nlohmann::json::parse(database.text("select body from message where type = 'transfer.deleted' limit 1"));
  EXPECT_EQ(body.at("data").at("reason"), "not_collected");
  EXPECT_TRUE(body.at("data").at("certificate").contains("signature"));
  EXPECT_EQ(database.text("select octet_length(wrapped_key)::text from transfer_file"), "0") << "the key is destroyed";
}

TEST_F(TransferTimes, KeepAFileAsLongAsItsSendersAuthoritySays) {
  keep_days("314", 60);
  const std::string ours = send("314", ""), theirs = send("315", "");
  pass(days(61));
  EXPECT_EQ(told("transfer.expired", "3144001"), 1);
  EXPECT_EQ(told("transfer.expired", "3154001"), 0);
  pass(days(29));
  EXPECT_EQ(status(ours), "deleted");
  EXPECT_EQ(status(theirs), "sealed");
}

}  // namespace
}  // namespace broker::delivery
