#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/certs/test_authority.h"

namespace certs {
namespace {

using testing::HasSubstr;

struct Ran {
  int exit_code = -1;
  std::string output;
};

// The built program, as an operator calls it; standard error is for people and left out.
Ran waymark(const std::string& arguments, const std::string& environment = "") {
  const std::string command = environment + " '" WAYMARK_PROGRAM "' " + arguments + " 2>/dev/null";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("the program did not start");
  Ran ran;
  char part[4096];
  while (const size_t count = std::fread(part, 1, sizeof part, pipe)) ran.output.append(part, count);
  const int status = ::pclose(pipe);
  ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

struct CertsCommand : testing::Test {
  std::string at(const std::string& name) const { return "'" + (directory / name).string() + "'"; }
  std::string files(const std::string& stem) const {
    return " --cert " + at(stem + ".pem") + " --key " + at(stem + "-key.pem");
  }
  TemporaryDirectory directory;
};

}  // namespace

TEST_F(CertsCommand, GoesFromAnEmptyDirectoryToARevokedCertificate) {
  const auto made = waymark("certs init --json --dir " + at("ca"));
  EXPECT_EQ(made.exit_code, 0);
  EXPECT_THAT(made.output, HasSubstr("\"crl\":\""));
  const auto issued = waymark("certs issue --json --authority 314 --dir " + at("ca") + files("authority"));
  EXPECT_EQ(issued.exit_code, 0);
  EXPECT_THAT(issued.output, HasSubstr("\"identity\":\"urn:waymark:authority:314\""));
  struct stat info{};
  ASSERT_EQ(::stat((directory / "authority-key.pem").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(
      std::system(("openssl verify -CAfile " + at("ca/ca.pem") + " " + at("authority.pem") + " >/dev/null").c_str()),
      0);

  EXPECT_EQ(waymark("certs revoke --dir " + at("ca") + " --cert " + at("authority.pem")).exit_code, 0);
  const auto shown = waymark("certs show --json --dir " + at("ca"));
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.output, HasSubstr("\"status\":\"revoked\""));
  EXPECT_THAT(shown.output, HasSubstr("\"stale\":false"));
  EXPECT_EQ(waymark("certs renew-crl --dir " + at("ca")).exit_code, 0);
}

TEST_F(CertsCommand, IssuesForAServerAndShowsWhatEndsSoon) {
  ASSERT_EQ(waymark("certs init --dir " + at("ca")).exit_code, 0);
  EXPECT_EQ(
      waymark("certs issue --dns localhost --ip 127.0.0.1 --ip ::1 --dir " + at("ca") + files("server")).exit_code, 0);
  EXPECT_EQ(waymark("certs issue --school 3144001 --days 10 --dir " + at("ca") + files("school")).exit_code, 0);
  const auto soon = waymark("certs show --expiring 14 --dir " + at("ca"));
  EXPECT_THAT(soon.output, HasSubstr("urn:waymark:school:3144001"));
  EXPECT_THAT(soon.output, testing::Not(HasSubstr("localhost")));
}

TEST_F(CertsCommand, SignsARequestAndMakesNoKey) {
  ASSERT_EQ(waymark("certs init --dir " + at("ca")).exit_code, 0);
  ASSERT_EQ(std::system(("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=any -keyout " +
                         at("own-key.pem") + " -out " + at("own.csr") + " 2>/dev/null")
                            .c_str()),
            0);
  const auto issued = waymark("certs issue --json --officer 314:jane --request " + at("own.csr") + " --dir " +
                              at("ca") + " --cert " + at("own.pem"));
  EXPECT_EQ(issued.exit_code, 0);
  EXPECT_THAT(issued.output, HasSubstr("\"key\":null"));
}

TEST_F(CertsCommand, FailsWith1WhereThingsAreNotAsTheyShouldBe) {
  EXPECT_EQ(waymark("certs show --dir " + at("absent")).exit_code, 1);
  ASSERT_EQ(waymark("certs init --dir " + at("ca")).exit_code, 0);
  EXPECT_EQ(waymark("certs init --dir " + at("ca")).exit_code, 1);
  EXPECT_EQ(waymark("certs revoke --serial abc --dir " + at("ca")).exit_code, 1);
  ASSERT_EQ(waymark("certs issue --authority 314 --dir " + at("ca") + files("a")).exit_code, 0);
  const auto key = read_file(directory / "a-key.pem");
  EXPECT_EQ(waymark("certs issue --authority 314 --dir " + at("ca") + files("a")).exit_code, 1);
  EXPECT_EQ(read_file(directory / "a-key.pem"), key);
}

TEST_F(CertsCommand, CallsItMisuseWith2) {
  ASSERT_EQ(waymark("certs init --dir " + at("ca")).exit_code, 0);
  const std::string issue = "certs issue --dir " + at("ca") + files("a") + " ";
  for (const std::string arguments :
       {"", "--authority 31", "--authority 314 --school 3144001", "--authority 314 --dns localhost", "--officer jane",
        "--authority 314 --days 0", "--authority 314 --days 9999", "--unknown", "--authority 314 --request absent"})
    EXPECT_EQ(waymark(issue + arguments).exit_code, 2) << arguments;
  EXPECT_EQ(waymark("certs revoke --dir " + at("ca")).exit_code, 2);
  EXPECT_EQ(waymark("certs revoke --serial abc --reason bored --dir " + at("ca")).exit_code, 2);
  EXPECT_EQ(waymark("certs show").exit_code, 2);
  EXPECT_EQ(waymark("certs").exit_code, 2);
  EXPECT_EQ(waymark("").exit_code, 2);
}

TEST_F(CertsCommand, TakesItsDirectoryFromTheEnvironment) {
  EXPECT_EQ(waymark("certs init", "WAYMARK_CERTS_DIR=" + at("ca")).exit_code, 0);
  EXPECT_EQ(waymark("certs show --dir " + at("absent"), "WAYMARK_CERTS_DIR=" + at("ca")).exit_code, 1);
}

TEST_F(CertsCommand, ExplainsItselfWithExamples) {
  for (const std::string command : {"init", "issue", "revoke", "renew-crl", "show"}) {
    const auto help = waymark("certs " + command + " --help");
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_THAT(help.output, HasSubstr("Example")) << command;
    EXPECT_THAT(help.output, HasSubstr("waymark certs " + command)) << command;
  }
}

}  // namespace certs
