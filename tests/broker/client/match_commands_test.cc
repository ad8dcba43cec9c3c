// `waymark match` and `waymark link` as people call them: the built program over files, killed and gone on with.
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "adapters/csv.h"
#include "adapters/pupil_csv.h"
#include "broker/postgres/program.h"
#include "certs/files.h"
#include "tests/matcher/town.h"
#include "tests/support/scratch.h"

namespace broker::client {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Outcome {
  int code = -1;
  std::string output;  // both streams
};

using Rows = std::vector<std::map<std::string, std::string>>;

class MatchCommands : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (scratch_.path() / name).string(); }

  Outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), WAYMARK_PROGRAM);
    const auto output = scratch_.path() / "said";
    std::filesystem::remove(output);
    const pid_t child =
        postgres::start_program(arguments, {false, geteuid(), getegid(), "the caller"}, output, SIGKILL);
    const auto status = postgres::await_end(child, std::chrono::seconds(200));
    if (!status || !WIFEXITED(*status)) return {};
    return {WEXITSTATUS(*status), certs::read_file(output)};
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  void write_pupils(const std::string& name, const std::string& id_column, const std::string& prefix,
                    const std::vector<matcher::PupilRecord>& pupils) const {
    std::string text = adapters::pupil_csv_header(id_column);
    for (size_t i = 0; i < pupils.size(); ++i)
      adapters::append_pupil_csv(text, prefix + std::to_string(i), pupils[i], adapters::FormulaGuard::off);
    write(name, text);
  }

  Rows read(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    adapters::CsvReader reader(in);
    adapters::CsvRow row;
    std::vector<std::string> header;
    Rows out;
    while (reader.next(row)) {
      if (header.empty()) {
        for (size_t i = 0; i < row.size(); ++i) header.emplace_back(row[i]);
        continue;
      }
      out.emplace_back();
      for (size_t i = 0; i < header.size(); ++i) out.back()[header[i]] = row[i];
    }
    return out;
  }
  std::string text_of(const std::string& name) const { return certs::read_file(path(name)); }

  support::Scratch scratch_;
};

std::vector<matcher::PupilRecord> written_wrong(std::vector<matcher::PupilRecord> pupils) {
  for (size_t i = 0; i < pupils.size(); ++i) pupils[i] = matcher::testing::written_wrong(pupils[i], i);
  return pupils;
}

constexpr const char* columns =
    "record_id,forename,surname,dob,sex,address_line1,postcode,guardian_name,guardian_phone";

}  // namespace

