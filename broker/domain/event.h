// What has happened to a case, as facts. A case and its enquiries are exactly what their events make of them.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "broker/domain/case.h"
#include "broker/domain/settings.h"

namespace broker::domain {

struct CaseOpened {
  Case record;  // as it is opened; version, parties and confirmations empty
  bool operator==(const CaseOpened&) const = default;
};
struct EnquiryOpened {
  Enquiry enquiry;
  bool operator==(const EnquiryOpened&) const = default;
};
struct EnquiryAcknowledged {
  std::string enquiry_id;
  bool operator==(const EnquiryAcknowledged&) const = default;
};
struct EnquiryReplied {
  std::string enquiry_id;
  Reply reply;
  bool operator==(const EnquiryReplied&) const = default;
};
struct InformationAdded {
  std::string enquiry_id;
  std::string information;
  std::vector<Deadline> schedule;  // as it runs on; empty when its clock did not stand
  bool operator==(const InformationAdded&) const = default;
};
struct EnquiryWithdrawn {
  std::string enquiry_id;
  std::string reason;
  bool operator==(const EnquiryWithdrawn&) const = default;
};
struct LocationConfirmed {
  Confirmation confirmation;
  bool operator==(const LocationConfirmed&) const = default;
};
struct LocationRetracted {
  std::string confirmation_id;
  std::string reason;
  bool operator==(const LocationRetracted&) const = default;
};
struct LocationDisputed {
  std::vector<std::string> confirmation_ids;
  std::string reason;
  bool operator==(const LocationDisputed&) const = default;
};
// The case closes because another authority opened the successor under its own name.
struct HandoverAccepted {
  std::string successor_case;
  std::string enquiry_id;
  bool operator==(const HandoverAccepted&) const = default;
};
struct CaseClosed {
  std::string confirmation_id;
  bool operator==(const CaseClosed&) const = default;
};
struct EndRequested {
  EndReason reason = EndReason::opened_in_error;
  std::string evidence;
  std::string note;
  bool operator==(const EndRequested&) const = default;
};
struct CaseEnded {
  bool operator==(const CaseEnded&) const = default;
};
struct CaseReopened {
  std::string reason;
  bool operator==(const CaseReopened&) const = default;
};
struct CaseAssigned {
  std::string officer;  // empty: taken from whoever had it
  bool operator==(const CaseAssigned&) const = default;
};
struct CheckRecorded {
  Check check;
  bool operator==(const CheckRecorded&) const = default;
};
struct MatchFound {
  std::string match_id;
  std::string authority;  // the other authority, which may now confirm
  bool operator==(const MatchFound&) const = default;
};
struct RemovalPermitted {
  char ground = 'A';
  std::string school;
  std::string note;
  std::optional<base::Time> next_reminder;
  bool operator==(const RemovalPermitted&) const = default;
};
struct RemovalConfirmed {
  base::Date removed_on;
  std::string note;
  std::optional<base::Date> transfer_due;   // nothing where the ground needs no transfer file
  std::optional<base::Time> next_reminder;  // of the transfer file
  bool operator==(const RemovalConfirmed&) const = default;
};
struct RemovalFoundEarly {
  std::string school;
  base::Date removed_on;
  std::string source;  // id of the upload that said so
  bool operator==(const RemovalFoundEarly&) const = default;
};
// A file about leavers says so. A case that did not know since when its child is missing knows it now.
struct AbsenceReported {
  std::string school;
  base::Date left_on;
  std::string source;  // id of the upload
  bool operator==(const AbsenceReported&) const = default;
};
struct TransferSent {
  std::string transfer_id;
  bool operator==(const TransferSent&) const = default;
};

// What the broker's clock does. None of these moves a case; see decide_clock.h.
struct EnquiryReminded {
  std::string enquiry_id;
  DeadlineKind deadline = DeadlineKind::reminder;
  int days = 0;
  base::Date due{};
  bool operator==(const EnquiryReminded&) const = default;
};
struct EnquiryEscalated {
  std::string enquiry_id;
  DeadlineKind deadline = DeadlineKind::escalation;  // or out_of_hours
  int days = 0;
  base::Date due{};
  Contact contact;  // of the asked authority, to whom it goes now
  bool operator==(const EnquiryEscalated&) const = default;
};
struct RemovalReminded {
  int number = 1;
  base::Time next;
  bool operator==(const RemovalReminded&) const = default;
};
struct TransferReminded {
  int number = 1;
  base::Time next;
  bool operator==(const TransferReminded&) const = default;
};
// A message about the case that its recipient has not collected in time. It stays collectable.
struct MessageExpired {
  std::string message_id;
  std::string type;
  std::string sender;
  std::string recipient;
  base::Time sent;
  bool operator==(const MessageExpired&) const = default;
};

// A date that fell elsewhere when a calendar changed; nothing where no calendar knew it.
struct MovedDate {
  std::string what;  // name of a clock or a deadline, `transfer_file`, `reminder`
  int days = 0;      // that it counts; 0 when it is counted from no fixed day
  std::optional<base::Date> before;
  std::optional<base::Date> after;
  bool operator==(const MovedDate&) const = default;
};
// `calendar` is the authority whose term dates changed, or `bank_holidays`.
struct EnquiryRescheduled {
  std::string enquiry_id;
  std::string calendar;
  std::vector<MovedDate> moved;
  std::vector<Deadline> schedule;  // all of it, as it is from now on
  bool operator==(const EnquiryRescheduled&) const = default;
};
struct ClocksMoved {
  std::string calendar;
  std::vector<MovedDate> moved;
  std::optional<base::Date> transfer_due;   // where it moved
  std::optional<base::Time> next_reminder;  // where it moved
  bool operator==(const ClocksMoved&) const = default;
};

using EventBody =
    std::variant<CaseOpened, EnquiryOpened, EnquiryAcknowledged, EnquiryReplied, InformationAdded, EnquiryWithdrawn,
                 LocationConfirmed, LocationRetracted, LocationDisputed, HandoverAccepted, CaseClosed, EndRequested,
                 CaseEnded, CaseReopened, CaseAssigned, CheckRecorded, MatchFound, RemovalPermitted, RemovalConfirmed,
                 RemovalFoundEarly, AbsenceReported, TransferSent, EnquiryReminded, EnquiryEscalated, RemovalReminded,
                 TransferReminded, MessageExpired, EnquiryRescheduled, ClocksMoved>;

// Whether it happens of itself or only adds to what is known, between an officer's look and his change: no reason to
// refuse the change, so that it does not count towards the version that he names.
bool happens_of_itself(const EventBody& body);

struct Event {
  std::string case_id;
  Actor by;
  base::Time time;
  EventBody body;
  bool operator==(const Event&) const = default;
};

// `enquiry.replied` and so on: the type on the timeline, in the audit log and, where one is sent, of the message.
std::string_view type_of(const EventBody& body);

// The state after the event. Events come in order and fit the state: anything else is a bug and stops the process.
CaseFile apply(CaseFile file, const Event& event);

}  // namespace broker::domain
