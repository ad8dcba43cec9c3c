// The built program as people and scripts call it: help, misuse and the exit codes, without a broker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "broker/client/sandbox_credentials.h"
#include "broker/postgres/program.h"
#include "certs/files.h"
#include "tests/support/scratch.h"

namespace broker::client {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Outcome {
  int code = -1;
  std::string output;  // both streams
};

class CommandLine : public testing::Test {
 protected:
  Outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), WAYMARK_PROGRAM);
    const auto output = scratch_.path() / "output";
    std::filesystem::remove(output);
    const pid_t child =
        postgres::start_program(arguments, {false, geteuid(), getegid(), "the caller"}, output, SIGKILL);
    const auto status = postgres::await_end(child, std::chrono::seconds(60));
    if (!status || !WIFEXITED(*status)) return {};
    return {WEXITSTATUS(*status), certs::read_file(output)};
  }

  support::Scratch scratch_;
};

const std::vector<std::vector<std::string>> commands = {
    {"sandbox"},
    {"demo"},
    {"case", "open"},
    {"case", "list"},
    {"case", "show"},
    {"case", "timeline"},
    {"case", "close"},
    {"case", "end"},
    {"case", "reopen"},
    {"case", "approve-end"},
    {"case", "dispute"},
    {"case", "permit-removal"},
    {"case", "removal"},
    {"case", "confirm-removal"},
    {"enquiry", "send"},
    {"enquiry", "list"},
    {"enquiry", "show"},
    {"enquiry", "acknowledge"},
    {"enquiry", "withdraw"},
    {"enquiry", "information"},
    {"reply"},
    {"inbox"},
    {"transfer", "list"},
    {"transfer", "collect"},
    {"transfer", "receipt"},
    {"send"},
    {"conformance"},
    {"inbox", "list"},
    {"inbox", "show"},
    {"inbox", "claim"},
    {"inbox", "ack"},
    {"upload"},
    {"query"},
    {"verify"},
};

}  // namespace

TEST_F(CommandLine, HelpsWithAnExampleOnEverySubcommand) {
  for (std::vector<std::string> command : commands) {
    command.push_back("--help");
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.code, 0) << command.front();
    EXPECT_THAT(outcome.output, HasSubstr("Example")) << command.front() << " " << command[1];
  }
}

TEST_F(CommandLine, ListsEveryCommandInItsHelpAndNoOther) {
  const Outcome outcome = run({"--help"});
  EXPECT_EQ(outcome.code, 0);
  for (const auto& command : commands) EXPECT_THAT(outcome.output, HasSubstr("  " + command.front()));
}

TEST_F(CommandLine, EndsWithTwoWhenItIsMisused) {
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({"no-such-command"}).code, 2);
  EXPECT_EQ(run({"case", "show"}).code, 2);
  EXPECT_EQ(run({"sandbox", "--dir", "x", "--authorities", "31,abc"}).code, 2);
  EXPECT_EQ(run({"case", "list", "--ca", "/no/such/file.pem"}).code, 2);
  EXPECT_EQ(run({"case", "list", "--api", "ftp://localhost"}).code, 2);
}

TEST_F(CommandLine, EndsWithFourWhenTheBrokerIsNotThere) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto credentials = make_credentials(scratch_.path(), {"314"}, now);
  const Credential& authority = credentials.authorities.at("314");
  // Port 1 is nobody's.
  const Outcome outcome = run({"case", "list", "--api", "https://127.0.0.1:1", "--ca", credentials.authority.string(),
                               "--cert", authority.certificate.string(), "--key", authority.private_key.string()});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.output, HasSubstr("can't be reached"));
}

}  // namespace broker::client