TEST_F(MatchCommands, FindEachChildAndSayOfEveryQueryWhatWasFound) {
  const auto held = matcher::testing::invented_children(800, 1);
  auto asked = written_wrong({held.begin(), held.begin() + 400});
  asked.push_back(matcher::testing::child("Nobody", "Likethis", "1999-01-02"));
  write_pupils("held.csv", "record_id", "R", held);
  write_pupils("asked.csv", "query_id", "Q", asked);
  const Outcome outcome = run({"match", "--registry", path("held.csv"), "--queries", path("asked.csv"), "--output",
                               path("found.csv"), "--top", "3", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("\"registry\":800,\"queries\":401"));
  EXPECT_THAT(text_of("found.csv"), testing::StartsWith("query_id,record_id,rank,probability,weight,decision\n"));
  size_t right = 0;
  std::map<std::string, size_t> rows;
  for (auto& row : read("found.csv")) {
    ++rows[row["query_id"]];
    if (row["rank"] == "1" && row["record_id"] == "R" + row["query_id"].substr(1)) ++right;
    if (row["query_id"] != "Q400" || row["rank"] != "0") continue;
    EXPECT_EQ(row["record_id"], "");
    EXPECT_EQ(row["decision"], "none");
  }
  EXPECT_EQ(rows.size(), 401U);
  for (const auto& [query, count] : rows) EXPECT_LE(count, 3U) << query;
  EXPECT_GE(right, 390U);
}

TEST_F(MatchCommands, NameALineAndAColumnThatCannotBeReadAndGoOnWithTheOthers) {
  write("held.csv",
        "record_id,forename,surname,dob,favourite_colour\nR1,Zofia,Kowalska,2012-09-21,red\nR2,Adam,Nowak,2012-31-31,\n"
        "R3,\"Ewa\nWanda,Nowak,2011-01-05,\nR4,Jan,Nowak,2013-04-05,\n");
  write("asked.csv", "query_id,forename,surname,dob\nQ1,Zosia,Kowalska,2012-09-21\nQ2,Jan,Nowak,yesterday\n");
  const Outcome outcome =
      run({"match", "--registry", path("held.csv"), "--queries", path("asked.csv"), "--output", path("found.csv")});
  EXPECT_EQ(outcome.code, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("held.csv:3: dob: "));
  EXPECT_THAT(outcome.output, HasSubstr("held.csv:4: "));
  EXPECT_THAT(outcome.output, HasSubstr("asked.csv:3: dob: "));
  EXPECT_THAT(outcome.output, HasSubstr("columns ignored: favourite_colour"));
  // A report names places, never the values that stand there.
  for (const char* value : {"Kowalska", "Nowak", "Zofia", "yesterday", "2012-31-31"})
    EXPECT_THAT(outcome.output, Not(HasSubstr(value)));
  std::set<std::string> queries;
  for (auto& row : read("found.csv")) queries.insert(row["query_id"]);
  EXPECT_EQ(queries, (std::set<std::string>{"Q1", "Q2"}));
}

TEST_F(MatchCommands, ExplainAPairAsATableAsJsonAndAsAPicture) {
  write("held.csv", std::string(columns) + "\nR:1,Zofia,Kowalska-Nowak,2012-09-21,F,14 Mill Lane,KT1 2AB,,\n");
  write("asked.csv", "query_id,forename,surname,dob,sex\nQ:1,Zosia,Kowalska,21/09/2012,F\n");
  std::vector<std::string> explain = {"match",           "--registry", path("held.csv"), "--queries",
                                      path("asked.csv"), "--explain",  "Q:1:R:1"};
  const Outcome table = run(explain);
  EXPECT_EQ(table.code, 0) << table.output;
  EXPECT_THAT(table.output, HasSubstr("forename"));
  EXPECT_THAT(table.output, HasSubstr("a nickname or another spelling"));
  explain.insert(explain.end(), {"--json", "--svg", path("why.svg")});
  const Outcome json = run(explain);
  EXPECT_EQ(json.code, 0) << json.output;
  EXPECT_THAT(json.output, HasSubstr("{\"field\":\"surname\",\"agreement\":\"close\",\"level\":\"subset\""));
  EXPECT_THAT(text_of("why.svg"), HasSubstr("<svg"));
  for (const std::string& text : {table.output, json.output, text_of("why.svg")})
    EXPECT_THAT(text, Not(HasSubstr("owalska")));
  explain[6] = "Q:1:R:2";
  EXPECT_EQ(run(explain).code, 1);
}

TEST_F(MatchCommands, EvaluateAsFiguresAndAsCharts) {
  write("found.csv",
        "query_id,record_id,rank,probability,weight,decision\nQ1,R1,1,0.99,9,match\nQ2,R2,1,0.9,5,review\n"
        "Q2,R9,2,0.1,1,none\nQ3,R3,1,0.8,4,review\nQ4,,0,0,0,none\n");
  write("truth.csv",
        "query_id,record_id,family,group\nQ1,R1,moved,a\nQ2,R9,moved+typing,b<c\nQ3,R3,typing,a\nQ4,,absent,a\n");
  const Outcome outcome = run({"match", "evaluate", "--results", path("found.csv"), "--truth", path("truth.csv"),
                               "--by", "group", "--charts", path("charts"), "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("\"queries\":4,\"held\":3,\"f1\":0.6667"));
  EXPECT_EQ(text_of("charts/precision_recall.csv"),
            "threshold,precision,recall\n0.990000,1.00000,0.33333\n0.900000,0.50000,0.33333\n"
            "0.800000,0.66667,0.66667\n");
  EXPECT_EQ(text_of("charts/groups.csv"),
            "group,held,recall_at_99,match_recall\nall,3,0.3333,0.3333\na,2,1.0000,0.5000\nb<c,1,0.0000,0.0000\n");
  EXPECT_THAT(text_of("charts/calibration.csv"), HasSubstr("\n9,2,0.94500,0.50000\n"));
  EXPECT_THAT(text_of("charts/weights.csv"), HasSubstr("\nsex,different,0.020000,0.5,-4.644\n"));
  for (const char* name : {"precision_recall", "calibration", "groups", "weights"}) {
    const std::string picture = text_of("charts/" + std::string(name) + ".svg");
    EXPECT_THAT(picture, testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"")) << name;
    EXPECT_THAT(picture, testing::EndsWith("</svg>\n")) << name;
    EXPECT_THAT(picture, Not(HasSubstr("b<c"))) << name;
  }
}

