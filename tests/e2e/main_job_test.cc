// The main job of the product, played through the API by clients over mutual TLS, with a restart in the middle.
#include <gmock/gmock.h>

#include "broker/client/log_verifier.h"
#include "broker/client/samples.h"
#include "broker/client/upload.h"
#include "tests/e2e/sandbox_fixture.h"

namespace e2e {
namespace {

using broker::client::items_of;
using broker::client::parse_json;
using testing::HasSubstr;

constexpr const char* school = "3144001";
constexpr std::chrono::seconds upload_time{30};
// A match is found after the upload was answered.
constexpr int message_wait_seconds = 10;

class MainJob : public SandboxTest {
 protected:
  Json upload(const std::string& caller, const broker::client::Sample& sample, const std::string& kind) {
    const auto file = write_sample(sample, scratch_.path() / "samples");
    const Json sent = expect_status(upload_file(as(caller), file, kind), 202);
    return expect_status(await_upload(as(caller), text_at(sent, "/id"), upload_time), 200);
  }

  // Takes everything that waits, acknowledges it, and keeps it. Waits for the first for so long.
  void collect(const std::string& caller, int wait_seconds) {
    for (;; wait_seconds = 0) {
      const Json claim = {{"max", 100}, {"lease_seconds", 60}, {"wait_seconds", wait_seconds}};
      const Answer answer = as(caller).post("/v1/inbox/claim", dump(claim));
      if (answer.status == 204) return;
      const Json claimed = expect_status(answer, 200);
      Json ack = {{"lease_id", claimed.at("lease_id")}, {"ids", Json::array()}};
      for (const Json& message : items_of(claimed)) {
        ack["ids"].push_back(message.at("id"));
        inbox_[caller].push_back(message);
      }
      ASSERT_LT(as(caller).post("/v1/inbox/ack", dump(ack)).status, 300);
    }
  }

  // How many messages of the type have come, once there are `wanted` or no more come.
  int count(const std::string& caller, const std::string& type, int wanted) {
    int counted = 0;
    for (size_t new_ones = 1; new_ones != 0 && counted < wanted;) {
      const size_t had = inbox_[caller].size();
      collect(caller, message_wait_seconds);
      new_ones = inbox_[caller].size() - had;
      counted = static_cast<int>(std::count_if(inbox_[caller].begin(), inbox_[caller].end(),
                                               [&](const Json& one) { return text_at(one, "/type") == type; }));
    }
    return counted;
  }

  std::string open_case() {
    const Json child = {{"upn", "Q314200518017"}, {"surname", "Husain"}, {"forename", "Muhammad"},
                        {"dob", "2014-03-05"},    {"sex", "M"},          {"school", {{"laestab", school}}}};
    const Json body = {{"child", child}, {"reason", "Unknown"}, {"missing_since", days_ago(20)}};
    const Answer answer = as("314").post("/v1/cases", dump(body));
    case_ = "/v1/cases/" + text_at(expect_status(answer, 201), "/id");
    return case_;
  }

