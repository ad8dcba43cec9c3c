// What comes in wrong, from outside and over the wire: each gets its own clear answer, and nothing else changes.
#include <signal.h>

#include "broker/base/time.h"
#include "certs/certificate_authority.h"
#include "certs/files.h"
#include "tests/e2e/sandbox_fixture.h"

namespace e2e {
namespace {

using broker::client::Access;
using broker::client::PostOptions;

constexpr std::chrono::seconds revocation_time{10};
const std::string problem = "urn:waymark:problem:";

std::string case_of(Json child) {
  return dump({{"child", std::move(child)}});
}
Json kim() {
  return {{"surname", "Kept"}, {"forename", "Kim"}, {"dob", "2015-02-03"}};
}
Json kim_with(const char* member, const char* value) {
  Json child = kim();
  child[member] = value;
  return child;
}

std::chrono::sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(broker::base::SystemClock().now());
}

class BadInput : public SandboxTest {
 protected:
  // How many commands were ever accepted.
  int64_t accepted() { return expect_status(as("314").get("/v1/audit/head"), 200).at("size").get<int64_t>(); }

  // A caller with a certificate of this authority in 314's name.
  Access access_by(const certs::CertificateAuthority& authority, const std::string& name) {
    const auto issued = authority.issue({.identity = "urn:waymark:authority:314"}, now());
    if (!issued) throw std::runtime_error(issued.error().reason);
    Access access = sandbox_->access("314", "a.obi");
    access.certificate = (scratch_.path() / (name + ".pem")).string();
    access.private_key = (scratch_.path() / (name + "-key.pem")).string();
    certs::write_file(access.certificate, issued->certificate_pem, certs::public_mode);
    certs::write_file(access.private_key, issued->key_pem, certs::private_mode);
    return access;
  }
};

struct BadRequest {
  std::string what;
  std::string target;
  std::string body;
  int status;
  std::string problem_name;
  PostOptions options = {};
  std::string says = {};  // somewhere in the answer
};

std::vector<BadRequest> bad_requests() {
  const std::string lost = "/v1/uploads?kind=lost_pupils";
  const std::string dtd = R"(<?xml version="1.0"?><!DOCTYPE CTfile [<!ENTITY x "y">]><CTfile/>)";
  return {
      {"malformed JSON", "/v1/cases", R"({"child":)", 400, "malformed-json"},
      {"no object", "/v1/cases", "[]", 400, "malformed-json"},
      {"an unknown member", "/v1/cases", dump({{"child", kim()}, {"resaon", "x"}}), 422, "invalid", {}, "/resaon"},
      {"a wrong type",
       "/v1/cases",
       R"({"child":{"surname":5,"forename":"Kim"}})",
       422,
       "invalid",
       {},
       "/child/surname"},
      {"a body of 10 MB", "/v1/cases", std::string(10'000'000, 'x'), 413, "too-large"},
      {"another content type",
       "/v1/cases",
       case_of(kim()),
       415,
       "unsupported-media-type",
       {.content_type = "text/plain"}},
      {"bad UTF-8", "/v1/cases", "{\"reason\":\"\xff\"}", 400, "malformed-json", {}, "UTF-8"},
      {"a date of no calendar", "/v1/cases", case_of(kim_with("dob", "2015-02-30")), 422, "invalid", {}, "/child/dob"},
      {"a UPN with a wrong check letter",
       "/v1/cases",
       case_of(kim_with("upn", "A801200005001")),
       422,
       "invalid",
       {},
       "/child/upn"},
      {"a member named twice", "/v1/cases", R"({"child":1,"child":2})", 400, "malformed-json"},
      {"a NUL", "/v1/cases", "{\"child\":{\"surname\":\"a\\u0000b\",\"forename\":\"Kim\"}}", 422, "invalid"},
      {"a document type in a transfer file",
       lost,
       dtd,
       400,
       "malformed-body",
       {.content_type = "application/xml"},
       "dtd"},
      {"a file of no known type", lost, "%PDF-1.7", 415, "unsupported-media-type", {.content_type = "application/pdf"}},
      {"a CSV without the columns", lost, "a,b\n1,2\n", 422, "invalid", {.content_type = "text/csv"}, "surname"},
      {"an empty file", lost, "", 400, "malformed-body", {.content_type = "text/csv"}},
      {"a query for a name alone", "/v1/queries", dump({{"child", {{"surname", "Kept"}}}, {"purpose", "test"}}), 422,
       "query-too-broad"},
  };
}

}  // namespace

