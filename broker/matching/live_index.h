// The matcher's index over every pupil record of interest, fed from the store in the order of commits.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "broker/matching/kept_index.h"
#include "broker/store/store.h"

namespace broker::matching {

// One record that was found, with what the broker knows of it.
struct Found {
  domain::MatchSide side;
  double probability = 0;
  double weight = 0;  // bits
  domain::MatchBand band = domain::MatchBand::review;
  std::vector<domain::Evidence> evidence;
  bool is_restricted = false;
};

struct SearchFor {
  matcher::PupilRecord child;
  int64_t except_key = 0;        // the record that asks, 0 when it is not held
  std::string except_authority;  // whose own records are not asked; empty: all are
  bool only_cases = false;
  // Somebody asks who need not hold a record of the child. What it asks with an address, a school or a telephone finds
  // no restricted record at all.
  bool is_query = false;
  size_t top = 10;  // restricted records come besides
};

class LiveIndex {
 public:
  // The searching runs on `searchers`, a pool of threads; the rest on the event loop. The store outlives the index.
  LiveIndex(boost::asio::any_io_executor executor, store::Store& store, boost::asio::any_io_executor searchers);

  // Brings the index up to everything that was committed before this call.
  boost::asio::awaitable<void> catch_up();

  // Records at review level and above, the most probable first, among everything caught up with. A restricted record is
  // found by name, date and number alone, whatever else is asked with, so that no answer tells where it lives; what is
  // said of the others does not depend on it.
  boost::asio::awaitable<std::vector<Found>> search(SearchFor what);

  // Takes what is kept in the directory, in place of nothing, so that the next catch_up() reads only what came since.
  // False, with a line in the log that says why, when nothing is kept, or it is damaged, of another version, or not of
  // this database; then everything is read. To be called before the first catch_up().
  boost::asio::awaitable<bool> restore(std::filesystem::path directory);
  // Keeps the index as it is now. Searches go on; whatever catches up waits. Throws what keep_index and the store
  // throw.
  boost::asio::awaitable<void> keep(std::filesystem::path directory);
  // Whether reading what came since it was kept, or since nothing, would take a broker a noticeable time.
  bool is_worth_keeping() const;
  // For now and then. When it can't be kept, a line in the log says so, and all stays as it was.
  boost::asio::awaitable<void> keep_if_worth_it(std::filesystem::path directory);

  // Forgets everything, to be read again by the next catch_up(): a server took over from another one, and may not have
  // all that was read.
  void start_over();

  size_t size() const { return index_->size(); }
  std::string model_name() const;
  // From which probability on a pair is shown to a person, and from which it counts as a match.
  std::pair<double, double> thresholds() const;

 private:
  // What the threads found: with every term, and with those that say nothing of a place.
  struct Hits {
    std::vector<matcher::Candidate> all_terms;
    std::vector<matcher::Candidate> no_place;
  };

  // Chunks are taken one after the other: an older one after a newer one would bring back what was let go.
  struct Turn {
    LiveIndex& index;
    explicit Turn(LiveIndex& one) : index(one) { index.is_catching_up_ = true; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      index.is_catching_up_ = false;
      index.caught_up_.cancel();
    }
  };
  boost::asio::awaitable<void> await_turn();
  boost::asio::awaitable<bool> take_chunk();
  static boost::asio::awaitable<Hits> run_search(std::shared_ptr<const matcher::Index> index, SearchFor what);
  std::vector<Found> judge(Hits hits, size_t top) const;

  store::Store& store_;
  boost::asio::any_io_executor searchers_;
  std::shared_ptr<matcher::Index> index_;  // owners: this, and whatever searches or fills it on a thread
  std::shared_ptr<KnownRecords> known_;    // owners: this, and whatever keeps it on a thread
  store::FeedMarks marks_;
  bool has_begun_ = false;
  bool is_measured_ = false;  // since it was begun or restored
  uint64_t takeovers_ = 0;
  size_t taken_since_kept_ = 0;
  bool is_catching_up_ = false;
  boost::asio::steady_timer caught_up_;  // cancelled when is_catching_up_ ends
};

}  // namespace broker::matching
