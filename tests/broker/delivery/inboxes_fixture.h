// An inbox of 318 on a real store, and what a test does with it. Used by the tests of the inboxes.
#pragma once

#include <gtest/gtest.h>

#include "broker/delivery/inboxes.h"
#include "tests/support/store_node.h"

namespace broker::delivery {

using namespace std::chrono_literals;
using base::ProblemType;
using base::Result;
using support::sending;
using Ids = std::vector<std::string>;

constexpr std::chrono::seconds lease{60};
constexpr std::chrono::seconds at_once{0};  // as a wait, and as a lease that has ended when it begins

inline const std::string case_a = "00000000-0000-7000-8000-00000000000a";
inline const std::string case_b = "00000000-0000-7000-8000-00000000000b";

struct InboxesTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode node{database};
  std::optional<Inboxes> inboxes;
  store::Viewer viewer{"318", "", false};
  domain::Actor by = support::officer("318");

  InboxesTest() { start(); }
  // As after a restart of the broker.
  void start() { inboxes.emplace(node.timers, node.store, node.ids); }
  void wake_on_commit() {
    node.writer.on_commit([this](const store::Committed& committed) {
      for (const std::string& recipient : committed.recipients) inboxes->wake(recipient);
    });
  }

  std::string send(const std::string& case_id = "", bool is_immediate = false, const std::string& to = "318") {
    EXPECT_TRUE(node.write(sending(to, case_id, is_immediate)));
    return database.text("select id::text from message order by position desc limit 1");
  }
  Result<std::optional<Claim>> try_claim(size_t max, std::chrono::seconds time = lease) {
    return loop.run(inboxes->claim(viewer, by, max, time, at_once));
  }
  Claim claim(size_t max, std::chrono::seconds time = lease) {
    auto result = try_claim(max, time);
    EXPECT_TRUE(result) << result.error().detail;
    return result && *result ? std::move(**result) : Claim{};
  }
  Ids ids_of(const Claim& one) {
    Ids ids;
    for (const std::string& envelope : one.envelopes)
      ids.push_back(envelope.substr(envelope.find("\"id\":\"") + 6, 36));
    return ids;
  }
  Result<size_t> acknowledge(const Claim& one, Ids ids) {
    return loop.run(inboxes->acknowledge(viewer, support::officer("318"), one.lease_id, std::move(ids)));
  }
  Result<size_t> acknowledge(const Claim& one) { return acknowledge(one, ids_of(one)); }
};

}  // namespace broker::delivery