TEST_F(MatchCommands, LinkOneToOneUnlessAskedOtherwise) {
  const auto left = matcher::testing::invented_children(500, 2);
  auto right = written_wrong(left);
  right.push_back(left[7]);  // a second copy
  write_pupils("left.csv", "record_id", "L", left);
  write_pupils("right.csv", "record_id", "R", right);
  ASSERT_EQ(run({"link", "--left", path("left.csv"), "--right", path("right.csv"), "--output", path("pairs.csv")}).code,
            0);
  std::set<std::string> lefts, rights;
  size_t right_pairs = 0;
  for (auto& row : read("pairs.csv")) {
    EXPECT_TRUE(lefts.insert(row["left_id"]).second) << row["left_id"];
    EXPECT_TRUE(rights.insert(row["right_id"]).second) << row["right_id"];
    right_pairs += row["left_id"].substr(1) == row["right_id"].substr(1) ? 1 : 0;
  }
  EXPECT_GE(right_pairs, 485U);
  ASSERT_EQ(
      run({"link", "--many", "--left", path("left.csv"), "--right", path("right.csv"), "--output", path("many.csv")})
          .code,
      0);
  std::set<std::string> of_seven;
  for (auto& row : read("many.csv"))
    if (row["left_id"] == "L7") of_seven.insert(row["right_id"]);
  EXPECT_TRUE(of_seven.contains("R7") && of_seven.contains("R500")) << "both copies";
  EXPECT_FALSE(std::filesystem::exists(path("pairs.csv.journal")));
}

// A copy with an initial alone fits the child and its twin; the chain over it must not make one child of the two.
TEST_F(MatchCommands, NeverChainTwinsOrSiblingsIntoOneChild) {
  std::string text = std::string(columns) + "\n";
  std::map<std::string, std::string> child_of;
  const auto add = [&](const std::string& id, const std::string& who, const std::string& rest) {
    text += id + "," + rest + "\n";
    child_of[id] = who;
  };
  const char* homes[] = {"14 Mill Lane,KT1 2AB",   "3 High Street,LS6 3QQ", "90 Elm Close,M14 5RT",
                         "7 Park Avenue,CF10 1AA", "55 Oak Drive,NE2 4PL",  "21 Chapel Lane,B13 8HD"};
  const char* months[] = {"02", "11", "05", "08", "03", "12"};
  const char* surnames[] = {"Barlow", "Szewczyk", "Okonjo", "Fernando", "Rahimi", "Tembo"};
  for (int i = 0; i < 6; ++i) {
    const std::string n = std::to_string(i);
    const std::string family = std::string(surnames[i]);
    const std::string home =
        std::string(",") + homes[i] + ",Anna " + family + ",07" + std::to_string(700'900'123 + i * 31'415'926);
    const std::string born = ",201" + n + "-" + months[i] + "-2" + n;
    add("john" + n, "john" + n, "John," + family + born + ",M" + home);
    add("john_again" + n, "john" + n, "John," + family + born + ",M,,,,");
    add("initial" + n, "either" + n, "J," + family + born + "," + home);
    add("jane" + n, "jane" + n, "Jane," + family + born + ",F" + home);
    add("jane_again" + n, "jane" + n, "Jayne," + family + born + ",F" + home);
    add("younger" + n, "younger" + n, "Jack," + family + ",201" + std::to_string(i + 3) + "-07-1" + n + ",M" + home);
  }
  size_t number = 0;
  for (const auto& other : matcher::testing::invented_children(600, 5)) {
    add("other" + std::to_string(number), "other" + std::to_string(number),
        other.forename + "," + other.surname + "," + other.dob.text() + "," + other.sex + "," + other.address.lines[0] +
            "," + other.address.postcode + "," + other.guardians[0].name + "," + other.guardians[0].phone);
    ++number;
  }
  write("all.csv", text);
  ASSERT_EQ(run({"link", "--dedupe", path("all.csv"), "--output", path("doubles.csv")}).code, 0);
  // What one gets who joins all pairs that are called a match.
  std::map<std::string, std::string> head;
  const std::function<std::string(std::string)> top = [&](std::string id) {
    while (head.contains(id) && head[id] != id) id = head[id];
    return id;
  };
  size_t matches = 0;
  for (auto& row : read("doubles.csv")) {
    if (row["decision"] != "match") continue;
    ++matches;
    head[top(row["left_id"])] = top(row["right_id"]);
  }
  EXPECT_GE(matches, 6U);
  std::map<std::string, std::set<std::string>> clusters;
  for (const auto& [id, child] : child_of)
    if (!child.starts_with("either")) clusters[top(id)].insert(child);
  for (const auto& [cluster, children] : clusters) EXPECT_EQ(children.size(), 1U) << testing::PrintToString(children);
}

