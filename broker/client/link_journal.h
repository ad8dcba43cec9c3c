// What `waymark link` has found so far, on the disk beside its output, so that a run that was killed goes on where it
// was. Belongs to the very files, options and version it was begun with.
#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "matcher/assign.h"
#include "matcher/model.h"

namespace broker::client {

// A number for the contents of the files and for how they are linked. Throws CLI::RuntimeError when one can't be read.
uint64_t link_fingerprint(const std::vector<std::string>& paths, const std::string& options);

class LinkJournal {
 public:
  // Goes on with what stands at the path when `resume` and it was begun with the same fingerprint; begins anew
  // otherwise. Without a path nothing is kept.
  LinkJournal(std::string path, uint64_t fingerprint, bool resume);

  // The model of the run that is gone on with; empty for a new one, which is then told its model once.
  const std::string& model_json() const { return model_json_; }
  void begin(const std::string& model_json);

  // What earlier runs found.
  bool is_done(size_t batch) const { return batch < done_.size() && done_[batch]; }
  size_t batches_done() const { return batches_done_; }
  std::vector<matcher::Link> take_links() { return std::move(links_); }

  // One batch whole; from any thread. What could not be written is said by `check`, on the thread that began.
  void add(size_t batch, const std::vector<matcher::Link>& links);
  void check() const;

  // The output is in place: the journal goes.
  void finish();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void read_existing();
  void append(uint64_t number, const void* bytes, size_t count);

  std::string path_;
  uint64_t fingerprint_;
  std::string model_json_;
  std::vector<bool> done_;
  size_t batches_done_ = 0;
  std::vector<matcher::Link> links_;
  long whole_bytes_ = 0;  // of the file that can be relied on
  bool is_written_ = true;
  std::mutex mutex_;                         // of the threads that add
  std::unique_ptr<std::FILE, Closer> file_;  // none where nothing is kept
};

}  // namespace broker::client