  std::string case_;
  std::map<std::string, std::string> enquiries_;
  std::map<std::string, std::vector<Json>> inbox_;
};

}  // namespace

TEST_F(MainJob, IsDoneFromUploadToRemovalAndSurvivesARestart) {
  EXPECT_EQ(text_at(upload("319", broker::client::sample_arrivals(), "arrivals"), "/accepted"), "4");
  EXPECT_EQ(text_at(upload("314", broker::client::sample_lost_ctf(), "lost_pupils"), "/accepted"), "1");
  const Json lost = upload("314", broker::client::sample_lost_csv(), "lost_pupils");
  EXPECT_EQ(text_at(lost, "/accepted"), "2");
  EXPECT_EQ(text_at(lost, "/rejected"), "1");

  // Both sides are told of both matches, and the seeker sees no value of the holder's record.
  EXPECT_EQ(count("314", "match.found", 2), 2);
  EXPECT_EQ(count("319", "match.found", 2), 2);
  std::string seen;
  for (const Json& message : inbox_["314"]) seen += dump(message);
  for (const Json& match : all_items(as("314"), "/v1/matches")) {
    seen += as("314").get("/v1/matches/" + text_at(match, "/id")).body;
  }
  for (const char* value : {"Mohammed", "Hussain", "2014-05-03", "SM1 9ZZ", "Kowalska-Nowak", "Zofia", "3194001"}) {
    EXPECT_EQ(seen.find(value), std::string::npos) << value;
  }

  open_case();
  const Json enquiry = {{"to", {"319", "315"}}, {"kind", "area_believed"}, {"message", "Believed to be with an aunt."}};
  const Json sent = expect_status(as("314").post(case_ + "/enquiries", dump(enquiry)), 201);
  for (const Json& one : items_of(sent)) {
    enquiries_[text_at(one, "/to")] = "/v1/enquiries/" + text_at(one, "/id");
  }
  ASSERT_EQ(enquiries_.size(), 2u);

  const Json no = {{"outcome", "not_located"}, {"checks", {"admissions"}}};
  const Json reply = expect_status(as("315").post_event(enquiries_["315"], "/replies", dump(no)), 201);
  EXPECT_EQ(text_at(reply, "/case_status"), "open");
  const Answer refused = as("314").post_event(case_, "/close", "{}");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(problem_of(refused), "urn:waymark:problem:case-not-confirmed");
  EXPECT_THAT(refused.body, HasSubstr("The case stays open until one does."));

  const std::string timeline = as("314").get(case_ + "/timeline").body;
  const pid_t before = sandbox_->broker_pid();
  ASSERT_TRUE(sandbox_->kill_broker());
  ASSERT_TRUE(sandbox_->await_broker(before, std::chrono::seconds(30)));
  EXPECT_EQ(as("314").get(case_ + "/timeline").body, timeline);
  EXPECT_EQ(count("319", "enquiry.opened", 1), 1);

  const Answer located = as("319").post_event(enquiries_["319"], "/replies", dump(on_roll("3194001")));
  EXPECT_EQ(text_at(expect_status(located, 201), "/case_status"), "located");
  EXPECT_EQ(count("314", "location.confirmed", 1), 1);
  const Json closed = expect_status(as("314").post_event(case_, "/close", "{}"), 200);
  EXPECT_EQ(text_at(closed, "/status"), "closed");
  EXPECT_EQ(text_at(closed, "/closure/kind"), "confirmed");

  EXPECT_LT(as("314").post_event(case_, "/removal", R"({"ground":"A"})").status, 300);
  EXPECT_EQ(count(school, "removal.permitted", 1), 1);
  const Answer removed = as(school).post_event(case_ + "/removal", "/confirm", "{}");
  EXPECT_EQ(text_at(parse_json(removed.body), "/status"), "confirmed") << removed.body;
  EXPECT_EQ(count("314", "removal.confirmed", 1), 1);

  const auto verification = broker::client::verify_log(as("314"), {});
  EXPECT_EQ(verification.fault, "");
  EXPECT_GT(verification.entries_read, 5u);
}

TEST_F(MainJob, ShowsNothingOfACaseToAnAuthorityThatIsNoParty) {
  open_case();
  const Answer foreign = as("318").get(case_);
  const Answer absent = as("318").get("/v1/cases/019a7c6e-0000-7000-8000-000000000000");
  EXPECT_EQ(foreign.status, 404);
  EXPECT_EQ(absent.status, 404);
  EXPECT_EQ(problem_of(foreign), problem_of(absent));
  const Answer confirmation = as("318").post(case_ + "/confirmations", dump(on_roll("3184001")));
  EXPECT_EQ(confirmation.status, 404);
}

TEST_F(MainJob, RefusesAWriteWithoutKeyVersionOrOfficer) {
  open_case();
  auto access = sandbox_->access("314", "");
  Api nobody(std::move(access));
  const Json child = {{"surname", "Nobody"}, {"forename", "Ned"}};
  EXPECT_EQ(problem_of(nobody.post("/v1/cases", dump(Json{{"child", child}}))), "urn:waymark:problem:officer-required");
  EXPECT_EQ(as("314").post(case_ + "/close", "{}").status, 428);
  broker::client::PostOptions stale;
  stale.if_match = "\"999\"";
  EXPECT_EQ(as("314").post(case_ + "/close", "{}", stale).status, 412);
}

}  // namespace e2e