namespace {

// The program on a terminal of its own, so that it shows how far it is.
class OnATerminal {
 public:
  explicit OnATerminal(const std::vector<std::string>& arguments) {
    std::vector<char*> words;
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    child_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (child_ == 0) {
      // The one who watches comes before what is watched, however busy the machine is.
      setpriority(PRIO_PROCESS, 0, 19);
      execv(words[0], words.data());
      _exit(127);
    }
  }
  ~OnATerminal() { close(terminal_); }
  // Reads until the words appear or the program ends.
  bool shows(const std::string& words) {
    std::array<char, 4096> chunk{};
    while (seen_.find(words) == std::string::npos) {
      const ssize_t count = read(terminal_, chunk.data(), chunk.size());
      if (count <= 0) return false;
      seen_.append(chunk.data(), static_cast<size_t>(count));
    }
    return true;
  }
  // Holds the program still until it has worked for so long by its own clock, once the file has so many bytes.
  bool hold_when(const std::string& file, size_t bytes, int milliseconds) {
    std::error_code absent;
    while (std::filesystem::file_size(file, absent) < bytes || absent) {
      if (waitpid(child_, &status_, WNOHANG) == child_) return false;
      std::this_thread::yield();
    }
    kill(child_, SIGSTOP);
    // Nothing comes from what is held still, so this waits for its whole time.
    poll(nullptr, 0, milliseconds);
    kill(child_, SIGCONT);
    return true;
  }
  int kill_and_wait() {
    kill(child_, SIGKILL);
    waitpid(child_, &status_, 0);
    return status_;
  }
  const std::string& seen() const { return seen_; }

 private:
  int terminal_ = -1;
  pid_t child_ = -1;
  int status_ = 0;
  std::string seen_;
};

}  // namespace

TEST_F(MatchCommands, ALinkThatIsKilledGoesOnAndWritesWhatItWouldHaveWritten) {
  const auto left = matcher::testing::invented_children(6000, 3);
  write_pupils("left.csv", "record_id", "L", left);
  write_pupils("right.csv", "record_id", "R", written_wrong(left));
  const auto link = [&](const std::string& output) {
    return std::vector<std::string>{"link",     "--left",    path("left.csv"), "--right", path("right.csv"),
                                    "--output", path(output)};
  };
  ASSERT_EQ(run(link("whole.csv")).code, 0);

  std::vector<std::string> on_terminal = link("cut.csv");
  on_terminal.insert(on_terminal.begin(), WAYMARK_PROGRAM);
  on_terminal.insert(on_terminal.end(), {"--threads", "1"});
  {
    OnATerminal program(on_terminal);
    // A bar is shown for what takes more than two seconds.
    ASSERT_TRUE(program.hold_when(path("cut.csv.journal"), 30'000, 2100)) << program.seen();
    ASSERT_TRUE(program.shows("linking [")) << program.seen();
    const int status = program.kill_and_wait();
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended before it could be killed";
  }
  EXPECT_FALSE(std::filesystem::exists(path("cut.csv")));
  ASSERT_TRUE(std::filesystem::exists(path("cut.csv.journal")));
  // As if the last batch had been half on the disk.
  std::filesystem::resize_file(path("cut.csv.journal"), std::filesystem::file_size(path("cut.csv.journal")) - 5);
  const std::string journal = text_of("cut.csv.journal");

  std::vector<std::string> resume = link("cut.csv");
  resume.push_back("--resume");
  const Outcome outcome = run(resume);
  ASSERT_EQ(outcome.code, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("going on after "));
  EXPECT_EQ(text_of("cut.csv"), text_of("whole.csv"));
  EXPECT_FALSE(std::filesystem::exists(path("cut.csv.journal")));

  // A journal of other files is not gone on with.
  std::ofstream(path("right.csv"), std::ios::app) << "R6000,Zofia,Kowalska\n";
  write("cut.csv.journal", journal);
  const Outcome anew = run(resume);
  ASSERT_EQ(anew.code, 0) << anew.output;
  EXPECT_THAT(anew.output, Not(HasSubstr("going on after ")));
}

TEST_F(MatchCommands, MisuseIsRefusedWithWords) {
  EXPECT_EQ(run({"match", "--registry", path("held.csv")}).code, 2);
  EXPECT_EQ(run({"link", "--left", path("a.csv"), "--output", path("o.csv")}).code, 2);
  EXPECT_EQ(run({"link", "--dedupe", path("a.csv"), "--left", path("a.csv"), "--output", path("o.csv")}).code, 2);
  EXPECT_EQ(run({"link", "--dedupe", path("a.csv"), "--output", "-", "--resume"}).code, 2);
  const Outcome missing = run({"link", "--dedupe", path("nothing.csv"), "--output", path("o.csv")});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.output, HasSubstr("cannot open"));
  EXPECT_FALSE(std::filesystem::exists(path("o.csv")));
}

}  // namespace broker::client
