// One authority asking one other about one case, and the answers to it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/base/time.h"
#include "broker/domain/deadline.h"
#include "broker/domain/names.h"
#include "matcher/pupil_record.h"

namespace broker::domain {

// Who makes a change: an authority or a school (then `authority` is the school's), and the person within it.
struct Actor {
  std::string authority;
  std::string officer;
  std::string school;  // LAESTAB, empty unless the caller is a school
  bool operator==(const Actor&) const = default;
};

enum class Priority { routine, urgent, immediate };
enum class EnquiryKind { address_known, area_believed };
enum class EnquiryStatus { sent, acknowledged, waiting_for_information, answered, withdrawn };

enum class Outcome {
  on_roll,
  home_educated,
  other_provision,
  resident_not_in_education,
  application_in_hand,
  moved_on,
  not_located,
  checks_in_progress,
  information_needed,
  withheld,
  wrong_authority,
  not_compulsory_age,
  different_child,
  died,
  detained,
};

// What each outcome does to its enquiry and its case (the table of the lifecycle).
bool is_confirmation(Outcome outcome);
inline bool is_handover(Outcome outcome) {
  return outcome == Outcome::resident_not_in_education;
}
// An interim answer leaves the enquiry open; every other one ends it.
inline bool is_final(Outcome outcome) {
  return outcome != Outcome::checks_in_progress && outcome != Outcome::information_needed;
}

// Where the child is, as the answering authority states it.
struct Location {
  matcher::SchoolReference school;
  std::optional<base::Date> start_date;
  std::optional<bool> living_in_area;
  std::optional<base::Date> attending_since;
  std::optional<bool> written_confirmation;  // by the parent, for home education
  std::string provider;                      // for other provision
  matcher::Address address;

  bool operator==(const Location&) const = default;
};

// Where a child went on to: an authority that can be asked, or a country.
struct MovedTo {
  std::string authority;
  std::string country;
  bool operator==(const MovedTo&) const = default;
};

// What an authority says of an enquiry, before it is accepted.
struct Answer {
  Outcome outcome = Outcome::not_located;
  std::optional<Location> location;
  std::vector<std::string> checks;  // the checks that were made, in the sender's words
  std::optional<base::Date> next_date;
  std::optional<MovedTo> moved_to;
  std::string contact;
  std::string note;
  bool operator==(const Answer&) const = default;
};

struct Reply {
  std::string id;
  Answer answer;
  base::Time time;
  std::string officer;
  std::string confirmation_id;  // when the reply confirmed the location
  std::string successor_case;   // when the reply accepted the child
  bool operator==(const Reply&) const = default;
};

// A time in which its clock stood, since it waited for information from its sender.
struct Pause {
  base::Time from;
  base::Time until;
  bool operator==(const Pause&) const = default;
};

struct Enquiry {
  std::string id;
  std::string case_id;
  std::string from;
  std::string to;
  EnquiryKind kind = EnquiryKind::area_believed;
  Priority priority = Priority::routine;
  EnquiryStatus status = EnquiryStatus::sent;
  std::string message;
  std::optional<matcher::Address> address;  // where the child is believed to be
  std::string opened_by;                    // officer
  base::Time opened;
  base::Date acknowledge_due;
  base::Date due;  // of the first answer
  std::optional<base::Time> acknowledged;
  std::vector<Reply> replies;
  std::vector<Deadline> schedule;
  std::optional<base::Time> clock_stopped;  // since when it waits for information from its sender
  std::vector<Pause> pauses;                // that are over
  std::string information;                  // what the owner added last
  std::string withdrawn_reason;
  int64_t version = 0;

  bool is_open() const { return status != EnquiryStatus::answered && status != EnquiryStatus::withdrawn; }
  bool operator==(const Enquiry&) const = default;
};

template <>
struct Names<Priority> {
  static constexpr NameTable<Priority, 3> table = {
      {{Priority::routine, "routine"}, {Priority::urgent, "urgent"}, {Priority::immediate, "immediate"}}};
};
template <>
struct Names<EnquiryKind> {
  static constexpr NameTable<EnquiryKind, 2> table = {
      {{EnquiryKind::address_known, "address_known"}, {EnquiryKind::area_believed, "area_believed"}}};
};
template <>
struct Names<EnquiryStatus> {
  static constexpr NameTable<EnquiryStatus, 5> table = {
      {{EnquiryStatus::sent, "sent"},
       {EnquiryStatus::acknowledged, "acknowledged"},
       {EnquiryStatus::waiting_for_information, "waiting_for_information"},
       {EnquiryStatus::answered, "answered"},
       {EnquiryStatus::withdrawn, "withdrawn"}}};
};
template <>
struct Names<Outcome> {
  static constexpr NameTable<Outcome, 15> table = {{{Outcome::on_roll, "on_roll"},
                                                    {Outcome::home_educated, "home_educated"},
                                                    {Outcome::other_provision, "other_provision"},
                                                    {Outcome::resident_not_in_education, "resident_not_in_education"},
                                                    {Outcome::application_in_hand, "application_in_hand"},
                                                    {Outcome::moved_on, "moved_on"},
                                                    {Outcome::not_located, "not_located"},
                                                    {Outcome::checks_in_progress, "checks_in_progress"},
                                                    {Outcome::information_needed, "information_needed"},
                                                    {Outcome::withheld, "withheld"},
                                                    {Outcome::wrong_authority, "wrong_authority"},
                                                    {Outcome::not_compulsory_age, "not_compulsory_age"},
                                                    {Outcome::different_child, "different_child"},
                                                    {Outcome::died, "died"},
                                                    {Outcome::detained, "detained"}}};
};

}  // namespace broker::domain
