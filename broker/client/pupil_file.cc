#include "broker/client/pupil_file.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "adapters/csv.h"
#include "adapters/pupil_csv.h"

namespace broker::client {
namespace {

constexpr int exit_failed = 1;
constexpr size_t errors_shown_max = 20;     // of one file; the rest is counted
constexpr size_t indexed_at_once = 50'000;  // records in memory beside the index
constexpr double progress_after_seconds = 2;
constexpr double progress_every_seconds = 0.2;

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "waymark: " << why << '\n';
  throw CLI::RuntimeError(exit_failed);
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class ErrorReport {
 public:
  explicit ErrorReport(std::string path) : path_(std::move(path)) {}
  void add(const adapters::RowError& error) {
    if (++count_ > errors_shown_max) return;
    std::cerr << path_ << ":" << error.row << ": " << (error.column.empty() ? "" : error.column + ": ") << error.reason
              << " [" << error.code << "]\n";
  }
  void finish() const {
    if (count_ > errors_shown_max)
      std::cerr << path_ << ": " << count_ - errors_shown_max << " more values or rows could not be read\n";
  }

 private:
  std::string path_;
  size_t count_ = 0;
};

// Every row that is kept, in order, to `take(id, record)`; answers how many were refused.
template <typename Take>
size_t read_rows(const std::string& path, Refused refused, const Take& take) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail("cannot open " + path);
  auto reader = adapters::PupilCsvReader::open(in);
  if (!reader) {
    std::string why = path + ": " + reader.error().detail;
    for (const auto& error : reader.error().errors) why += " " + error.pointer + ": " + error.detail;
    fail(why);
  }
  if (!reader->unknown_columns().empty()) {
    std::cerr << path << ": columns ignored:";
    for (const std::string& column : reader->unknown_columns()) std::cerr << ' ' << column;
    std::cerr << '\n';
  }
  size_t refused_rows = 0;
  ErrorReport report(path);
  std::error_code no_size;  // of a pipe: then there is no telling how far it is
  const uintmax_t bytes = std::filesystem::file_size(path, no_size);
  Progress progress("reading " + path, no_size ? 0 : bytes);
  while (auto row = reader->next()) {
    progress.at(std::min<size_t>(reader->bytes_read(), bytes));
    for (const adapters::RowError& error : row->errors) report.add(error);
    if (row->is_refused) {
      ++refused_rows;
      if (refused == Refused::left_out || row->record_id.empty()) continue;
      row->record = {};
    }
    take(std::move(row->record_id), std::move(row->record));
  }
  report.finish();
  return refused_rows;
}

}  // namespace

PupilFile read_pupil_file(const std::string& path, Refused refused) {
  PupilFile out;
  out.refused = read_rows(path, refused, [&](std::string id, matcher::PupilRecord record) {
    out.ids.push_back(std::move(id));
    out.records.push_back(std::move(record));
  });
  return out;
}

IndexedFile index_pupil_file(const std::string& path, size_t threads) {
  IndexedFile out;
  std::vector<matcher::PupilRecord> records;
  const auto file_them = [&] {
    std::vector<matcher::Entry> entries(records.size());
    const size_t first = out.ids.size() - records.size();
    for (size_t i = 0; i < entries.size(); ++i) entries[i] = {first + i, 0, 0, &records[i]};
    out.index.insert_all(entries, threads);
    records.clear();
  };
  out.refused = read_rows(path, Refused::left_out, [&](std::string id, matcher::PupilRecord record) {
    out.ids.push_back(std::move(id));
    records.push_back(std::move(record));
    if (records.size() == indexed_at_once) file_them();
  });
  file_them();
  return out;
}

std::vector<std::pair<std::string, std::string>> read_label_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail("cannot open " + path);
  adapters::CsvReader reader(in);
  adapters::CsvRow row;
  constexpr size_t absent = SIZE_MAX;
  size_t query = absent;
  size_t record = absent;
  if (!reader.next(row)) fail(path + " is empty");
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] == "query_id") query = i;
    if (row[i] == "record_id") record = i;
  }
  if (query == absent || record == absent) fail(path + " needs the columns query_id and record_id");
  std::vector<std::pair<std::string, std::string>> out;
  while (reader.next(row))
    if (row.error() == adapters::CsvError::none && !row[record].empty()) out.emplace_back(row[query], row[record]);
  return out;
}

Progress::Progress(std::string what, size_t total)
    : what_(std::move(what)), total_(total), started_(seconds_now()), is_terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (is_shown_) std::cerr << "\r\033[K" << std::flush;
}

void Progress::at(size_t done) {
  if (!is_terminal_ || total_ == 0) return;
  const double now = seconds_now();
  if (now - started_ < progress_after_seconds || now - shown_ < progress_every_seconds) return;
  shown_ = now;
  is_shown_ = true;
  constexpr size_t width = 30;
  const size_t full = done * width / total_;
  std::cerr << '\r' << what_ << " [" << std::string(full, '#') << std::string(width - full, '.') << "] "
            << done * 100 / total_ << "%" << std::flush;
}

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  file_.reset(path_ == "-" ? stdout : std::fopen((path_ + ".part").c_str(), "wb"));
  if (!file_) fail("cannot write " + path_);
}

void OutputFile::append(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail("cannot write " + path_);
}

void OutputFile::finish() {
  if (std::fflush(file_.get()) != 0) fail("cannot write " + path_);
  if (path_ == "-") return;
  file_.reset();
  if (std::rename((path_ + ".part").c_str(), path_.c_str()) != 0) fail("cannot write " + path_);
}

}  // namespace broker::client
