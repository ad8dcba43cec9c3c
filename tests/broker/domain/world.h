// A few cases of one chain of handovers with everything a decision asks of the world, all of it deterministic.
// The domain's tests act on it as the broker would: decide, then apply each event to the case that it names.
#pragma once

#include <string>
#include <vector>

#include "broker/domain/decide.h"

namespace broker::domain::testing {

inline constexpr const char* owner = "314";
inline constexpr const char* other = "319";
inline constexpr const char* third = "318";
inline constexpr const char* stranger = "315";
inline constexpr const char* leaver_school = "3144001";

Actor officer_of(const std::string& authority, const std::string& officer = "ada");
Actor school(const std::string& laestab);
base::Date date(const char* text);

// An answer with everything that its outcome and a closing need; `today` in the world is 2026-11-13.
Answer complete(Outcome outcome);
// On roll, but the child attends only from a day to come.
Answer on_roll_from(const char* attending_since);

class World {
 public:
  // An empty world; `open` puts the first case into it.
  World() = default;
  static World with_open_case();

  // Decides on case `index`; when it is granted applies the events, which may add a successor to the world.
  base::Result<std::vector<Event>> act(const Actor& by, const Command& command, size_t index = 0);
  // Decides only.
  base::Result<std::vector<Event>> ask(const Actor& by, const Command& command, size_t index = 0);
  base::Result<std::vector<Event>> open(const Actor& by, const OpenCase& command);
  void apply_all(const std::vector<Event>& events);
  void match(const std::string& authority, size_t index = 0);

  // Sends one enquiry as the owner of the case and gives its id.
  std::string enquire(const std::string& authority, size_t index = 0);
  // Acts, and fails the test that asked when it is refused.
  void must(const Actor& by, const Command& command, size_t index = 0);
  // The problem type of the refusal, `none` when it would be granted.
  std::string refusal(const Actor& by, const Command& command, size_t index = 0);

  const CaseFile& file(size_t index = 0) const { return cases.at(index); }
  const Case& record(size_t index = 0) const { return cases.at(index).record; }
  CaseStatus status(size_t index = 0) const { return record(index).status; }

  std::vector<CaseFile> cases;
  base::Date today = date("2026-11-13");
  int ids_made = 0;
  bool counts_few_days = false;  // deadlines a day or so away, for walks that open enquiries by the million
  bool operator==(const World&) const = default;

 private:
  Context context_for(const std::string& case_id);
};

}  // namespace broker::domain::testing
