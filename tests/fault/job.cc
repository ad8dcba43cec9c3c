#include "tests/fault/job.h"

#include "broker/base/text.h"
#include "broker/base/time.h"

namespace fault {
namespace {

using broker::client::dump;
using broker::client::Json;
using broker::client::text_at;

std::string days_ago(int days) {
  const auto today = std::chrono::sys_days(broker::base::date_in_england(broker::base::SystemClock().now()));
  return broker::base::format_date(std::chrono::year_month_day(today - std::chrono::days(days)));
}

Json on_roll(const std::string& authority) {
  const Json location = {{"school", {{"laestab", authority + "4001"}}},
                         {"start_date", days_ago(14)},
                         {"living_in_area", true},
                         {"attending_since", days_ago(14)}};
  return {{"outcome", "on_roll"}, {"location", location}};
}

// Eight letters that no other number has.
std::string name_of(uint64_t number) {
  static constexpr std::string_view consonants = "bdfghjklmnprstvwz";
  static constexpr std::string_view vowels = "aeiou";
  std::string name;
  for (int i = 0; i < 4; ++i) {
    name += consonants[number % consonants.size()];
    number /= consonants.size();
    name += vowels[number % vowels.size()];
    number /= vowels.size();
  }
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

std::runtime_error unexpected(const Command& command) {
  return std::runtime_error(command.target + " was answered " + std::to_string(command.status) + " " + command.answer);
}

}  // namespace

std::string JobSource::mark(const char* what) {
  return std::string(what) + " " + std::to_string(run_) + " " + std::to_string(worker_) + " " +
         std::to_string(++count_);
}

Json JobSource::new_child() {
  const auto two = [](uint64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const std::string dob = std::to_string(2010 + random_.next() % 6) + "-" + two(1 + random_.next() % 12) + "-" +
                          two(1 + random_.next() % 28);
  return {{"surname", name_of(random_.next())}, {"forename", name_of(random_.next())}, {"dob", dob}};
}

Command JobSource::post(Client& client, const std::string& target, const Json& body, const std::string& action,
                        const std::string& subject) {
  Command command;
  command.target = target;
  command.body = dump(body);
  command.action = action;
  command.subject = subject;
  command.logged = command.body;
  command = client.send(std::move(command));
  if (!command.is_granted()) throw unexpected(command);
  return command;
}

Command JobSource::post_event(Client& client, const std::string& resource, const std::string& event, const Json& body,
                              const std::string& action, const std::string& subject, bool may_be_refused) {
  const auto current = client.get(resource);
  const std::string* etag = current.headers.find("ETag");
  if (etag == nullptr) throw std::runtime_error(resource + " was answered " + std::to_string(current.status));
  Command command;
  command.target = resource + event;
  command.body = dump(body);
  command.if_match = *etag;
  command.action = action;
  command.subject = subject;
  command.logged = command.body;
  command = client.send(std::move(command));
  if (!command.is_granted() && !may_be_refused) throw unexpected(command);
  return command;
}

void JobSource::next(Client& owner, Client& other, History& history) {
  const uint64_t kind = random_.next() % 100;
  if (kind < 20) {
    upload_a_pair(owner, other, history);
  } else if (kind < 28) {
    ask(owner);
  } else {
    follow_a_child(owner, other);
  }
}

void JobSource::follow_a_child(Client& owner, Client& other) {
  const Json opening = {{"child", new_child()}, {"reason", "Believed to have moved"}, {"force", true}};
  const Command opened = post(owner, "/v1/cases", opening, "case.opened", "");
  const std::string case_id = text_at(broker::client::parse_json(opened.answer), "/id");
  const std::string path = "/v1/cases/" + case_id;
  const Json enquiring = {{"to", {other.authority()}}, {"message", mark("Asking")}};
  const Command sent = post(owner, path + "/enquiries", enquiring, "enquiry.opened", case_id);
  const std::string enquiry_id = text_at(broker::client::parse_json(sent.answer), "/items/0/id");
  const std::string enquiry = "/v1/enquiries/" + enquiry_id;
  if (random_.next() % 2 == 0) {
    post_event(other, enquiry, "/acknowledge", Json::object(), "enquiry.acknowledged", enquiry_id);
  }
  const auto reply = [&](Json answer) {
    answer["note"] = mark("Answer");
    return post_event(other, enquiry, "/replies", answer, "enquiry.replied", enquiry_id);
  };
  const uint64_t course = random_.next() % 100;
  if (course >= 60 && course < 75) reply({{"outcome", "checks_in_progress"}, {"next_date", days_ago(-7)}});
  if (course >= 90) {
    reply({{"outcome", "resident_not_in_education"}, {"location", {{"living_in_area", true}}}});
    return;
  }
  if (course >= 75) {
    reply({{"outcome", "not_located"}, {"checks", {"admissions", "school_rolls"}}});
    const Command closing = post_event(owner, path, "/close", Json::object(), "case.closed", case_id, true);
    if (closing.is_granted()) throw std::runtime_error(case_id + " was closed although nobody has found the child");
    return;
  }
  reply(on_roll(other.authority()));
  if (random_.next() % 10 > 0) post_event(owner, path, "/close", Json::object(), "case.closed", case_id);
}

std::string JobSource::upload(Client& client, const std::string& kind, const Json& child) {
  Command command;
  command.target = "/v1/uploads?kind=" + kind;
  command.body = "record_id,forename,surname,dob\n" + mark("Row") + "," + text_at(child, "/forename") + "," +
                 text_at(child, "/surname") + "," + text_at(child, "/dob") + "\n";
  command.media_type = "text/csv";
  command.action = "upload.accepted";
  command.logged = broker::base::sha256(command.body);
  command = client.send(std::move(command));
  if (!command.is_granted()) throw unexpected(command);
  return text_at(broker::client::parse_json(command.answer), "/id");
}

// Whichever comes second has to find the first.
void JobSource::upload_a_pair(Client& owner, Client& other, History& history) {
  const Json child = new_child();
  Pair pair;
  if (random_.next() % 2 == 0) {
    pair.seeker_upload = upload(owner, "lost_pupils", child);
    pair.holder_upload = upload(other, "arrivals", child);
  } else {
    pair.holder_upload = upload(other, "arrivals", child);
    pair.seeker_upload = upload(owner, "lost_pupils", child);
  }
  history.add(std::move(pair));
}

void JobSource::ask(Client& owner) {
  post(owner, "/v1/queries", {{"child", new_child()}, {"purpose", mark("Looking")}}, "query.made", "");
}

}  // namespace fault
