// What waits to be written, taken in turns: each caller has a line of its own, so that one who sends a great deal waits
// behind himself, and what is immediate goes first. Used by the writer.
#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace broker::store {

// What the queue looks at of a command that waits.
struct Waiting {
  std::string caller;  // in whose line it stands; empty: the broker's own work
  bool is_immediate = false;
  size_t bytes = 0;
  size_t rows = 0;  // of a file

  virtual ~Waiting() = default;
};

class FairQueue {
 public:
  // What one batch takes at most, unless one command alone is more.
  struct Batch {
    size_t count;
    size_t rows;
    size_t bytes;
  };
  // What may wait; a single caller may take half of it.
  struct Bounds {
    size_t count;
    size_t bytes;
  };
  // A command with more rows of a file makes a batch slow.
  static constexpr size_t bulk_rows = 200;

  explicit FairQueue(Bounds bounds) : bounds_(bounds) {}

  // False when there is no room for it.
  bool push(std::shared_ptr<Waiting> one);
  // The next batch; one is taken at least, unless nothing waits. Immediate commands go first, but leave half of the
  // room to the others, so that calling everything immediate shuts nobody out. What is bulky does not go together with
  // them, and is held back for one batch at most.
  std::vector<std::shared_ptr<Waiting>> take(Batch batch);

  size_t size() const { return count_; }
  size_t bytes() const { return bytes_; }
  bool empty() const { return count_ == 0; }

 private:
  using Line = std::deque<std::shared_ptr<Waiting>>;
  struct Lines {
    std::unordered_map<std::string, Line> by_caller;
    std::list<std::string> turns;  // of callers with a line, whose turn is next in front
    size_t count = 0;
  };
  struct Taken {
    std::vector<std::shared_ptr<Waiting>> commands;
    size_t rows = 0;
    size_t bytes = 0;
  };

  // In turns until `count` are taken in all, or the next would be too much.
  void take_from(Lines& lines, Taken& taken, const Batch& batch, size_t count, bool takes_bulk);

  Bounds bounds_;
  Lines immediate_, others_;
  std::unordered_map<std::string, std::pair<size_t, size_t>> used_;  // by caller: commands and bytes
  size_t count_ = 0;
  size_t bytes_ = 0;
  bool has_held_back_ = false;  // something bulky, last time
};

}  // namespace broker::store
