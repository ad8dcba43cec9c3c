#include "tests/broker/message/values.h"

#include <array>

namespace broker::message::testing {

using namespace domain;
using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::sys_days;

std::string Values::text() {
  static const std::array<std::string, 12> pool = {
      "",
      "Okonkwo",
      "Zoë Müller-O'Neill",
      "314",
      "李小龍",
      R"(said "no" \ maybe / {"a":[1]})",
      "two\nlines\tand a tab",
      "  blanks around  ",
      std::string("control \x01 and \x7F"),
      "🧒🏽",
      std::string(450, 'x'),
      "null",
  };
  return pool.at(static_cast<size_t>(below(static_cast<int>(pool.size()))));
}

base::Time Values::time() {
  const int64_t most = int64_t{130} * 365 * 86'400 * 1'000'000;
  return base::Time(microseconds(std::uniform_int_distribution<int64_t>(0, most)(engine_)));
}

base::Date Values::date() {
  return sys_days(days(below(60'000)));
}

matcher::PartialDate Values::partial_date() {
  const base::Date full = date();
  matcher::PartialDate partial;
  const int known = below(4);
  if (known > 0) partial.year = static_cast<int>(full.year());
  if (known > 1) partial.month = static_cast<int>(static_cast<unsigned>(full.month()));
  if (known > 2) partial.day = static_cast<int>(static_cast<unsigned>(full.day()));
  return partial;
}

std::vector<std::string> Values::texts() {
  return some([&] { return text(); });
}

matcher::Address Values::address() {
  return {.lines = texts(), .town = text(), .postcode = text(), .uprn = text(), .restricted = coin()};
}

matcher::PupilRecord Values::pupil() {
  matcher::PupilRecord child;
  child.upn = text();
  child.former_upns = texts();
  child.uln = text();
  child.identifiers = some([&] { return matcher::Identifier{text(), text()}; });
  child.surname = text();
  child.forename = text();
  child.middle_names = text();
  child.former_surname = text();
  child.former_forename = text();
  child.preferred_surname = text();
  child.preferred_forename = text();
  child.dob = partial_date();
  child.sex = coin() ? "F" : "";
  child.address = address();
  child.previous_addresses = some([&] { return address(); });
  child.guardians = some([&] { return matcher::Guardian{text(), text()}; });
  child.siblings = some([&] { return matcher::Sibling{text(), text(), partial_date(), text()}; });
  child.school = school();
  child.la_code = text();
  child.year_group = text();
  child.leaving_date = partial_date();
  child.start_date = partial_date();
  return child;
}

Location Values::location() {
  Location location;
  location.school = school();
  location.start_date = maybe([&] { return date(); });
  location.living_in_area = maybe([&] { return coin(); });
  location.attending_since = maybe([&] { return date(); });
  location.written_confirmation = maybe([&] { return coin(); });
  location.provider = text();
  location.address = address();
  return location;
}

Answer Values::answer() {
  Answer answer;
  answer.outcome = choice<Outcome>();
  answer.location = maybe([&] { return location(); });
  answer.checks = texts();
  answer.next_date = maybe([&] { return date(); });
  answer.moved_to = maybe([&] { return MovedTo{text(), text()}; });
  answer.contact = text();
  answer.note = text();
  return answer;
}

Reply Values::reply() {
  return {.id = text(),
          .answer = answer(),
          .time = time(),
          .officer = text(),
          .confirmation_id = text(),
          .successor_case = text()};
}

Confirmation Values::confirmation() {
  return {.id = text(),
          .authority = text(),
          .officer = text(),
          .enquiry_id = text(),
          .outcome = choice<Outcome>(),
          .location = location(),
          .time = time(),
          .state = choice<ConfirmationState>(),
          .state_reason = text()};
}

Removal Values::removal() {
  Removal removal;
  removal.status = choice<RemovalStatus>();
  removal.early = maybe([&] { return EarlyRemoval{text(), date(), text(), time()}; });
  if (removal.status == RemovalStatus::not_permitted) return removal;
  removal.ground = static_cast<char>('A' + below(15));
  removal.school = text();
  removal.permitted_by = text();
  removal.permitted = maybe([&] { return time(); });
  removal.note = text();
  removal.confirmed_by = text();
  removal.confirmed = maybe([&] { return time(); });
  removal.removed_on = maybe([&] { return date(); });
  removal.reminders = below(4);
  removal.next_reminder = maybe([&] { return time(); });
  removal.transfer_due = maybe([&] { return date(); });
  removal.transfer_sent = maybe([&] { return time(); });
  return removal;
}

Case Values::record() {
  Case record;
  record.id = text();
  record.reference = text();
  record.owner = text();
  record.chain = text();
  record.predecessor = text();
  record.status = choice<CaseStatus>();
  record.child = pupil();
  record.reason = text();
  record.note = text();
  record.missing_since = maybe([&] { return date(); });
  record.absence = maybe([&] { return Absence{text(), date(), text(), time()}; });
  record.priority = choice<Priority>();
  record.opened_by = text();
  record.assigned_to = text();
  record.opened = time();
  record.confirmations = some([&] { return confirmation(); });
  record.closure = maybe([&] { return Closure{choice<ClosureKind>(), {text(), text(), ""}, time(), text(), text()}; });
  record.ending = maybe([&] {
    return Ending{choice<EndReason>(), text(), text(), text(), time(), text(), maybe([&] { return time(); })};
  });
  record.removal = removal();
  record.checks = some([&] { return check(); });
  for (std::string& one : texts()) record.asked.insert(std::move(one));
  for (std::string& one : texts()) record.matched.insert(std::move(one));
  record.sequence = below(1000);
  record.version = below(1000);
  return record;
}

Check Values::check() {
  return {choice<CheckKind>(), choice<CheckResult>(), date(), text(), text(), time()};
}

std::vector<MovedDate> Values::moved() {
  return some([&] {
    return MovedDate{text(), static_cast<int>(below(20)), maybe([&] { return date(); }), maybe([&] { return date(); })};
  });
}

std::vector<Deadline> Values::schedule() {
  return some(
      [&] { return Deadline{choice<DeadlineKind>(), below(30), date(), time(), maybe([&] { return time(); })}; });
}

Enquiry Values::enquiry() {
  return {.id = text(),
          .case_id = text(),
          .from = text(),
          .to = text(),
          .kind = choice<EnquiryKind>(),
          .priority = choice<Priority>(),
          .status = choice<EnquiryStatus>(),
          .message = text(),
          .address = maybe([&] { return address(); }),
          .opened_by = text(),
          .opened = time(),
          .acknowledge_due = date(),
          .due = date(),
          .acknowledged = maybe([&] { return time(); }),
          .replies = some([&] { return reply(); }),
          .schedule = schedule(),
          .clock_stopped = maybe([&] { return time(); }),
          .pauses = some([&] { return Pause{time(), time()}; }),
          .information = text(),
          .withdrawn_reason = text(),
          .version = below(1000)};
}

MatchSide Values::side() {
  return {.authority = text(),
          .school = text(),
          .kind = choice<RecordKind>(),
          .record_key = below(1000),
          .case_id = text(),
          .upload_id = text(),
          .row = below(1000)};
}

Match Values::match() {
  return {.id = text(),
          .status = choice<MatchStatus>(),
          .seeker = side(),
          .holder = side(),
          .probability = figure(),
          .weight = figure(),
          .band = choice<MatchBand>(),
          .evidence = some([&] { return Evidence{text(), text(), figure(), text()}; }),
          .model = text(),
          .found = time(),
          .decision = maybe([&] { return MatchDecision{coin(), text(), {text(), text(), ""}, time()}; }),
          .version = below(1000)};
}

std::vector<EventBody> Values::events() {
  return {CaseOpened{record()},
          EnquiryOpened{enquiry()},
          EnquiryAcknowledged{text()},
          EnquiryReplied{text(), reply()},
          InformationAdded{text(), text(), schedule()},
          EnquiryWithdrawn{text(), text()},
          LocationConfirmed{confirmation()},
          LocationRetracted{text(), text()},
          LocationDisputed{texts(), text()},
          HandoverAccepted{text(), text()},
          CaseClosed{text()},
          EndRequested{choice<EndReason>(), text(), text()},
          CaseEnded{},
          CaseReopened{text()},
          CaseAssigned{text()},
          CheckRecorded{check()},
          MatchFound{text(), text()},
          RemovalPermitted{static_cast<char>('A' + below(15)), text(), text(), time()},
          RemovalConfirmed{date(), text(), date(), time()},
          RemovalFoundEarly{text(), date(), text()},
          AbsenceReported{text(), date(), text()},
          TransferSent{text()},
          EnquiryReminded{text(), DeadlineKind::acknowledge, 2, date()},
          EnquiryEscalated{text(), DeadlineKind::escalation, 20, date(), {text(), text(), text()}},
          RemovalReminded{1, time()},
          TransferReminded{2, time()},
          MessageExpired{text(), text(), text(), text(), time()},
          EnquiryRescheduled{text(), text(), moved(), schedule()},
          ClocksMoved{text(), moved(), maybe([&] { return date(); }), maybe([&] { return time(); })}};
}

}  // namespace broker::message::testing
