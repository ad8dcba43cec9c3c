#include "broker/web/pages/narrate.h"

#include <map>

#include "broker/domain/imported_terms.h"
#include "broker/message/state.h"

namespace broker::web::pages {

using namespace domain;

std::string words_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::on_roll: return "On roll at a school here";
    case Outcome::home_educated: return "Electively home educated here";
    case Outcome::other_provision: return "Educated here, not at a school";
    case Outcome::resident_not_in_education: return "Living here, no school place";
    case Outcome::application_in_hand: return "School application in hand";
    case Outcome::moved_on: return "Was here, has moved on";
    case Outcome::not_located: return "Not known here";
    case Outcome::checks_in_progress: return "Checks still going on";
    case Outcome::information_needed: return "We need more information";
    case Outcome::withheld: return "Located, contact us";
    case Outcome::wrong_authority: return "The address is not in our area";
    case Outcome::not_compulsory_age: return "Not of compulsory school age";
    case Outcome::different_child: return "This is a different child";
    case Outcome::died: return "The child has died";
    case Outcome::detained: return "Detained: contact us";
  }
  return {};
}

std::string words_of(EndReason reason) {
  switch (reason) {
    case EndReason::found_in_own_area: return "Found in our own area";
    case EndReason::opened_in_error: return "Opened in error";
    case EndReason::over_compulsory_school_age: return "Over compulsory school age";
    case EndReason::left_the_country: return "Left the country";
    case EndReason::died: return "The child has died";
  }
  return {};
}

std::string words_of(RecordKind kind) {
  switch (kind) {
    case RecordKind::lost: return "lost-pupil list";
    case RecordKind::arrival: return "arrivals list";
    case RecordKind::case_child: return "open case";
    case RecordKind::query: return "query";
    case RecordKind::expected: return "notice of a move";
  }
  return {};
}

std::string words_of(Priority priority) {
  switch (priority) {
    case Priority::routine: return "Routine";
    case Priority::urgent: return "Urgent";
    case Priority::immediate: return "Immediate";
  }
  return {};
}

std::string words_of(EnquiryKind kind) {
  return kind == EnquiryKind::address_known ? "An address there is known" : "The child is believed to be in the area";
}

