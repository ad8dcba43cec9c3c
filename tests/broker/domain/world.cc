#include "tests/broker/domain/world.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace broker::domain::testing {

Actor officer_of(const std::string& authority, const std::string& officer) {
  return {authority, officer, ""};
}

Actor school(const std::string& laestab) {
  return {laestab.substr(0, 3), "office", laestab};
}

base::Date date(const char* text) {
  return base::parse_date(text).value();
}

Answer complete(Outcome outcome) {
  Answer answer;
  answer.outcome = outcome;
  Location location;
  location.living_in_area = true;
  switch (outcome) {
    case Outcome::on_roll:
      location.school.laestab = "3194002";
      location.attending_since = date("2026-11-02");
      answer.location = location;
      break;
    case Outcome::home_educated:
      location.written_confirmation = true;
      answer.location = location;
      break;
    case Outcome::other_provision:
      location.provider = "Riverside Tuition Centre";
      answer.location = location;
      break;
    case Outcome::resident_not_in_education:
      location.address.lines = {"4 Orchard Way"};
      location.address.town = "Sutton";
      answer.location = location;
      break;
    case Outcome::application_in_hand:
    case Outcome::checks_in_progress: answer.next_date = date("2026-11-20"); break;
    case Outcome::moved_on: answer.moved_to = MovedTo{"318", ""}; break;
    case Outcome::information_needed: answer.note = "The parents' names, please."; break;
    case Outcome::withheld: answer.contact = "Duty manager, 020 7946 0000"; break;
    default: break;
  }
  return answer;
}

Answer on_roll_from(const char* attending_since) {
  Answer answer = complete(Outcome::on_roll);
  answer.location->attending_since = date(attending_since);
  return answer;
}

World World::with_open_case() {
  World world;
  OpenCase command;
  command.child.upn = "B801200005001";
  command.child.surname = "Hussain";
  command.child.forename = "Mohammed";
  command.child.school.laestab = leaver_school;
  EXPECT_TRUE(world.open(officer_of(owner), command));
  return world;
}

Context World::context_for(const std::string& case_id) {
  const auto is_live = [](const CaseFile& one) { return one.record.is_open_or_located(); };
  Context context;
  context.now = base::start_of_day_in_england(today) + std::chrono::minutes(9 * 60 + 30);
  context.today = today;
  context.next_id = [this] { return "id-" + std::to_string(++ids_made); };
  context.next_reference = [](const std::string& authority) { return authority + "-26-00001"; };
  context.open_case_for = [=, this](const std::string& authority, const std::string& upn) -> std::string {
    for (const CaseFile& one : cases) {
      const bool is_this_child = one.record.owner == authority && one.record.child.upn == upn;
      if (is_this_child && is_live(one) && one.record.id != case_id) return one.record.id;
    }
    return "";
  };
  context.open_in_chain = [=, this]() -> std::string {
    const auto found = std::find_if(cases.begin(), cases.end(),
                                    [&](const CaseFile& one) { return is_live(one) && one.record.id != case_id; });
    return found == cases.end() ? "" : found->record.id;
  };
  context.is_known_authority = [](const std::string& code) {
    return code == owner || code == other || code == third || code == stranger;
  };
  context.settings = [few = counts_few_days](const std::string&) {
    Settings settings;
    if (!few) return settings;
    settings.acknowledge_working_days = settings.answer_school_days = settings.escalation_school_days = 1;
    settings.reminder_school_days.clear();
    return settings;
  };
  return context;
}

base::Result<std::vector<Event>> World::ask(const Actor& by, const Command& command, size_t index) {
  return decide(cases.at(index), by, command, context_for(cases.at(index).record.id));
}

base::Result<std::vector<Event>> World::act(const Actor& by, const Command& command, size_t index) {
  auto events = ask(by, command, index);
  if (events) apply_all(*events);
  return events;
}

base::Result<std::vector<Event>> World::open(const Actor& by, const OpenCase& command) {
  auto events = decide(CaseFile{}, by, command, context_for(""));
  if (events) apply_all(*events);
  return events;
}

void World::apply_all(const std::vector<Event>& events) {
  for (const Event& event : events) {
    auto found =
        std::find_if(cases.begin(), cases.end(), [&](const CaseFile& one) { return one.record.id == event.case_id; });
    if (found == cases.end()) found = cases.insert(cases.end(), CaseFile{});
    *found = apply(std::move(*found), event);
  }
}

void World::match(const std::string& authority, size_t index) {
  const Event event{record(index).id, officer_of(authority), base::Time{}, MatchFound{"match", authority}};
  apply_all({event});
}

std::string World::enquire(const std::string& authority, size_t index) {
  SendEnquiries command;
  command.to = {authority};
  must(officer_of(record(index).owner), command, index);
  return file(index).enquiries.back().id;
}

void World::must(const Actor& by, const Command& command, size_t index) {
  const auto events = act(by, command, index);
  ASSERT_TRUE(events) << base::kind_of(events.error().type).name << ": " << events.error().detail;
}

std::string World::refusal(const Actor& by, const Command& command, size_t index) {
  World before = *this;
  const auto events = ask(by, command, index);
  if (events) return "none";
  // Making an id or a reference is no change; the cases are as they were.
  EXPECT_EQ(before.cases, cases);
  return std::string(base::kind_of(events.error().type).name);
}

}  // namespace broker::domain::testing
