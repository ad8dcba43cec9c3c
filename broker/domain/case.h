// A case: one child, owned by the authority that opened it, open until another authority confirms where the child is.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/domain/enquiry.h"

namespace broker::domain {

enum class CaseStatus { open, located, closed, ended };
enum class ConfirmationState { standing, retracted, disputed, set_aside };
enum class EndReason {
  found_in_own_area,
  opened_in_error,
  over_compulsory_school_age,
  left_the_country,
  died,
};
enum class RemovalStatus { not_permitted, permitted, confirmed };

// Another authority's statement of where the child is. It stands until retracted, disputed, or set aside by a
// reopening.
struct Confirmation {
  std::string id;
  std::string authority;
  std::string officer;
  std::string enquiry_id;  // empty when it came without an enquiry
  Outcome outcome = Outcome::on_roll;
  Location location;
  base::Time time;
  ConfirmationState state = ConfirmationState::standing;
  std::string state_reason;  // why it was retracted or disputed

  bool is_standing() const { return state == ConfirmationState::standing; }
  bool operator==(const Confirmation&) const = default;
};

enum class ClosureKind { confirmed, handed_over };

struct Closure {
  ClosureKind kind = ClosureKind::confirmed;
  Actor by;
  base::Time time;
  std::string confirmation_id;
  std::string successor_case;
  bool operator==(const Closure&) const = default;
};

// Ending without a confirmation: asked for by one officer, approved by another.
struct Ending {
  EndReason reason = EndReason::opened_in_error;
  std::string evidence;
  std::string note;
  std::string requested_by;
  base::Time requested;
  std::string approved_by;  // empty while it waits
  std::optional<base::Time> approved;
  bool operator==(const Ending&) const = default;
};

// A school has taken the child off its roll before the authority permitted it.
struct EarlyRemoval {
  std::string school;     // LAESTAB
  base::Date removed_on;  // as the school says it
  std::string source;     // id of the upload that said so; empty when the school confirmed it so
  base::Time found;
  bool operator==(const EarlyRemoval&) const = default;
};

// On one of the grounds of reference/removal_grounds.csv.
struct Removal {
  RemovalStatus status = RemovalStatus::not_permitted;
  char ground = 'A';
  std::string school;  // LAESTAB of the school that removes and confirms
  std::string permitted_by;
  std::optional<base::Time> permitted;
  std::string note;
  std::string confirmed_by;
  std::optional<base::Time> confirmed;
  std::optional<base::Date> removed_on;
  int reminders = 0;                        // of the confirmation or, after it, of the transfer file
  std::optional<base::Time> next_reminder;  // nothing: nobody is reminded any more
  std::optional<base::Date> transfer_due;
  std::optional<base::Time> transfer_sent;
  std::optional<EarlyRemoval> early;
  bool operator==(const Removal&) const = default;
};

// What a council looks into before it gives a child up for lost, after the forms that councils use among themselves.
enum class CheckKind {
  telephone,
  letter,
  home_visit,
  neighbours,
  relatives,
  last_school,
  sibling_schools,
  admissions,
  health,
  social_care,
  council_services,
  other,
};
enum class CheckResult { no_answer, nothing_found, lead_found };

// One thing that the owner's officers tried. Its owner alone reads it.
struct Check {
  CheckKind kind = CheckKind::telephone;
  CheckResult result = CheckResult::nothing_found;
  base::Date made{};  // the day
  std::string note;   // what was found, or who was spoken to
  std::string officer;
  base::Time time;  // when it was recorded
  bool operator==(const Check&) const = default;
};

// That the child has left its school, as the school's own file or the owner's says it.
struct Absence {
  std::string school;    // LAESTAB, empty when the file names none
  base::Date left_on{};  // the last day there
  std::string source;    // id of the upload
  base::Time reported;
  bool operator==(const Absence&) const = default;
};

struct Case {
  std::string id;
  std::string reference;  // 314-26-00417: owner, year, number
  std::string owner;
  std::string chain;  // the first case of the chain of handovers; its own id when it is the first
  std::string predecessor;
  CaseStatus status = CaseStatus::open;
  matcher::PupilRecord child;
  std::string reason;
  std::string note;
  std::optional<base::Date> missing_since;  // the first day
  std::optional<Absence> absence;
  Priority priority = Priority::routine;
  std::string opened_by;    // officer
  std::string assigned_to;  // the owner's officer who works on it; empty: nobody in particular
  base::Time opened;
  std::vector<Confirmation> confirmations;
  std::optional<Closure> closure;
  std::optional<Ending> ending;
  Removal removal;
  std::vector<Check> checks;
  std::set<std::string> asked;    // authorities that hold an enquiry on this case
  std::set<std::string> matched;  // authorities with a match on this case
  int64_t sequence = 0;           // of its last event
  int64_t version = 0;            // of what an officer can change; a match that turns up does not count

