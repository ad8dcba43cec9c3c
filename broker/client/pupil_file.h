// A whole pupil CSV in memory for the matching commands, with what was wrong with it said on stderr.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "matcher/index.h"

namespace broker::client {

struct PupilFile {
  std::vector<std::string> ids;  // as in the file; the place of an id is the key of its record
  std::vector<matcher::PupilRecord> records;
  size_t refused = 0;
};

// What is kept of a row that cannot be read.
enum class Refused { left_out, kept_empty };

// Throws CLI::RuntimeError when the file cannot be read at all.
PupilFile read_pupil_file(const std::string& path, Refused refused);

// A file whose records are held by an index alone: the place of an id is the key of its record.
struct IndexedFile {
  std::vector<std::string> ids;
  matcher::Index index;
  size_t refused = 0;
};

IndexedFile index_pupil_file(const std::string& path, size_t threads);

// Known pairs, query_id and record_id, from a CSV with these two columns.
std::vector<std::pair<std::string, std::string>> read_label_file(const std::string& path);

// Shows on a terminal's stderr how far a long piece of work is, once it has taken two seconds.
class Progress {
 public:
  Progress(std::string what, size_t total);
  ~Progress();
  void at(size_t done);

 private:
  std::string what_;
  size_t total_;
  double started_;
  double shown_ = 0;
  bool is_terminal_;
  bool is_shown_ = false;
};

// A file written beside its final name and put in place when complete, so that a reader never meets half of it.
class OutputFile {
 public:
  explicit OutputFile(std::string path);  // `-` is stdout
  void append(const std::string& text);
  void finish();

 private:
  struct Closer {
    void operator()(std::FILE* file) const {
      if (file != stdout) std::fclose(file);
    }
  };
  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
};

}  // namespace broker::client
