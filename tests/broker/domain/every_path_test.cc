// Walks every state that one child's cases can reach in a number of steps, with three authorities, three officers and
// two schools, and judges each event by the lifecycle's invariants, written out here a second time and independently.
#include <iostream>
#include <map>
#include <unordered_set>

#include <gtest/gtest.h>

#include "tests/broker/domain/every_path_commands.h"

namespace broker::domain::testing {
namespace {

constexpr int depth_max = 7;

bool shows_education_now(const Confirmation& one, base::Date today) {
  const Location& location = one.location;
  if (one.outcome == Outcome::on_roll)
    return location.living_in_area == true && location.attending_since && *location.attending_since <= today;
  if (one.outcome == Outcome::home_educated) return location.written_confirmation == true;
  return one.outcome == Outcome::other_provision && !location.provider.empty();
}

int live_cases(const World& world) {
  return static_cast<int>(std::count_if(world.cases.begin(), world.cases.end(), [](const CaseFile& one) {
    return one.record.status == CaseStatus::open || one.record.status == CaseStatus::located;
  }));
}

// What must hold of a case in whatever state it is.
void expect_sound(const Case& record) {
  bool is_confirmed_by_another = false;
  for (const Confirmation& one : record.confirmations) {
    ASSERT_NE(one.authority, record.owner) << "an owner confirmed its own case";
    is_confirmed_by_another |= one.state == ConfirmationState::standing;
  }
  if (record.status == CaseStatus::open) ASSERT_FALSE(is_confirmed_by_another);
  if (record.status == CaseStatus::located) ASSERT_TRUE(is_confirmed_by_another);
  ASSERT_EQ(record.status == CaseStatus::closed, record.closure.has_value());
  if (record.status == CaseStatus::ended) {
    ASSERT_TRUE(record.ending && !record.ending->approved_by.empty());
    ASSERT_NE(record.ending->approved_by, record.ending->requested_by);
  }
}

void expect_closed_rightly(const World& before, const Case& was, const Case& is, const Event& event) {
  ASSERT_EQ(was.status, CaseStatus::located);
  ASSERT_EQ(event.by.authority, was.owner);
  ASSERT_EQ(event.by.school, "");
  ASSERT_EQ(is.closure->kind, ClosureKind::confirmed);
  const auto found = std::find_if(was.confirmations.begin(), was.confirmations.end(),
                                  [&](const Confirmation& one) { return one.id == is.closure->confirmation_id; });
  ASSERT_NE(found, was.confirmations.end());
  ASSERT_EQ(found->state, ConfirmationState::standing);
  ASSERT_NE(found->authority, was.owner);
  ASSERT_TRUE(shows_education_now(*found, before.today));
}

void expect_handed_over_rightly(const World& after, const Case& was, const Case& is, const Event& event) {
  ASSERT_EQ(was.status, CaseStatus::open);
  ASSERT_NE(event.by.authority, was.owner);
  ASSERT_EQ(event.by.school, "");
  ASSERT_TRUE(was.asked.contains(event.by.authority) || was.matched.contains(event.by.authority));
  ASSERT_EQ(is.closure->kind, ClosureKind::handed_over);
  // The whole decision is applied to `after`: the successor stands in it.
  const auto found = std::find_if(after.cases.begin(), after.cases.end(),
                                  [&](const CaseFile& one) { return one.record.id == is.closure->successor_case; });
  ASSERT_NE(found, after.cases.end());
  ASSERT_EQ(found->record.owner, event.by.authority);
  ASSERT_EQ(found->record.predecessor, was.id);
  ASSERT_EQ(found->record.chain, was.chain);
  ASSERT_EQ(found->record.status, CaseStatus::open);
}

// A status moves only along a row of the lifecycle's table, by an event of that row.
void expect_known_move(const Case& was, const Case& is, const Event& event) {
  static const std::map<std::string, std::pair<CaseStatus, CaseStatus>> rows = {
      {"location.confirmed", {CaseStatus::open, CaseStatus::located}},
      {"location.retracted", {CaseStatus::located, CaseStatus::open}},
      {"location.disputed", {CaseStatus::located, CaseStatus::open}},
      {"case.closed", {CaseStatus::located, CaseStatus::closed}},
      {"handover.accepted", {CaseStatus::open, CaseStatus::closed}}};
  const std::string type(type_of(event.body));
  if (was.status == is.status) {
    ASSERT_TRUE(type != "case.closed" && type != "handover.accepted" && type != "case.ended" &&
                type != "case.reopened");
  } else if (type == "case.ended") {
    ASSERT_TRUE(was.is_open_or_located() && is.status == CaseStatus::ended);
    ASSERT_EQ(event.by.authority, was.owner);
  } else if (type == "case.reopened") {
    ASSERT_TRUE(!was.is_open_or_located() && is.status == CaseStatus::open);
    ASSERT_EQ(event.by.authority, was.owner);
  } else {
    ASSERT_TRUE(rows.contains(type)) << type;
    ASSERT_EQ(rows.at(type), std::make_pair(was.status, is.status)) << type;
  }
}

class Walk {
 public:
  // Only steps that `is_tried` says; depth counts steps after the opening of the first case.
  template <typename Filter>
  void run(int depth, const Filter& is_tried) {
    std::vector<World> frontier{World::with_open_case()};
    frontier.front().counts_few_days = true;
    seen_.insert(key_of(frontier.front()));
    for (int level = 1; level <= depth && !::testing::Test::HasFatalFailure(); ++level) {
      std::vector<World> next;
      for (World& world : frontier) {
        visit(world, is_tried, next);
        if (::testing::Test::HasFatalFailure()) return;
      }
      frontier = std::move(next);
    }
  }

