// How many pupils a second are read from transfer files of the size that schools send.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "adapters/ctf.h"
#include "adapters/xml_guard.h"

namespace {

// What suppliers send beside the identity: attendance and assessments are most of a real file.
constexpr std::string_view other_blocks =
    "<Attendance><YearData><Year>2026</Year><LEA>314</LEA><Estab>4001</Estab><SessionsPossible>120</SessionsPossible>"
    "<SessionsAuthorised>4</SessionsAuthorised><SessionsAttended>110</SessionsAttended>"
    "<SessionsUnauthorised>6</SessionsUnauthorised></YearData></Attendance>";
constexpr std::string_view assessment =
    "<StageAssessment><Locale>ENG</Locale><Year>2025</Year><Subject>ENG</Subject><Method>TA</Method><Component>READ</"
    "Component>"
    "<ResultStatus>R</ResultStatus><ResultQualifier>NC</ResultQualifier><Result>EXS</Result></StageAssessment>";

matcher::PupilRecord pupil(int number) {
  matcher::PupilRecord record;
  record.upn = "E314204823001";
  record.surname = "Invented" + std::to_string(number);
  record.forename = "Zofia";
  record.dob = {2014, 1 + number % 12, 1 + number % 28};
  record.sex = "F";
  record.address = {{"14 Imaginary Road", "Norbiton"}, "Kingston upon Thames", "KT2 6ZZ", "100021000001", false};
  record.guardians = {{"Anna Invented", "020 7946 0001"}, {"Piotr Invented", "07700 900002"}};
  record.school = {"3144001", "", "Invented Academy"};
  return record;
}

std::string file_of(int pupils, int assessments) {
  adapters::CtfHeader header;
  header.version = "25.0";
  header.source = {"314", "4001"};
  header.destination = {"318", "2005"};
  std::vector<matcher::PupilRecord> records;
  for (int i = 0; i < pupils; ++i) records.push_back(pupil(i));
  std::string blocks(other_blocks);
  blocks += "<StageAssessments><KeyStage><Stage>KS2</Stage>";
  for (int i = 0; i < assessments; ++i) blocks += assessment;
  blocks += "</KeyStage></StageAssessments></Pupil>";
  const auto identity_only = adapters::make_ctf(header, records);
  std::string file;
  size_t at = 0;
  for (auto end = identity_only.find("</Pupil>"); end != std::string::npos; end = identity_only.find("</Pupil>", at)) {
    file += identity_only.substr(at, end - at) + blocks;
    at = end + 8;
  }
  return file + identity_only.substr(at);
}

void read_ctf(benchmark::State& state) {
  const auto file = file_of(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  for (auto _ : state) {
    auto read = adapters::read_ctf(file, "3144001_CTF_3182005_001.xml");
    if (!read) return state.SkipWithError("the file is refused");
    benchmark::DoNotOptimize(read);
  }
  state.counters["pupils"] =
      benchmark::Counter(static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate);
  state.SetBytesProcessed(static_cast<int64_t>(file.size()) * state.iterations());
}
BENCHMARK(read_ctf)->ArgNames({"pupils", "assessments"})->Args({1, 40})->Args({500, 0})->Args({500, 40});

// The part of reading that looks for what must not be there.
void check_xml(benchmark::State& state) {
  const auto file = file_of(500, 40);
  for (auto _ : state) benchmark::DoNotOptimize(adapters::check_xml(file));
  state.SetBytesProcessed(static_cast<int64_t>(file.size()) * state.iterations());
}
BENCHMARK(check_xml);

void make_ctf(benchmark::State& state) {
  const std::vector<matcher::PupilRecord> records(500, pupil(1));
  adapters::CtfHeader header;
  header.version = "25.0";
  for (auto _ : state) benchmark::DoNotOptimize(adapters::make_ctf(header, records));
  state.counters["pupils"] = benchmark::Counter(500, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(make_ctf);

}  // namespace

BENCHMARK_MAIN();
