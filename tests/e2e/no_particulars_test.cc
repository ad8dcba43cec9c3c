// Invented children with marked particulars go through everything that a broker does, well and badly, with the log at
// its most talkative: no marker is in a log line, a metric, an error text or a URL afterwards.
#include <fstream>
#include <sstream>

#include "tests/e2e/sandbox_fixture.h"

namespace e2e {
namespace {

using broker::client::PostOptions;

// In each field one that no program would say by itself.
const std::vector<std::string> markers = {"Qxsurname", "Qxforename", "Qxmiddle",    "Qxguardian",    "Qxstreet",
                                          "Qxtown",    "QX9 9QX",    "07700900123", "2013-03-17",    "Qxnote",
                                          "Qxmessage", "Qxreason",   "Qxpurpose",   "B801299999999", "Qxprovider"};

Json marked_child() {
  return {{"upn", "B801299999999"},
          {"surname", "Qxsurname"},
          {"forename", "Qxforename"},
          {"middle_names", "Qxmiddle"},
          {"dob", "2013-03-17"},
          {"address", {{"lines", {"1 Qxstreet"}}, {"town", "Qxtown"}, {"postcode", "QX9 9QX"}}},
          {"guardians", {{{"name", "Qxguardian"}, {"phone", "07700900123"}}}},
          {"school", {{"laestab", "3144001"}}}};
}

class Particulars : public SandboxTest {
 protected:
  // The broker of the sandbox logs as usual: this one says all that it can.
  Api& at_the_talkative(const std::string& caller) {
    auto found = callers_.find(caller);
    if (found == callers_.end()) {
      auto access = sandbox_->access(caller, "a.obi");
      access.url = talkative_.api_url();
      found = callers_.emplace(caller, std::move(access)).first;
    }
    return found->second;
  }

  // What came back for something refused; kept to be searched.
  void refuse(const Answer& answer) {
    EXPECT_GE(answer.status, 400) << answer.body;
    EXPECT_LT(answer.status, 500);
    refusals_ += answer.body + "\n";
  }

  std::string metrics() {
    Api admin({.url = talkative_.admin_url(), .authorities = "", .certificate = "", .private_key = "", .officer = ""});
    return admin.get("/metrics").body;
  }

  // Every log that the run has written: of the sandbox, the broker and the database.
  std::string logs() {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             scratch_.path(), std::filesystem::directory_options::skip_permission_denied)) {
      const auto& path = entry.path();
      if (!entry.is_regular_file() || path.extension() != ".log") continue;
      std::ifstream file(path);
      std::stringstream text;
      text << file.rdbuf();
      all += text.str();
      ++logs_read_;
    }
    return all;
  }

  void expect_unmarked(const std::string& text, const std::string& what) {
    for (const std::string& marker : markers) {
      const size_t at = text.find(marker);
      if (at == std::string::npos) continue;
      ADD_FAILURE() << marker << " is in " << what << ": " << text.substr(at > 200 ? at - 200 : 0, 400);
    }
  }

  ExtraBroker talkative_{scratch_.path() / "sandbox", {"--log.level", "debug"}};
  std::map<std::string, Api> callers_;
  std::string refusals_;
  int logs_read_ = 0;
};

}  // namespace

TEST_F(Particulars, AreInNoLogMetricOrError) {
  const Json opened = expect_status(
      at_the_talkative("314").post("/v1/cases", dump({{"child", marked_child()}, {"reason", "Qxreason"}})), 201);
  const std::string case_target = "/v1/cases/" + text_at(opened, "/id");
  refuse(at_the_talkative("314").post("/v1/cases", dump({{"child", marked_child()}})));  // open already
  const Json enquiry = {{"to", {"319"}}, {"message", "Qxmessage"}};
  const Json sent = expect_status(at_the_talkative("314").post(case_target + "/enquiries", dump(enquiry)), 201);
  const std::string enquiry_target = "/v1/enquiries/" + text_at(sent, "/items/0/id");
  const char* csv =
      "record_id,surname,forename,dob,upn,postcode\n1,Qxsurname,Qxforename,2013-03-17,B801299999999,QX9 9QX\n"
      "2,Qxsurname,Qxforename,Qxnote,,\n3,,Qxforename,2013-03-17,,\n";
  PostOptions as_csv;
  as_csv.content_type = "text/csv";
  expect_status(at_the_talkative("319").post("/v1/uploads?kind=arrivals", csv, as_csv), 202);
  as_csv.content_type = "application/xml";
  refuse(at_the_talkative("319").post("/v1/uploads?kind=arrivals", "<CTfile><Surname>Qxsurname</Surname", as_csv));
  expect_status(
      at_the_talkative("315").post("/v1/queries", dump({{"child", marked_child()}, {"purpose", "Qxpurpose"}})), 200);
  expect_status(at_the_talkative("319").post("/v1/inbox/claim", "{}"), 200);

  // Wrong in every way that repeats what was sent, if something does.
  Json wrong = marked_child();
  wrong["Qxsurname"] = "Qxforename";
  wrong["dob"] = "2013-03-17 Qxnote";
  wrong["upn"] = "B801299999999Qxnote";
  wrong["sex"] = "Qxnote";
  refuse(at_the_talkative("314").post("/v1/queries", dump({{"child", wrong}, {"purpose", "Qxpurpose"}})));
  refuse(at_the_talkative("314").post("/v1/cases", R"({"child":{"surname":"Qxsurname\u0000","forename":)"));
  refuse(at_the_talkative("314").post("/v1/cases", R"({"child":{"surname":"Qxsurname\ud800"}})"));
  refuse(at_the_talkative("314").get("/v1/cases?status=Qxsurname"));
  refuse(at_the_talkative("314").get("/v1/cases/Qxsurname"));
  refuse(at_the_talkative("314").get("/v1/Qxsurname?dob=2013-03-17"));
  refuse(at_the_talkative("318").get(case_target));
  refuse(at_the_talkative("314").post_event(case_target, "/close", R"({"note":"Qxnote"})"));
  const Json reply = {{"outcome", "on_roll"}, {"location", {{"provider", "Qxprovider"}}}, {"note", "Qxnote"}};
  refuse(at_the_talkative("319").post_event(enquiry_target, "/replies", dump(reply)));
  expect_status(at_the_talkative("319").post_event(enquiry_target, "/replies", dump(on_roll("3194001"))), 201);
  at_the_talkative("314").post_event(case_target, "/close", R"({"note":"Qxnote"})");
  at_the_talkative("314").post_event(case_target, "/reopen", R"({"reason":"Qxreason"})");

  const std::string measured = metrics();
  talkative_.kill_at_once();
  ASSERT_TRUE(sandbox_->stop());

  const std::string logged = logs();
  EXPECT_GE(logs_read_, 3);
  EXPECT_NE(logged.find(R"("level":"debug")"), std::string::npos) << "the log is at its most talkative";
  expect_unmarked(logged, "a log");
  expect_unmarked(measured, "a metric");
  // An unknown member is named by its pointer, which is the caller's own word back to itself and to nobody else.
  std::string without_pointers = refusals_;
  for (size_t at; (at = without_pointers.find("/child/Qxsurname")) != std::string::npos;)
    without_pointers.erase(at, 16);
  expect_unmarked(without_pointers, "an error");
}

}  // namespace e2e
