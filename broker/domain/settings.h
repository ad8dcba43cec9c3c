// What an authority sets for itself: how many days its deadlines take, whom to call, how long its copies are kept. The
// values here are the defaults of the lifecycle.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace broker::domain {

struct Contact {
  std::string name;
  std::string phone;
  std::string email;

  bool is_empty() const { return name.empty() && phone.empty() && email.empty(); }
  bool operator==(const Contact&) const = default;
};

struct Settings {
  // Of an enquiry that this authority is asked.
  int acknowledge_working_days = 2;
  int answer_school_days = 10;
  std::vector<int> reminder_school_days = {5, 10, 15};  // ascending
  int escalation_school_days = 20;
  int urgent_working_days = 2;  // to the first answer of an urgent one
  // Of its own cases and schools.
  int removal_reminder_school_days = 5;  // between two reminders of a removal that the school has not confirmed
  int transfer_school_days = 15;         // from the removal to the transfer file

  Contact contact;  // for enquiries in the day; shown to all in the directory
  Contact out_of_hours;
  Contact cme_lead;  // to whom an enquiry is escalated

  int case_retention_years = 7;            // after a case closed or ended
  int transfer_file_retention_days = 365;  // of a sealed file that nobody collects
  int record_retention_days = 1095;        // of rows of files, queries and notices, outside of cases
  int64_t version = 0;                     // 0: never set, these are the defaults
  bool operator==(const Settings&) const = default;
};

}  // namespace broker::domain