std::string field_words(const std::string& field) {
  static const std::map<std::string, std::string> names = {{"surname", "Surname"},
                                                           {"forename", "First name"},
                                                           {"dob", "Date of birth"},
                                                           {"sex", "Sex"},
                                                           {"upn", "UPN"},
                                                           {"uln", "ULN"},
                                                           {"postcode", "Postcode"},
                                                           {"guardian", "Parent"},
                                                           {"school", "Last school"},
                                                           {"middle_names", "Middle names"},
                                                           {"address", "Address"},
                                                           {"phone", "Telephone"},
                                                           {"uprn", "Property (UPRN)"},
                                                           {"guardians", "Parent"},
                                                           {"identifier", "Identifier"}};
  const auto found = names.find(field);
  if (found != names.end()) return found->second;
  std::string words = field;
  for (char& c : words) c = c == '_' ? ' ' : c;
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

std::string look_words(const std::string& action) {
  if (action == "look.case") return "Opened the case";
  if (action == "look.enquiry") return "Opened the enquiry";
  if (action == "look.match") return "Compared it with a record of theirs";
  if (action == "look.removal") return "Opened the removal from roll";
  if (action == "look.timeline") return "Read the timeline";
  if (action == "look.subject_access") return "Collected all that is held, for a request";
  if (action == "look.cases" || action == "look.enquiries") return "Saw it in a list";
  if (action == "query.made") return "Found it by a query";
  return action;
}

Html status_tag(const Case& record) {
  switch (record.status) {
    case CaseStatus::open: return coloured_tag("Open: location not confirmed", "blue");
    case CaseStatus::located: return coloured_tag("Located: not closed yet", "yellow");
    case CaseStatus::closed:
      return record.closure && record.closure->kind == ClosureKind::handed_over
                 ? coloured_tag("Closed: handed over", "green")
                 : coloured_tag("Closed: location confirmed", "green");
    case CaseStatus::ended: return coloured_tag("Ended without confirmation", "grey");
  }
  return {};
}

Html status_tag(const Enquiry& enquiry, const std::optional<base::Time>& delivered) {
  switch (enquiry.status) {
    case EnquiryStatus::sent:
      return delivered ? coloured_tag("Delivered", "blue") : coloured_tag("Not collected yet", "yellow");
    case EnquiryStatus::acknowledged: return coloured_tag("In progress", "blue");
    case EnquiryStatus::waiting_for_information: return coloured_tag("Waits for information", "yellow");
    case EnquiryStatus::answered: return coloured_tag("Answered", "green");
    case EnquiryStatus::withdrawn: return coloured_tag("Withdrawn", "grey");
  }
  return {};
}

Html priority_tag(Priority priority) {
  if (priority == Priority::routine) return {};
  return coloured_tag(words_of(priority), "red");
}

namespace {

struct Said {
  Html label;
  Html content;
};

std::string deadline_words(DeadlineKind kind) {
  switch (kind) {
    case DeadlineKind::out_of_hours: return "The out-of-hours call";
    case DeadlineKind::acknowledge: return "The acknowledgement";
    case DeadlineKind::reminder: return "The reminder";
    case DeadlineKind::answer: return "The first answer";
    case DeadlineKind::next_date: return "The promised answer";
    case DeadlineKind::escalation: break;
  }
  return "The escalation";
}

Html calendar_words(const std::string& calendar) {
  if (calendar == bank_holidays_calendar) return "Bank holidays changed"_html;
  return join("Term dates of "_html, authority_name(calendar), " changed"_html);
}

std::string sentence_of(const MovedDate& moved) {
  std::string what = "Day " + std::to_string(moved.days);
  if (const auto kind = parse_name<DeadlineKind>(moved.what)) {
    what = deadline_words(*kind) + (moved.days > 0 ? " (day " + std::to_string(moved.days) + ")" : "");
  }
  if (moved.what == "transfer_file") what = "The transfer file";
  if (moved.what == "reminder") what = "The next reminder";
  if (!moved.before) return what + " is now " + web::words_of(*moved.after) + "; nobody could count to it before.";
  if (!moved.after) return what + " was " + web::words_of(*moved.before) + "; the new dates do not reach that far.";
  return what + " moved from " + web::words_of(*moved.before) + " to " + web::words_of(*moved.after) + ".";
}

Html moved_lines(const std::vector<MovedDate>& moved) {
  Html html;
  for (const MovedDate& one : moved) html << "<p>"_html << sentence_of(one) << "</p>"_html;
  return html;
}

Html described(const std::string& words) {
  return words.empty() ? Html() : join("<p class=\"app-as-typed\">"_html, words, "</p>"_html);
}

struct Narrator {
  Said operator()(const CaseOpened& e) const {
    return {e.record.predecessor.empty() ? "Case opened"_html : "Case opened: the child was handed over to us"_html,
            join(described(e.record.reason), described(e.record.note))};
  }
  Said operator()(const EnquiryOpened& e) const {
    Html content = described(e.enquiry.message);
    content << "<p>Reply wanted by "_html << web::words_of(e.enquiry.due) << ". "_html
            << link("/enquiries/" + e.enquiry.id, "See what was shared"_html) << ".</p>"_html;
    return {join("Enquiry sent to "_html, authority_name(e.enquiry.to)), content};
  }
  Said operator()(const EnquiryAcknowledged&) const { return {"Enquiry opened and taken on"_html, {}}; }
  Said operator()(const EnquiryReplied& e) const {
    const Answer& answer = e.reply.answer;
    Html content;
    std::string checks;
    for (const std::string& one : answer.checks) checks += (checks.empty() ? "" : ", ") + one;
    if (!checks.empty()) content << described("Checked: " + checks + ".");
    if (answer.location) content << location_rows(shown_location(*answer.location));
    if (answer.moved_to && !answer.moved_to->authority.empty())
      content << described("Moved on to " + authority_with_code(answer.moved_to->authority) + ".");
    if (answer.moved_to && !answer.moved_to->country.empty()) {
      content << described("Moved on to " + answer.moved_to->country + ".");
    }
    if (answer.next_date) content << described("Next answer by " + web::words_of(*answer.next_date) + ".");
    if (!answer.contact.empty()) content << described("Contact: " + answer.contact);
    content << described(answer.note);
    return {join("Reply: "_html, words_of(answer.outcome)), content};
  }
  Said operator()(const InformationAdded& e) const { return {"Information added"_html, described(e.information)}; }
  Said operator()(const EnquiryWithdrawn& e) const { return {"Enquiry withdrawn"_html, described(e.reason)}; }
  Said operator()(const LocationConfirmed& e) const {
    return {join("Location confirmed: "_html, words_of(e.confirmation.outcome)),
            location_rows(shown_location(e.confirmation.location))};
  }
  Said operator()(const LocationRetracted& e) const { return {"Confirmation taken back"_html, described(e.reason)}; }
  Said operator()(const LocationDisputed& e) const { return {"Confirmation disputed"_html, described(e.reason)}; }
  Said operator()(const HandoverAccepted&) const {
    return {"Handed over"_html, described("The other authority opened its own case; this one is closed.")};
  }
  Said operator()(const CaseClosed&) const { return {"Case closed"_html, {}}; }
  Said operator()(const EndRequested& e) const {
    return {join("Asked to end the case: "_html, words_of(e.reason)),
            join(described(e.evidence.empty() ? "" : "Evidence: " + e.evidence), described(e.note))};
  }
  Said operator()(const CaseEnded&) const { return {"Case ended by a second officer"_html, {}}; }
  Said operator()(const CaseReopened& e) const { return {"Case reopened"_html, described(e.reason)}; }
  Said operator()(const CaseAssigned& e) const {
    if (e.officer.empty()) return {"Assigned to nobody in particular"_html, {}};
    return {join("Assigned to "_html, e.officer), {}};
  }
  Said operator()(const CheckRecorded& e) const {
    return {join(words_of(e.check.kind), ": "_html, words_of(e.check.result)),
            join(described("On " + web::words_of(e.check.made)), described(e.check.note))};
  }
  Said operator()(const MatchFound& e) const {
    return {"Possible match found"_html,
            join("<p>A record at "_html, authority_name(e.authority), " may be this child. "_html,
                 link("/matches/" + e.match_id, "Look at the match"_html), ".</p>"_html)};
  }
  Said operator()(const RemovalPermitted& e) const {
    return {join("Removal from roll permitted, ground "_html, std::string(1, e.ground)),
            join(described("School " + e.school + " is asked to confirm in writing."), described(e.note))};
  }
  Said operator()(const RemovalConfirmed& e) const {
    return {join("School confirmed the removal from roll on "_html, web::words_of(e.removed_on)), described(e.note)};
  }
  Said operator()(const RemovalFoundEarly& e) const {
    return {"The school has removed the child before it was permitted"_html,
            described("School " + e.school + " removed the child on " + web::words_of(e.removed_on) + ".")};
  }
  Said operator()(const TransferSent&) const { return {"Transfer file sent"_html, {}}; }
  Said operator()(const EnquiryReminded& e) const {
    return {"Reminder sent"_html, described("An answer was due by " + web::words_of(e.due) + ".")};
  }
  Said operator()(const EnquiryEscalated& e) const {
    return {"Escalated to the lead for children missing education"_html,
            described(e.contact.name.empty() ? "" : "It goes to " + e.contact.name + ".")};
  }
  Said operator()(const RemovalReminded&) const { return {"School reminded to confirm the removal"_html, {}}; }
  Said operator()(const TransferReminded&) const { return {"School reminded of the transfer file"_html, {}}; }
  Said operator()(const AbsenceReported& e) const {
    const std::string school = e.school.empty() ? "" : "Said by the file of school " + e.school + ". ";
    return {join("The child left its school on "_html, web::words_of(e.left_on)),
            described(school + "The first day missing is the next one, unless the case names another.")};
  }
  Said operator()(const EnquiryRescheduled& e) const {
    return {join("Days of an enquiry moved: "_html, calendar_words(e.calendar)), moved_lines(e.moved)};
  }
  Said operator()(const ClocksMoved& e) const { return {calendar_words(e.calendar), moved_lines(e.moved)}; }
  Said operator()(const MessageExpired& e) const {
    return {"A message was not collected"_html,
            described(authority_name(e.recipient) + " has not collected it in time. It stays there to be collected.")};
  }
};

}  // namespace

TimelineEntry narrated(const message::TimelineItem& item, const std::string& viewer) {
  const Said said = std::visit(Narrator{}, message::decode_event(item.type, item.data));
  const base::Time time = base::parse_time(item.time).value_or(base::Time());
  std::string by = item.officer.empty() ? "Waymark" : item.officer;
  if (!item.school.empty())
    by += ", school " + item.school;
  else if (!item.authority.empty() && item.authority != viewer)
    by += ", " + authority_name(item.authority);
  return {.label = said.label,
          .byline = text(by),
          .datetime = item.time,
          .time = web::words_of(time),
          .content = said.content};
}

DueWords due_words(const Calendar& calendar, base::Date due, base::Date today) {
  const auto days_between = [&](base::Date from, base::Date to) {
    int days = 0;
    for (auto next = calendar.add_working_days(from, 1); next && *next <= to && days < Calendar::days_max;
         next = calendar.add_working_days(*next, 1)) {
      ++days;
    }
    return days;
  };
  if (due < today) {
    const int days = days_between(due, today);
    const std::string words = days == 0 ? "Overdue" : "Overdue " + counted(days, "working day", "working days");
    return {join("<span class=\"app-due--over\">"_html, words, "</span><br>"_html,
                 muted(text("was due " + short_words_of(due)))),
            true};
  }
  const auto tomorrow = base::Date(std::chrono::sys_days(today) + std::chrono::days(1));
  const std::string words = due == today ? "Today"
                            : due == tomorrow
                                ? "Tomorrow"
                                : counted(std::max(1, days_between(today, due)), "working day", "working days");
  return {join(words, "<br>"_html, muted(text(short_words_of(due)))), false};
}

Location shown_location(Location location) {
  if (!location.address.restricted) return location;
  location.school = {};
  location.provider.clear();
  location.address = matcher::Address{.restricted = true};
  return location;
}

Html location_rows(const Location& location) {
  std::string sentences;
  const auto line = [&sentences](const std::string& words) {
    if (!words.empty()) sentences += (sentences.empty() ? "" : " ") + words + (words.ends_with('.') ? "" : ".");
  };
  if (location.address.restricted)
    line("The address is not shared, because somebody may be at risk. Call the authority.");
  line(web::words_of(location.school));
  if (!location.provider.empty()) line("Provider: " + location.provider);
  if (location.start_date) line("Started on " + web::words_of(*location.start_date) + ".");
  if (location.attending_since) line("Attending since " + web::words_of(*location.attending_since) + ".");
  if (location.living_in_area) line(*location.living_in_area ? "Lives in the area." : "Does not live in the area.");
  if (location.written_confirmation.value_or(false)) line("The parent confirmed home education in writing.");
  line(web::words_of(location.address));
  return described(sentences);
}

std::vector<SummaryRow> child_rows(const matcher::PupilRecord& child) {
  std::vector<SummaryRow> rows;
  const auto row = [&rows](const char* key, const Html& value) {
    if (!value.is_empty()) rows.push_back({.key = text(key), .value = value});
  };
  const auto names = [](const std::string& first, const std::string& second) {
    return first.empty() || second.empty() ? first + second : first + " " + second;
  };
  row("Name", text(full_name(child)));
  row("Middle names", text(child.middle_names));
  row("Also known as", text(names(child.preferred_forename, child.preferred_surname)));
  row("Former name", text(names(child.former_forename, child.former_surname)));
  row("Date of birth", text(web::words_of(child.dob)));
  row("Sex", text(child.sex == "F" ? "Female" : child.sex == "M" ? "Male" : ""));
  if (!child.upn.empty()) row("UPN", code(child.upn));
  if (!child.uln.empty()) row("ULN", code(child.uln));
  row("Last school", text(web::words_of(child.school)));
  row("Year group", text(child.year_group));
  if (child.address.restricted) row("Address", "Not shared: somebody may be at risk"_html);
  row("Address", text(web::words_of(child.address)));
  for (const auto& one : child.previous_addresses) row("Earlier address", text(web::words_of(one)));
  for (const auto& one : child.guardians)
    row("Parent", text(one.phone.empty() ? one.name : one.name + ", " + one.phone));
  for (const auto& one : child.siblings) row("Brother or sister", text(names(one.forename, one.surname)));
  return rows;
}

Html child_line(const matcher::PupilRecord& child, base::Date today) {
  Html html = join("Born "_html, web::words_of(child.dob));
  if (const int age = age_on(child.dob, today); age >= 0) html << " (age "_html << age << ")"_html;
  if (!child.upn.empty()) html << ", UPN "_html << code(child.upn);
  return html;
}

}  // namespace broker::web::pages