  bool is_open_or_located() const { return status == CaseStatus::open || status == CaseStatus::located; }
  bool is_party(const std::string& authority) const { return asked.contains(authority) || matched.contains(authority); }
  // The latest standing confirmation, null when there is none.
  const Confirmation* standing_confirmation() const;
  bool operator==(const Case&) const = default;
};

// What another authority is shown of a child: all but the address, school and telephone of a restricted record.
matcher::PupilRecord shown_to_others(matcher::PupilRecord child);

// A case with those of its enquiries that a decision looks at.
struct CaseFile {
  Case record;
  std::vector<Enquiry> enquiries;

  const Enquiry* enquiry(const std::string& id) const;
  bool operator==(const CaseFile&) const = default;
};

// Why the case cannot close now, the weightiest first; empty when it can. `rule` is the name of the problem type that
// closing would be refused with, `sentence` the words of that refusal: the same on the page and in the API.
struct Blocker {
  std::string rule;
  std::string sentence;
  bool operator==(const Blocker&) const = default;
};
std::vector<Blocker> blockers_of(const Case& record, base::Date today);

// What the clocks of a case count to, in school days after the first day missing, and when each has been met.
struct ClockRule {
  std::string_view name;
  int days;
  bool (*is_met)(const Case& record);
};
std::vector<ClockRule> clock_rules();

template <>
struct Names<CaseStatus> {
  static constexpr NameTable<CaseStatus, 4> table = {{{CaseStatus::open, "open"},
                                                      {CaseStatus::located, "located"},
                                                      {CaseStatus::closed, "closed"},
                                                      {CaseStatus::ended, "ended"}}};
};
template <>
struct Names<ConfirmationState> {
  static constexpr NameTable<ConfirmationState, 4> table = {{{ConfirmationState::standing, "standing"},
                                                             {ConfirmationState::retracted, "retracted"},
                                                             {ConfirmationState::disputed, "disputed"},
                                                             {ConfirmationState::set_aside, "set_aside"}}};
};
template <>
struct Names<EndReason> {
  static constexpr NameTable<EndReason, 5> table = {
      {{EndReason::found_in_own_area, "found_in_own_area"},
       {EndReason::opened_in_error, "opened_in_error"},
       {EndReason::over_compulsory_school_age, "over_compulsory_school_age"},
       {EndReason::left_the_country, "left_the_country"},
       {EndReason::died, "died"}}};
};
template <>
struct Names<CheckKind> {
  static constexpr NameTable<CheckKind, 12> table = {{{CheckKind::telephone, "telephone"},
                                                      {CheckKind::letter, "letter"},
                                                      {CheckKind::home_visit, "home_visit"},
                                                      {CheckKind::neighbours, "neighbours"},
                                                      {CheckKind::relatives, "relatives"},
                                                      {CheckKind::last_school, "last_school"},
                                                      {CheckKind::sibling_schools, "sibling_schools"},
                                                      {CheckKind::admissions, "admissions"},
                                                      {CheckKind::health, "health"},
                                                      {CheckKind::social_care, "social_care"},
                                                      {CheckKind::council_services, "council_services"},
                                                      {CheckKind::other, "other"}}};
};
template <>
struct Names<CheckResult> {
  static constexpr NameTable<CheckResult, 3> table = {{{CheckResult::no_answer, "no_answer"},
                                                       {CheckResult::nothing_found, "nothing_found"},
                                                       {CheckResult::lead_found, "lead_found"}}};
};
template <>
struct Names<ClosureKind> {
  static constexpr NameTable<ClosureKind, 2> table = {
      {{ClosureKind::confirmed, "confirmed"}, {ClosureKind::handed_over, "handed_over"}}};
};
template <>
struct Names<RemovalStatus> {
  static constexpr NameTable<RemovalStatus, 3> table = {{{RemovalStatus::not_permitted, "not_permitted"},
                                                         {RemovalStatus::permitted, "permitted"},
                                                         {RemovalStatus::confirmed, "confirmed"}}};
};

}  // namespace broker::domain
