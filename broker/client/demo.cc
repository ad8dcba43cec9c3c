#include "broker/client/demo.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <thread>

#include <signal.h>

#include "broker/base/time.h"
#include "broker/client/demo_stage.h"
#include "broker/client/log_verifier.h"
#include "broker/client/samples.h"
#include "broker/client/upload.h"

namespace broker::client {
namespace {

constexpr std::chrono::seconds upload_time{20};
constexpr std::chrono::seconds restart_time{20};
constexpr double probability_least = 0.5;
constexpr const char* school_of_child = "3144001";

volatile sig_atomic_t is_interrupted = 0;

std::string days_ago(int days) {
  const auto today = std::chrono::sys_days(base::date_in_england(base::SystemClock().now()));
  return base::format_date(std::chrono::year_month_day(today - std::chrono::days(days)));
}

// The child of the story, as 314 knows him.
Json child() {
  return {{"upn", "Q314200518017"},
          {"surname", "Husain"},
          {"forename", "Muhammad"},
          {"dob", "2014-03-05"},
          {"sex", "M"},
          {"address", {{"lines", {"41 Pretend Road"}}, {"town", "Kingston upon Thames"}, {"postcode", "KT2 9ZZ"}}},
          {"guardians", {{{"name", "Samina Husain"}, {"phone", "07700 900123"}}}},
          {"school", {{"laestab", school_of_child}}}};
}

// What only the holder of the arrival knows of the same boy.
constexpr const char* holders_values[] = {"Mohammed", "Hussain", "2014-05-03", "Linden Court", "SM1 9ZZ", "3194001"};

// Nothing is certain, so nothing is shown as 100 %.
std::string percent(double probability) {
  return probability > 0.99 ? "over 99 %" : std::to_string(std::lround(probability * 100)) + " %";
}

class Demo {
 public:
  Demo(SandboxProcess& sandbox, std::filesystem::path files) : stage_(sandbox), files_(std::move(files)) {}

  void play() {
    for (const auto chapter :
         {&Demo::arrivals, &Demo::lost_pupils, &Demo::matches, &Demo::enquiries, &Demo::not_located, &Demo::refusal,
          &Demo::restart, &Demo::confirmation, &Demo::closing, &Demo::removal, &Demo::proof}) {
      if (is_interrupted != 0) throw DemoFailed("interrupted");
      (this->*chapter)();
    }
  }

 private:
  Json upload(const std::string& caller, const Sample& sample, const std::string& kind) {
    const auto file = write_sample(sample, files_);
    const Answer sent = upload_file(stage_.as(caller), file, kind);
    stage_.expect_equal(std::to_string(sent.status), "202", "uploading " + std::string(sample.name));
    const std::string id = text_at(parse_json(sent.body), "/id");
    const Json done = parse_json(await_upload(stage_.as(caller), id, upload_time).body);
    stage_.expect_equal(text_at(done, "/status"), "completed", std::string(sample.name));
    stage_.act(caller, "uploads " + std::string(sample.name) + ": " + text_at(done, "/accepted") + " accepted, " +
                           text_at(done, "/rejected") + " rejected.");
    return done;
  }

  void arrivals() {
    stage_.chapter("Sutton (319) tells Waymark who has arrived");
    const Json done = upload("319", sample_arrivals(), "arrivals");
    stage_.expect_equal(text_at(done, "/accepted"), "4", "arrivals accepted");
  }

  void lost_pupils() {
    stage_.chapter("Kingston (314) uploads pupils who left for nobody knows where");
    const Json ctf = upload("314", sample_lost_ctf(), "lost_pupils");
    stage_.expect_equal(text_at(ctf, "/accepted"), "1", "pupils of the transfer file accepted");
    const Json csv = upload("314", sample_lost_csv(), "lost_pupils");
    stage_.expect_equal(text_at(csv, "/accepted"), "2", "rows of the CSV accepted");
    stage_.expect_equal(text_at(csv, "/rejected"), "1", "rows of the CSV rejected");
    const Json errors = stage_.get("314", "/v1/uploads/" + text_at(csv, "/id") + "/errors");
    stage_.expect(!items_of(errors).empty(), "the rejected row is explained");
    stage_.say("One bad row does not stop the others; it is named by line, column and reason, never by value:");
    for (const Json& error : items_of(errors)) {
      const std::string column = text_at(error, "/column");
      stage_.quote("line " + text_at(error, "/row") + (column.empty() ? "" : ", " + column) + ": " +
                   text_at(error, "/reason"));
    }
  }

  // The one match of this seeker's upload that names the holder.
  Json match_of(const std::string& caller, const std::string& surname) {
    const Json list = stage_.get(caller, "/v1/matches?limit=100");
    for (const Json& one : items_of(list)) {
      Json match = stage_.get(caller, "/v1/matches/" + text_at(one, "/id"));
      if (text_at(match, "/mine/surname") == surname) return match;
    }
    throw DemoFailed(caller + " has no match for " + surname);
  }

