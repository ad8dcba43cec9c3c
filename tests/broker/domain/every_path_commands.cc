#include "tests/broker/domain/every_path_commands.h"

#include <algorithm>
#include <set>

#include "broker/domain/imported_terms.h"

namespace broker::domain::testing {
namespace {

constexpr const char* authorities[] = {owner, other, third};
constexpr const char* officers[] = {"ada", "ben", "cy"};
const Outcome answers[] = {Outcome::not_located, Outcome::checks_in_progress, Outcome::information_needed,
                           Outcome::on_roll, Outcome::resident_not_in_education};

Answer bare(Outcome outcome) {
  Answer answer;
  answer.outcome = outcome;
  return answer;
}

// The 16th of November, a Monday.
const Calendar& calendar_with_a_day_of_rest() {
  static const Calendar calendar = calendar_with({{std::string(bank_holidays_calendar),
                                                   "division,date,title,notes\nengland-and-wales,2026-11-16,Rest,\n"}})
                                       .value();
  return calendar;
}

class Steps {
 public:
  Steps(const CaseFile& file, size_t index, std::vector<Step>& steps) : file_(file), index_(index), steps_(steps) {}

  void add_all() {
    for (const char* authority : authorities) {
      add_enquiries(officer_of(authority));
      add_confirmations(officer_of(authority));
      add_ends(authority);
      // One is enough: it decides nothing.
      const bool is_new = file_.record.checks.empty() && file_.enquiries.empty();
      if (is_new) add(officer_of(authority), RecordCheck{CheckKind::home_visit, CheckResult::no_answer, {}, ""});
      add(officer_of(authority), Close{});
      add(officer_of(authority), Reopen{"It was not so."});
      add_removals(officer_of(authority));
    }
    // What a school of the owner, and one of an authority that was asked, may try.
    for (const char* laestab : {leaver_school, "3194001"}) {
      add(school(laestab), Close{});
      add(school(laestab), Reopen{"It was not so."});
      add(school(laestab), ApproveEnd{});
      add(school(laestab), Confirm{complete(Outcome::on_roll)});
      for (const Enquiry& enquiry : file_.enquiries) {
        add(school(laestab), AnswerEnquiry{enquiry.id, complete(Outcome::on_roll)});
        add(school(laestab), AnswerEnquiry{enquiry.id, complete(Outcome::resident_not_in_education)});
      }
      add(school(laestab), ConfirmRemoval{date("2026-11-12"), ""});
      add(school(laestab), ReportRemoval{date("2026-11-12"), "upload"});
      add(school(laestab), SendTransfer{"transfer"});
      add(school(laestab), ReportAbsence{laestab, date("2026-11-11"), "upload"});
    }
    add_clocks();
  }

 private:
  void add(const Actor& by, Command command) { steps_.push_back({index_, by, std::move(command)}); }

  void add_enquiries(const Actor& by) {
    if (file_.enquiries.size() < enquiries_max) {
      for (const char* to : authorities) {
        SendEnquiries command;
        command.to = {to};
        add(by, command);
      }
    }
    for (const Enquiry& enquiry : file_.enquiries) {
      add(by, Acknowledge{enquiry.id});
      add(by, AddInformation{enquiry.id, "Known as Mo."});
      add(by, WithdrawEnquiry{enquiry.id, "Found out otherwise."});
      for (const Outcome outcome : answers) {
        if (may_confirm() || !is_confirmation(outcome)) add(by, AnswerEnquiry{enquiry.id, complete(outcome)});
      }
      add(by, AnswerEnquiry{enquiry.id, bare(Outcome::on_roll)});
    }
  }

  void add_confirmations(const Actor& by) {
    if (may_confirm()) {
      add(by, Confirm{complete(Outcome::on_roll)});
      add(by, Confirm{on_roll_from("2026-11-20")});
      add(by, Confirm{complete(Outcome::home_educated)});
    }
    add(by, Confirm{complete(Outcome::resident_not_in_education)});
    add(by, Confirm{complete(Outcome::not_located)});
    add(by, Confirm{bare(Outcome::on_roll)});
    add(by, Dispute{"", "Not so."});
    for (const Confirmation& confirmation : file_.record.confirmations) {
      add(by, Retract{confirmation.id, "Mistaken."});
      add(by, Dispute{confirmation.id, "Not so."});
    }
  }

  void add_ends(const char* authority) {
    for (const char* officer : officers) {
      add(officer_of(authority, officer), RequestEnd{EndReason::opened_in_error, "", ""});
      add(officer_of(authority, officer), ApproveEnd{});
    }
    add(officer_of(authority), RequestEnd{EndReason::left_the_country, "", ""});
  }

  // What the broker does when time has passed, and what anybody else may not do in its name.
  void add_clocks() {
    for (const Enquiry& enquiry : file_.enquiries) add(broker_itself, RunEnquiryClock{enquiry.id});
    add(broker_itself,
        RecountDays{std::string(bank_holidays_calendar), nullptr, nullptr, &calendar_with_a_day_of_rest()});
    add(broker_itself, RunCaseClock{});
    add(officer_of(owner), RunCaseClock{});
    add(broker_itself, ReportUncollected{{"message", "enquiry.opened", owner, other, base::Time{}}});
  }

  void add_removals(const Actor& by) {
    PermitRemoval command;
    add(by, command);
    command.ground = 'I';
    add(by, command);
    add(by, ConfirmRemoval{date("2026-11-12"), ""});
  }

  bool may_confirm() const { return file_.record.confirmations.size() < confirmations_max; }

  const CaseFile& file_;
  size_t index_;
  std::vector<Step>& steps_;
};

std::string key_of(const Confirmation& one) {
  const auto since = one.location.attending_since;
  return one.authority + std::string(text_of(one.outcome)) + (since ? base::format_date(*since) : "") +
         std::string(text_of(one.state));
}

std::string key_of(const Enquiry& one) {
  return one.to + std::string(text_of(one.status)) + (one.acknowledged ? "+" : "-");
}

template <typename Range>
std::string sorted_keys(const Range& range) {
  std::multiset<std::string> keys;
  for (const auto& one : range) keys.insert(key_of(one));
  std::string all;
  for (const std::string& key : keys) all += key + ",";
  return all;
}

}  // namespace

std::vector<Step> steps_from(const World& world) {
  std::vector<Step> steps;
  for (size_t i = 0; i < world.cases.size(); ++i) {
    Steps(world.cases[i], i, steps).add_all();
  }
  if (world.cases.size() < cases_max) return steps;
  // The world is full: no more handovers out of it.
  std::erase_if(steps, [](const Step& step) {
    const auto* answer = std::get_if<AnswerEnquiry>(&step.command);
    const auto* confirm = std::get_if<Confirm>(&step.command);
    return (answer != nullptr && is_handover(answer->answer.outcome)) ||
           (confirm != nullptr && is_handover(confirm->answer.outcome));
  });
  return steps;
}

std::string key_of(const World& world) {
  std::string key = base::format_date(world.today);
  for (const CaseFile& file : world.cases) {
    const Case& record = file.record;
    key += "|" + record.owner + std::string(text_of(record.status)) + "e" + sorted_keys(file.enquiries) + "c" +
           sorted_keys(record.confirmations) + "r" + std::string(text_of(record.removal.status));
    if (record.ending) key += "x" + record.ending->requested_by;
    for (const std::string& matched : record.matched) key += "m" + matched;
  }
  return key;
}

}  // namespace broker::domain::testing