  std::map<std::string, int64_t> events, refusals, statuses;
  int64_t edges = 0;
  size_t states() const { return seen_.size(); }

 private:
  template <typename Filter>
  void visit(World& world, const Filter& is_tried, std::vector<World>& next) {
    for (const Step& step : steps_from(world)) {
      if (!is_tried(world, step)) continue;
      const auto decided = world.ask(step.by, step.command, step.index);
      if (!decided) {
        ++refusals[std::string(base::kind_of(decided.error().type).name)];
        continue;
      }
      if (decided->empty()) continue;  // a clock that has nothing to do
      World after = world;
      judge(world, after, *decided);
      if (::testing::Test::HasFatalFailure()) return;
      // What the clock does, and what a school's files say, moves no case: it is judged, and the walk goes on without
      // it.
      const bool is_walked =
          std::ranges::any_of(*decided, [](const Event& one) { return !happens_of_itself(one.body); });
      if (is_walked) keep(std::move(after), next);
    }
    // What happens of itself: a match is found, and days go by. Neither may move a case.
    for (const char* authority : {other, third}) {
      World after = world;
      after.match(authority);
      ASSERT_EQ(after.status(), world.status());
      keep(std::move(after), next);
    }
    World later = world;
    later.today = date("2026-12-18");
    keep(std::move(later), next);
  }