  void expect_no_value_of_holder(const Json& shown, const std::string& where) const {
    const std::string text = dump(shown);
    for (const char* value : holders_values) {
      stage_.expect(text.find(value) == std::string::npos, where + " shows the seeker a value of the holder's record");
    }
  }

  void tell_match(const Json& match) const {
    std::map<std::string, std::string> fields;
    for (const Json& one : list_of(match, "evidence")) {
      std::string& those = fields[text_at(one, "/agreement")];
      those += (those.empty() ? "" : ", ") + text_at(one, "/field");
    }
    const double probability = member_of(match, "probability").is_number() ? match.at("probability").get<double>() : 0;
    stage_.expect(probability >= probability_least, "the match is more likely than not");
    stage_.quote("authority " + text_at(match, "/holder/authority") + ", " + text_at(match, "/band") + ", " +
                 percent(probability) + " likely");
    stage_.quote("exact: " + fields["exact"] + "; close: " + fields["close"] + "; different: " + fields["different"]);
  }

  void matches() {
    stage_.chapter("Waymark matches at once, however the names are spelt, and tells both sides");
    const Json found = stage_.receive("314", "match.found");
    const Json told = stage_.receive("319", "match.found");
    expect_no_value_of_holder(found, "the message");
    stage_.say(
        "314 looks for Muhammad Husain, 05/03/2014. It is told who knows him, how surely, and which fields agree:");
    const Json muhammad = match_of("314", "Husain");
    expect_no_value_of_holder(muhammad, "the match");
    tell_match(muhammad);
    stage_.say("... and not one value of the other authority's record.");
    stage_.say("314 looks for Zosia Kowalska, who is known as Zofia Kowalska-Nowak now:");
    const Json zosia = match_of("314", "Kowalska");
    stage_.expect_equal(text_at(zosia, "/holder/authority"), "319", "the holder of Zosia's arrival");
    tell_match(zosia);
    const Json seen = match_of("319", "Hussain");
    stage_.expect_equal(text_at(seen, "/theirs/surname"), "Husain", "what the holder sees of the seeker's child");
    stage_.say("319 holds the record, so it is shown the child that 314 looks for beside its own: " +
               text_at(seen, "/theirs/forename") + " " + text_at(seen, "/theirs/surname") + " beside " +
               text_at(seen, "/mine/forename") + " " + text_at(seen, "/mine/surname") + ".");
    stage_.expect(text_at(told, "/recipient") == "319", "the message to 319 names its recipient");
  }

  void enquiries() {
    stage_.chapter("314 opens a case and asks two authorities");
    const Json opened = stage_.post("314", "/v1/cases",
                                    {{"child", child()},
                                     {"reason", "Believed to have moved to another local authority"},
                                     {"missing_since", days_ago(20)}});
    case_ = "/v1/cases/" + text_at(opened, "/id");
    stage_.expect_equal(text_at(opened, "/status"), "open", "the new case");
    stage_.act("314",
               "opens case " + text_at(opened, "/reference") + ". It stays open until another authority confirms.");
    const Json sent = stage_.post("314", case_ + "/enquiries",
                                  {{"to", {"319", "315"}},
                                   {"kind", "area_believed"},
                                   {"message", "The family is believed to have moved to an aunt in your area."}});
    stage_.expect(items_of(sent).size() == 2, "two enquiries are sent");
    for (const Json& one : items_of(sent)) enquiries_[text_at(one, "/to")] = "/v1/enquiries/" + text_at(one, "/id");
    stage_.act("314", "enquires of 319 and 315.");
  }

  void not_located() {
    stage_.chapter("315 looks, and does not find him");
    const Json message = stage_.receive("315", "enquiry.opened");
    stage_.act("315", "finds the enquiry in its inbox, sent by " + text_at(message, "/sender") + ".");
    const Json reply = stage_.post_event("315", enquiries_.at("315"), "/replies",
                                         {{"outcome", "not_located"}, {"checks", {"admissions", "council tax"}}});
    stage_.expect_equal(text_at(reply, "/case_status"), "open", "the case after not_located");
    stage_.act("315", "answers not_located, and which checks it made. The case stays open.");
  }

  void refusal() {
    stage_.chapter("314 tries to close the case all the same");
    const Answer refused = stage_.as("314").post_event(case_, "/close", "{}");
    const Json problem = parse_json(refused.body);
    stage_.expect_equal(std::to_string(refused.status), "409", "closing without a confirmation");
    stage_.expect_equal(text_at(problem, "/type"), "urn:waymark:problem:case-not-confirmed", "the refusal");
    stage_.act("314", "is refused, in words:");
    stage_.quote(text_at(problem, "/detail"));
  }

