// Clients that do Waymark's work over and over while something breaks: they open, enquire, answer, confirm, hand over,
// close, upload, ask and read their inboxes, each command under its key until it is answered.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "tests/fault/client.h"

namespace fault {

// The authorities of the load; each asks the next one.
inline const std::vector<std::string> authorities = {"314", "315", "318", "319"};

class Load {
 public:
  struct Settings {
    size_t workers = 3;  // threads that do jobs, besides one that reads each authority's inbox
    uint64_t seed = 1;
    std::function<Reach(const std::string& authority)> reach;
  };

  // Starts at once. `history` outlives it.
  Load(Settings settings, History& history);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // Lets every worker finish its job, then reads the inboxes until they are empty.
  void finish();
  size_t jobs_done() const { return jobs_; }

 private:
  void work(size_t number);
  void read_inbox(size_t number);

  Settings settings_;
  History& history_;
  std::atomic<bool> is_over_ = false;
  std::atomic<bool> are_inboxes_over_ = false;
  std::atomic<size_t> jobs_ = 0;
  std::vector<std::thread> workers_;
  std::vector<std::thread> readers_;
};

}  // namespace fault
