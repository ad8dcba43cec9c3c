#include "broker/message/settings.h"

#include <algorithm>

#include "broker/message/kept.h"
#include "broker/message/state_json.h"

namespace broker::message {
namespace {

using domain::Contact;
using domain::Settings;

constexpr int64_t days_max = 60;
constexpr size_t reminders_max = 10;

Contact read_contact(Reader& reader, const std::string& name) {
  Contact contact;
  if (const Json* json = reader.object(name)) {
    Reader members(*json, reader.pointer_to(name), reader.errors());
    contact = {members.text("name", 200), members.text("phone", 50), members.text("email", 200)};
    members.finish();
  }
  return contact;
}

int days(Reader& reader, const std::string& name, int standard) {
  return static_cast<int>(reader.integer(name, 1, days_max).value_or(standard));
}

std::vector<int> reminder_days(Reader& reader, std::vector<int> standard) {
  const std::string name = "reminder_school_days";
  const Json* list = reader.array(name, reminders_max);
  if (list == nullptr) return standard;
  std::vector<int> values;
  for (const Json& one : *list) {
    const bool is_days = one.is_number_integer() && one.get<int64_t>() >= 1 && one.get<int64_t>() <= days_max;
    if (is_days && (values.empty() || values.back() < one.get<int>())) {
      values.push_back(one.get<int>());
    } else {
      reader.wrong(name, "must be ascending whole numbers from 1 to 60");
      return standard;
    }
  }
  return values;
}

Json settings_json(const Settings& settings) {
  Json json = {{"acknowledge_working_days", settings.acknowledge_working_days},
               {"answer_school_days", settings.answer_school_days},
               {"reminder_school_days", settings.reminder_school_days},
               {"escalation_school_days", settings.escalation_school_days},
               {"urgent_working_days", settings.urgent_working_days},
               {"removal_reminder_school_days", settings.removal_reminder_school_days},
               {"transfer_school_days", settings.transfer_school_days}};
  json["contact"] = contact_json(settings.contact);
  json["out_of_hours"] = contact_json(settings.out_of_hours);
  json["cme_lead"] = contact_json(settings.cme_lead);
  json["case_retention_years"] = settings.case_retention_years;
  json["transfer_file_retention_days"] = settings.transfer_file_retention_days;
  json["record_retention_days"] = settings.record_retention_days;
  json["version"] = settings.version;
  return json;
}

Contact kept_contact(const Json& json, const char* name) {
  if (!json.contains(name)) return {};
  const Json& one = json.at(name);
  return {string_in(one, "name"), string_in(one, "phone"), string_in(one, "email")};
}

}  // namespace

base::Result<Settings> decode_settings(std::string_view body) {
  return decode(body, [](Reader& reader) {
    Settings settings;
    settings.acknowledge_working_days = days(reader, "acknowledge_working_days", settings.acknowledge_working_days);
    settings.answer_school_days = days(reader, "answer_school_days", settings.answer_school_days);
    settings.reminder_school_days = reminder_days(reader, settings.reminder_school_days);
    settings.escalation_school_days = days(reader, "escalation_school_days", settings.escalation_school_days);
    settings.urgent_working_days = days(reader, "urgent_working_days", settings.urgent_working_days);
    settings.removal_reminder_school_days =
        days(reader, "removal_reminder_school_days", settings.removal_reminder_school_days);
    settings.transfer_school_days = days(reader, "transfer_school_days", settings.transfer_school_days);
    settings.contact = read_contact(reader, "contact");
    settings.out_of_hours = read_contact(reader, "out_of_hours");
    settings.cme_lead = read_contact(reader, "cme_lead");
    settings.case_retention_years =
        static_cast<int>(reader.integer("case_retention_years", 1, 100).value_or(settings.case_retention_years));
    settings.transfer_file_retention_days = static_cast<int>(
        reader.integer("transfer_file_retention_days", 30, 3660).value_or(settings.transfer_file_retention_days));
    settings.record_retention_days =
        static_cast<int>(reader.integer("record_retention_days", 30, 36'500).value_or(settings.record_retention_days));
    return settings;
  });
}

std::string encode_settings(const Settings& settings, const std::string& authority) {
  Json json = {{"code", authority}};
  json.update(settings_json(settings));
  return dump(json);
}

std::string encode_settings_state(const Settings& settings) {
  return dump(settings_json(settings));
}

Settings decode_settings_state(std::string_view text) {
  const Json json = parse_own(text);
  const auto number = [&json](const char* name, int standard) { return json.value(name, standard); };
  Settings settings;
  settings.acknowledge_working_days = number("acknowledge_working_days", settings.acknowledge_working_days);
  settings.answer_school_days = number("answer_school_days", settings.answer_school_days);
  settings.reminder_school_days = json.value("reminder_school_days", settings.reminder_school_days);
  settings.escalation_school_days = number("escalation_school_days", settings.escalation_school_days);
  settings.urgent_working_days = number("urgent_working_days", settings.urgent_working_days);
  settings.removal_reminder_school_days = number("removal_reminder_school_days", settings.removal_reminder_school_days);
  settings.transfer_school_days = number("transfer_school_days", settings.transfer_school_days);
  settings.contact = kept_contact(json, "contact");
  settings.out_of_hours = kept_contact(json, "out_of_hours");
  settings.cme_lead = kept_contact(json, "cme_lead");
  settings.case_retention_years = number("case_retention_years", settings.case_retention_years);
  settings.transfer_file_retention_days = number("transfer_file_retention_days", settings.transfer_file_retention_days);
  settings.record_retention_days = number("record_retention_days", settings.record_retention_days);
  settings.version = json.value("version", int64_t{0});
  return settings;
}

std::string encode_contact(const Contact& contact) {
  return dump(contact_json(contact));
}

}  // namespace broker::message