  void restart() {
    stage_.chapter("The broker is killed in the middle of it (kill -9)");
    const std::string before = stage_.as("314").get(case_ + "/timeline?limit=500").body;
    const std::string enquiry = stage_.as("314").get(enquiries_.at("315")).body;
    const pid_t pid = stage_.sandbox().broker_pid();
    stage_.expect(pid != 0 && stage_.sandbox().kill_broker(), "waymarkd runs and can be killed");
    stage_.expect(stage_.sandbox().await_broker(pid, restart_time), "waymarkd is back");
    stage_.expect(stage_.as("314").get(case_ + "/timeline?limit=500").body == before, "the timeline is as it was");
    stage_.expect(stage_.as("314").get(enquiries_.at("315")).body == enquiry, "the enquiry is as it was");
    stage_.say("It is back, and everything that was answered is still there: the case, its timeline, both enquiries.");
    stage_.receive("319", "enquiry.opened");
    stage_.act("319", "finds its enquiry in its inbox, as if nothing had happened.");
  }

  void confirmation() {
    stage_.chapter("319 knows the boy");
    const Json location = {{"school", {{"laestab", "3194001"}}},
                           {"start_date", days_ago(14)},
                           {"living_in_area", true},
                           {"attending_since", days_ago(14)}};
    const Json reply =
        stage_.post_event("319", enquiries_.at("319"), "/replies", {{"outcome", "on_roll"}, {"location", location}});
    stage_.expect_equal(text_at(reply, "/case_status"), "located", "the case after on_roll");
    stage_.act("319", "confirms: on roll at 3194001, living in the area, attending. The case is located.");
    const Json message = stage_.receive("314", "location.confirmed");
    stage_.expect_equal(text_at(message, "/sender"), "319", "who confirmed");
    stage_.act("314", "is told so by a signed message.");
  }

  void closing() {
    stage_.chapter("Now 314 may close the case");
    const Json closed = stage_.post_event("314", case_, "/close", Json::object());
    stage_.expect_equal(text_at(closed, "/status"), "closed", "the case");
    stage_.expect_equal(text_at(closed, "/closure/kind"), "confirmed", "how it closed");
    stage_.act("314", "closes it: confirmed by " + text_at(closed, "/confirmation/authority") + ".");
  }

  void removal() {
    stage_.chapter("His old school may take him off its roll, and says that it did");
    stage_.post_event("314", case_, "/removal", {{"ground", "A"}, {"school", school_of_child}});
    stage_.act("314", "permits the removal on ground A: registered elsewhere.");
    stage_.receive(school_of_child, "removal.permitted");
    const Json confirmed = stage_.post_event(school_of_child, case_ + "/removal", "/confirm", {{"date", days_ago(0)}});
    stage_.expect_equal(text_at(confirmed, "/status"), "confirmed", "the removal");
    stage_.act(school_of_child, "confirms in writing.");
    stage_.receive("314", "removal.confirmed");
    stage_.act("314", "has it in its inbox.");
  }

  void proof() {
    stage_.chapter("Nobody can have changed what was written");
    const Verification verification = verify_log(stage_.as("314"), {});
    stage_.expect(verification.fault.empty(), "the log verifies: " + verification.fault);
    stage_.say("waymark verify built the hash tree anew from all " + std::to_string(verification.size) +
               " entries; it ends in the root that the broker signed. " + std::to_string(verification.entries_read) +
               " entries are 314's to read, of the others it sees only the hash.");
  }

  Stage stage_;
  std::filesystem::path files_;
  std::string case_;
  std::map<std::string, std::string> enquiries_;
};

void note_interruption(int) {
  is_interrupted = 1;
}

// The sandbox with the demo's case in it, for browsers.
void stay(const SandboxProcess& sandbox) {
  std::cout
      << "\nIt runs on. The officers' pages are at " << sandbox.value("/web")
      << "\nSign in there as an officer of 314 in one browser and of 319 in another (or in a private window). End it "
         "with Ctrl-C.\n"
      << std::flush;
  while (is_interrupted == 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

}  // namespace

void run_demo(const DemoSettings& settings) {
  signal(SIGINT, note_interruption);
  signal(SIGTERM, note_interruption);
  const bool is_temporary = settings.directory.empty();
  const std::filesystem::path directory =
      is_temporary ? make_temporary_directory("waymark-demo") : std::filesystem::absolute(settings.directory);
  try {
    SandboxProcess sandbox(std::filesystem::read_symlink("/proc/self/exe"), directory);
    Demo(sandbox, directory / "samples").play();
    if (settings.stays) stay(sandbox);
    if (!sandbox.stop()) throw DemoFailed("the sandbox did not stop as it should");
  } catch (...) {
    if (is_temporary) std::filesystem::remove_all(directory);
    throw;
  }
  if (is_temporary) std::filesystem::remove_all(directory);
}

}  // namespace broker::client
