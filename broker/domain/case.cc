#include "broker/domain/case.h"

#include <algorithm>

#include "broker/base/problem.h"

namespace broker::domain {
namespace {

// What closing still needs of this confirmation; nothing when it shows a child in education now.
std::optional<Blocker> missing_evidence(const Confirmation& confirmation, base::Date today) {
  const Location& location = confirmation.location;
  const std::string who = "Authority " + confirmation.authority;
  const std::string not_attending(base::kind_of(base::ProblemType::not_attending_yet).name);
  const std::string not_evidenced(base::kind_of(base::ProblemType::not_evidenced).name);
  switch (confirmation.outcome) {
    case Outcome::on_roll:
      if (!location.living_in_area.value_or(false)) {
        return Blocker{not_attending, who + " has confirmed a school place, but not that the child lives in the area."};
      }
      if (!location.attending_since) {
        return Blocker{not_attending, who + " has confirmed a school place, but not since when the child attends."};
      }
      if (*location.attending_since > today) {
        return Blocker{not_attending, "The child attends only from " + base::format_date(*location.attending_since) +
                                          ": found, but not yet in education."};
      }
      return std::nullopt;
    case Outcome::home_educated:
      if (!location.written_confirmation.value_or(false)) {
        return Blocker{not_evidenced, who + " has not said that the parent confirmed home education in writing."};
      }
      return std::nullopt;
    case Outcome::other_provision:
      if (location.provider.empty()) {
        return Blocker{not_evidenced, who + " has not named the provider that educates the child."};
      }
      return std::nullopt;
    default: return Blocker{not_evidenced, who + " has not confirmed that the child is in education."};
  }
}

}  // namespace

bool is_confirmation(Outcome outcome) {
  return outcome == Outcome::on_roll || outcome == Outcome::home_educated || outcome == Outcome::other_provision;
}

const Confirmation* Case::standing_confirmation() const {
  const auto found = std::find_if(confirmations.rbegin(), confirmations.rend(),
                                  [](const Confirmation& confirmation) { return confirmation.is_standing(); });
  return found == confirmations.rend() ? nullptr : &*found;
}

matcher::PupilRecord shown_to_others(matcher::PupilRecord child) {
  if (!child.address.restricted) return child;
  child.address = matcher::Address{.restricted = true};
  child.previous_addresses.clear();
  child.school = {};
  for (auto& guardian : child.guardians) guardian.phone.clear();
  for (auto& sibling : child.siblings) sibling.school.clear();
  return child;
}

const Enquiry* CaseFile::enquiry(const std::string& id) const {
  const auto found = std::find_if(enquiries.begin(), enquiries.end(), [&](const Enquiry& one) { return one.id == id; });
  return found == enquiries.end() ? nullptr : &*found;
}

std::vector<Blocker> blockers_of(const Case& record, base::Date today) {
  if (!record.is_open_or_located()) {
    return {{std::string(base::kind_of(base::ProblemType::case_already_closed).name),
             "The case is " + std::string(text_of(record.status)) + " already."}};
  }
  std::vector<Blocker> blockers;
  for (auto it = record.confirmations.rbegin(); it != record.confirmations.rend(); ++it) {
    if (!it->is_standing() || it->authority == record.owner) continue;
    auto missing = missing_evidence(*it, today);
    if (!missing) return {};
    blockers.push_back(std::move(*missing));
  }
  if (blockers.empty()) {
    blockers.push_back({std::string(base::kind_of(base::ProblemType::case_not_confirmed).name),
                        "No other authority has confirmed where the child is. The case stays open until one does."});
  }
  return blockers;
}

std::vector<ClockRule> clock_rules() {
  // Opening the case is the referral, and more than the school's return of ten days' absence (Pupil Registration
  // Regulations). Day 20 is the end of joint enquiries, unless the child is found before.
  const auto is_referred = [](const Case&) { return true; };
  const auto is_found = [](const Case& record) { return record.status != CaseStatus::open; };
  return {{"referral", 5, is_referred}, {"absence_return", 10, is_referred}, {"enquiries_complete", 20, is_found}};
}

}  // namespace broker::domain