  void judge(const World& before, World& after, const std::vector<Event>& decided) {
    after.apply_all(decided);
    World at = before;
    for (const Event& event : decided) {
      ++events[std::string(type_of(event.body))];
      const World was = at;
      at.apply_all({event});
      for (size_t i = 0; i < was.cases.size(); ++i) {
        expect_known_step(was, i, at, event, after);
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
    for (const CaseFile& file : after.cases) expect_sound(file.record);
    ASSERT_LE(live_cases(after), 1) << "two authorities are responsible at once";
    const bool is_finished = has(decided, "case.closed") || has(decided, "case.ended");
    if (live_cases(before) == 1 && !is_finished) ASSERT_EQ(live_cases(after), 1) << "nobody is responsible";
  }

  void expect_known_step(const World& was, size_t i, const World& at, const Event& event, const World& after) {
    const Case& old_record = was.record(i);
    const Case& new_record = at.record(i);
    if (new_record.id != event.case_id) {
      ASSERT_EQ(old_record, new_record) << "an event of one case changed another";
      return;
    }
    ASSERT_EQ(new_record.version, old_record.version + (happens_of_itself(event.body) ? 0 : 1));
    ASSERT_EQ(new_record.sequence, old_record.sequence + 1);
    if (event.by == broker_itself) ASSERT_EQ(new_record.status, old_record.status) << "a clock moved a case";
    expect_known_move(old_record, new_record, event);
    if (old_record.status != CaseStatus::closed && new_record.status == CaseStatus::closed) {
      const bool is_handover = std::holds_alternative<HandoverAccepted>(event.body);
      if (is_handover)
        expect_handed_over_rightly(after, old_record, new_record, event);
      else
        expect_closed_rightly(was, old_record, new_record, event);
    }
  }

  void keep(World&& after, std::vector<World>& next) {
    ++edges;
    if (!seen_.insert(key_of(after)).second) return;
    for (const CaseFile& file : after.cases) ++statuses[std::string(text_of(file.record.status))];
    next.push_back(std::move(after));
  }

  static bool has(const std::vector<Event>& decided, std::string_view type) {
    return std::any_of(decided.begin(), decided.end(), [&](const Event& one) { return type_of(one.body) == type; });
  }

  std::unordered_set<std::string> seen_;
};

bool is_recount(const Step& step) {
  return std::holds_alternative<RecountDays>(step.command);
}

}  // namespace

TEST(EveryPath, ClosesACaseOnlyThroughAnotherAuthoritysConfirmationOrHandover) {
  Walk walk;
  // Counting days is slow; the other walk does it.
  walk.run(depth_max, [](const World&, const Step& step) { return !is_recount(step); });
  ASSERT_FALSE(HasFatalFailure());
  std::cout << "walked " << walk.states() << " states and " << walk.edges << " granted steps to depth " << depth_max
            << "\n";
  // A walk that goes nowhere proves nothing.
  EXPECT_GT(walk.states(), 100'000u);
  EXPECT_GT(walk.edges, 1'000'000);
  for (const char* type :
       {"enquiry.opened", "enquiry.replied", "location.confirmed", "location.retracted", "location.disputed",
        "handover.accepted", "case.opened", "case.closed", "case.ended", "case.reopened", "removal.permitted",
        "removal.confirmed", "removal.too_early", "transfer.sent", "enquiry.reminder", "enquiry.escalated",
        "removal.reminder", "message.expired", "absence.reported", "check.recorded"}) {
    EXPECT_GT(walk.events[type], 0) << type;
  }
  for (const char* status : {"open", "located", "closed", "ended"}) EXPECT_GT(walk.statuses[status], 0) << status;
  for (const char* type : {"case-not-confirmed", "owner-cannot-confirm", "not-attending-yet", "second-officer-required",
                           "not-found", "not-permitted", "invalid", "successor-open", "case-not-open"}) {
    EXPECT_GT(walk.refusals[type], 0) << type;
  }
}

TEST(EveryPath, OfTheOwnerAndTheSchoolsAloneNeverLocatesNorClosesTheCase) {
  Walk walk;
  walk.run(depth_max + 5, [](const World& world, const Step& step) {
    return is_recount(step) || step.by.authority == world.record(step.index).owner || !step.by.school.empty();
  });
  ASSERT_FALSE(HasFatalFailure());
  std::cout << "walked " << walk.states() << " states and " << walk.edges
            << " granted steps without another authority\n";
  EXPECT_GT(walk.states(), 100u);
  EXPECT_GT(walk.events["enquiry.rescheduled"], 0);
  EXPECT_EQ(walk.statuses["located"], 0);
  EXPECT_EQ(walk.statuses["closed"], 0);
  EXPECT_GT(walk.statuses["ended"], 0);
}

}  // namespace broker::domain::testing
