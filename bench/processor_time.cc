#include "bench/processor_time.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <sys/resource.h>
#include <unistd.h>

namespace bench {
namespace {

struct Process {
  int parent = 0;
  double seconds = 0;
};

// Columns of /proc/<pid>/stat after the name, which is in brackets and may hold blanks.
Process read_process(const std::filesystem::path& directory) {
  constexpr int parent_column = 1;
  constexpr int first_time_column = 11;  // user and system time, and both of children that were waited for
  constexpr int last_time_column = 14;
  std::ifstream file(directory / "stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Process process;
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return process;
  std::istringstream columns(text.substr(name_end + 1));
  std::string column;
  for (int place = 0; columns >> column && place <= last_time_column; ++place) {
    if (place == parent_column) process.parent = std::stoi(column);
    if (place >= first_time_column) {
      process.seconds += std::stod(column) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
  }
  return process;
}

}  // namespace

double own_processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double processor_seconds_of_tree(int process) {
  std::map<int, Process> processes;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    int id = 0;
    const auto end = std::from_chars(name.data(), name.data() + name.size(), id);
    if (end.ec == std::errc() && end.ptr == name.data() + name.size()) processes[id] = read_process(entry.path());
  }
  double total = 0;
  std::set<int> wanted{process};
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    for (const auto& [id, one] : processes) {
      if (wanted.contains(one.parent)) has_grown = wanted.insert(id).second || has_grown;
    }
  }
  for (const int id : wanted) total += processes[id].seconds;
  return total;
}

}  // namespace bench
