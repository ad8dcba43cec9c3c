// Random histories: whatever the order of the calls, the events fold to the state, and no decision emits an event that
// its state can't take (that would stop the process).
#include <map>

#include <gtest/gtest.h>

#include "broker/base/random.h"
#include "tests/broker/domain/every_path_commands.h"

namespace broker::domain::testing {
namespace {

constexpr int histories = 400;
constexpr int steps_in_history = 60;

CaseFile fold(const std::vector<Event>& events) {
  CaseFile file;
  for (const Event& event : events) file = apply(std::move(file), event);
  return file;
}

// One history from a seed: each step is any of those that could be tried, granted or not.
void replay(uint64_t seed, std::map<std::string, int>& granted) {
  base::SeededRandom random(seed);
  World world;
  std::map<std::string, std::vector<Event>> log;
  const auto record_all = [&](const std::vector<Event>& events) {
    for (const Event& event : events) {
      log[event.case_id].push_back(event);
      ++granted[std::string(type_of(event.body))];
    }
  };
  OpenCase opening;
  opening.child.upn = seed % 2 == 0 ? "B801200005001" : "";
  opening.child.school.laestab = leaver_school;
  record_all(world.open(officer_of(owner), opening).value());
  for (int i = 0; i < steps_in_history; ++i) {
    const std::vector<Step> steps = steps_from(world);
    const Step& step = steps[random.next() % steps.size()];
    const std::vector<CaseFile> before = world.cases;
    const auto events = world.act(step.by, step.command, step.index);
    if (!events) {
      ASSERT_EQ(before, world.cases) << "a refusal changed something";
      ASSERT_FALSE(events.error().detail.empty()) << "a refusal without words";
      continue;
    }
    // Only a clock that has nothing to do, and a file that says nothing new, are granted without an event.
    if (events->empty()) ASSERT_EQ(before, world.cases);
    record_all(*events);
  }
  for (const CaseFile& file : world.cases) {
    const std::vector<Event>& events = log[file.record.id];
    ASSERT_EQ(fold(events), file);
    const auto counted = std::ranges::count_if(events, [](const Event& one) { return !happens_of_itself(one.body); });
    ASSERT_EQ(file.record.version, counted);
  }
}

}  // namespace

TEST(AnyHistory, FoldsToTheStateThatItWentThrough) {
  std::map<std::string, int> granted;
  for (uint64_t seed = 1; seed <= histories; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    replay(seed, granted);
    if (HasFatalFailure()) return;
  }
  for (const char* type :
       {"case.opened", "enquiry.opened", "enquiry.acknowledged", "enquiry.replied", "enquiry.information",
        "enquiry.withdrawn", "location.confirmed", "location.retracted", "location.disputed", "handover.accepted",
        "case.closed", "case.end_requested", "case.ended", "case.reopened", "removal.permitted", "removal.confirmed"}) {
    EXPECT_GT(granted[type], 0) << type;
  }
}

TEST(AnyHistory, AnswersTheSameCommandsWithTheSameEvents) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    base::SeededRandom random(seed);
    World world = World::with_open_case();
    for (int i = 0; i < steps_in_history; ++i) {
      const std::vector<Step> steps = steps_from(world);
      const Step& step = steps[random.next() % steps.size()];
      World twin = world;
      ASSERT_EQ(world.act(step.by, step.command, step.index), twin.act(step.by, step.command, step.index));
      ASSERT_EQ(world, twin);
    }
  }
}

}  // namespace broker::domain::testing
