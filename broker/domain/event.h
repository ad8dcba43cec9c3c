// What has happened to a case, as facts. A case and its enquiries are exactly what their events make of them.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "broker/domain/case.h"

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
struct MatchFound {
  std::string match_id;
  std::string authority;  // the other authority, which may now confirm
  bool operator==(const MatchFound&) const = default;
};
struct RemovalPermitted {
  char ground = 'A';
  std::string school;
  std::string note;
  bool operator==(const RemovalPermitted&) const = default;
};
struct RemovalConfirmed {
  base::Date removed_on;
  std::string note;
  bool operator==(const RemovalConfirmed&) const = default;
};

using EventBody =
    std::variant<CaseOpened, EnquiryOpened, EnquiryAcknowledged, EnquiryReplied, InformationAdded, EnquiryWithdrawn,
                 LocationConfirmed, LocationRetracted, LocationDisputed, HandoverAccepted, CaseClosed, EndRequested,
                 CaseEnded, CaseReopened, MatchFound, RemovalPermitted, RemovalConfirmed>;

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