TEST_F(BadInput, IsAnsweredInItsOwnWordsAndChangesNothing) {
  const int64_t before = accepted();
  for (const BadRequest& bad : bad_requests()) {
    const Answer answer = as("314").post(bad.target, bad.body, bad.options);
    EXPECT_EQ(answer.status, bad.status) << bad.what << ": " << answer.body;
    EXPECT_EQ(problem_of(answer), problem + bad.problem_name) << bad.what;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << bad.what;
    EXPECT_NE(answer.body.find(bad.says), std::string::npos) << bad.what << ": " << answer.body;
  }
  EXPECT_EQ(accepted(), before);
  EXPECT_TRUE(all_items(as("314"), "/v1/cases").empty());
}

TEST_F(BadInput, OfOneRowLeavesTheOtherRowsOfTheFile) {
  const std::string csv =
      "record_id,forename,surname,dob,upn\n1,Kim,Kept,2015-02-03,\n2,Lee,Kept,2015-02-30,\n3,Max,Kept,2015-02-03,"
      "A801200005001\n";
  const Answer answer = as("314").post("/v1/uploads?kind=lost_pupils", csv, {.content_type = "text/csv"});
  const Json upload = expect_status(answer, 202);
  EXPECT_EQ(upload.at("accepted"), 1);
  EXPECT_EQ(upload.at("rejected"), 2);
  const Json errors = expect_status(as("314").get(text_at(upload, "/errors")), 200).at("items");
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0].at("row"), 3);
  EXPECT_EQ(errors[0].at("column"), "dob");
  EXPECT_EQ(errors[1].at("row"), 4);
  EXPECT_EQ(errors[1].at("column"), "upn");
  EXPECT_EQ(errors.dump().find("A801200005001"), std::string::npos) << "an error never repeats the value";
}

TEST_F(BadInput, OfAnotherAuthorityLooksLikeNothingAtAll) {
  const Json opened = expect_status(as("314").post("/v1/cases", case_of(kim())), 201);
  const std::string theirs = "/v1/cases/" + text_at(opened, "/id");
  const std::string nobodys = "/v1/cases/01a20160-2424-7dba-b38c-7e7251d9f2c7";
  for (const std::string& of : {theirs, nobodys}) {
    EXPECT_EQ(as("318").get(of).status, 404);
    EXPECT_EQ(as("318").get(of + "/timeline").status, 404);
    EXPECT_EQ(as("318").post(of + "/close", "{}", {.if_match = "\"1\""}).status, 404);
    EXPECT_EQ(as("318").post(of + "/close", "{}", {.if_match = "\"9\""}).status, 404);
    EXPECT_EQ(as("318").post(of + "/enquiries", R"({"to":["319"]})").status, 404);
    EXPECT_EQ(as("318").post(of + "/confirmations", dump(on_roll("3184001"))).status, 404);
    EXPECT_EQ(as("3144001").get(of + "/removal").status, 404);
  }
  EXPECT_EQ(expect_status(as("314").get(theirs), 200).at("version"), 1);
}

TEST_F(BadInput, OfACertificateIsRefusedWithItsReason) {
  Access nobody = sandbox_->access("314", "a.obi");
  nobody.certificate.clear();
  nobody.private_key.clear();
  const Answer without = Api(nobody).get("/v1/whoami");
  EXPECT_EQ(without.status, 401);
  EXPECT_EQ(problem_of(without), problem + "no-identity");

  const auto other = certs::CertificateAuthority::init(scratch_.path() / "other", "Another", certs::ca_validity, now());
  ASSERT_TRUE(other);
  EXPECT_EQ(Api(access_by(*other, "other-314")).get("/v1/whoami").status, 401);
}

TEST_F(BadInput, OfARevokedCertificateIsRefusedAlsoOnAnOpenConnection) {
  const auto authority = certs::CertificateAuthority::open(scratch_.path() / "sandbox" / "ca");
  ASSERT_TRUE(authority);
  Api caller(access_by(*authority, "stolen-314"));
  ASSERT_EQ(caller.get("/v1/whoami").status, 200);

  const auto revoked = authority->revoke_certificate(certs::read_file(caller.access().certificate),
                                                     certs::RevocationReason::key_compromise, now());
  ASSERT_TRUE(revoked);
  ASSERT_EQ(kill(sandbox_->broker_pid(), SIGHUP), 0);
  // The broker reads the list on its own time; until then the old one holds.
  const auto deadline = std::chrono::steady_clock::now() + revocation_time;
  int status = 200;
  while (status == 200 && std::chrono::steady_clock::now() < deadline) status = caller.get("/v1/whoami").status;
  EXPECT_EQ(status, 401);
  EXPECT_EQ(as("314").get("/v1/whoami").status, 200) << "the authority's other certificate stands";
}

}  // namespace e2e
