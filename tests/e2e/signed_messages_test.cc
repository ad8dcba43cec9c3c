// What a council signs with the key of its own certificate, and the broker over it, as the recipient checks it at home:
// the built programs, a claim in a file, and no broker asked.
#include <fstream>

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "broker/postgres/program.h"
#include "certs/files.h"
#include "tests/e2e/sandbox_fixture.h"

namespace e2e {
namespace {

using testing::HasSubstr;

struct Outcome {
  int code = -1;
  std::string output;  // both streams
};

class SignedMessages : public SandboxTest {
 protected:
  Outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), waymark_program().string());
    const auto output = scratch_.path() / "output";
    std::filesystem::remove(output);
    const pid_t child =
        broker::postgres::start_program(arguments, {false, geteuid(), getegid(), "the caller"}, output, SIGKILL);
    const auto status = broker::postgres::await_end(child, std::chrono::seconds(60));
    if (!status || !WIFEXITED(*status)) return {};
    return {WEXITSTATUS(*status), certs::read_file(output)};
  }
  // The options that name the broker and the caller.
  std::vector<std::string> with_access(std::vector<std::string> arguments, const std::string& caller) {
    const auto access = sandbox_->access(caller, "a.obi");
    for (const auto& [flag, value] : std::vector<std::pair<std::string, std::string>>{{"--api", access.url},
                                                                                      {"--ca", access.authorities},
                                                                                      {"--cert", access.certificate},
                                                                                      {"--key", access.private_key},
                                                                                      {"--officer", "a.obi"}}) {
      arguments.push_back(flag);
      arguments.push_back(value);
    }
    return arguments;
  }
  std::filesystem::path file(const std::string& name, const std::string& text) {
    const auto path = scratch_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::filesystem::path public_key() {
    return file("broker.pem", text_at(expect_status(as("319").get("/v1/audit/head"), 200), "/public_key"));
  }
  Outcome verify(const std::string& messages) {
    return run({"verify", "--message", file("claim.json", messages).string(), "--public-key", public_key().string(),
                "--ca", sandbox_->access("319", "").authorities, "--json"});
  }
  std::string open_case() {
    const Json child = {{"surname", "Vale"}, {"forename", "Rosie"}, {"dob", "2014-05-03"}};
    return text_at(expect_status(as("314").post("/v1/cases", dump({{"child", child}})), 201), "/id");
  }
  std::string claim() {
    const Answer answer = as("319").post("/v1/inbox/claim", R"({"max":10,"lease_seconds":60,"wait_seconds":10})");
    EXPECT_EQ(answer.status, 200);
    return answer.body;
  }
};

TEST_F(SignedMessages, AreCheckedByTheirRecipientWithoutABroker) {
  const auto sent =
      run(with_access({"enquiry", "send", open_case(), "--to", "319", "--message", "Is she there?", "--sign"}, "314"));
  ASSERT_EQ(sent.code, 0) << sent.output;
  const std::string messages = claim();
  const auto held = verify(messages);
  EXPECT_EQ(held.code, 0) << held.output;
  const Json result = broker::client::parse_json(held.output);
  EXPECT_EQ(text_at(result, "/type"), "enquiry.opened");
  EXPECT_THAT(text_at(result, "/caller"), HasSubstr("314"));
  EXPECT_THAT(text_at(result, "/payload"), HasSubstr("Is she there?"));

  // One word of it changed on the way.
  std::string changed = messages;
  const size_t place = changed.find("Is she there?");
  ASSERT_NE(place, std::string::npos);
  changed.replace(place, 6, "Is he ");
  const auto broken = verify(changed);
  EXPECT_EQ(broken.code, 1) << broken.output;
}

TEST_F(SignedMessages, ACallersSignatureIsNoOneElses) {
  const auto sent =
      run(with_access({"enquiry", "send", open_case(), "--to", "319", "--message", "Asked by 314.", "--sign"}, "314"));
  ASSERT_EQ(sent.code, 0) << sent.output;
  const std::string messages = claim();
  // Against certificates of somebody else's authority.
  const auto other = scratch_.path() / "other";
  ASSERT_EQ(run({"certs", "init", "--dir", other.string()}).code, 0);
  const auto result = run({"verify", "--message", file("claim.json", messages).string(), "--public-key",
                           public_key().string(), "--ca", (other / "ca.pem").string(), "--json"});
  EXPECT_EQ(result.code, 1) << result.output;
}

TEST_F(SignedMessages, WhatNoCallerSignedIsTheBrokersAlone) {
  expect_status(as("314").post("/v1/cases/" + open_case() + "/enquiries", R"({"to":["319"],"message":"Hello."})"), 201);
  const auto held = verify(claim());
  EXPECT_EQ(held.code, 0) << held.output;
  const Json result = broker::client::parse_json(held.output);
  EXPECT_EQ(text_at(result, "/verified"), "true");
  EXPECT_EQ(text_at(result, "/caller"), "");
}

}  // namespace
}  // namespace e2e
