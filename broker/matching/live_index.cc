#include "broker/matching/live_index.h"

#include <algorithm>
#include <functional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "broker/base/log.h"

namespace broker::matching {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr int64_t feed_chunk = 5'000;  // records a round trip
// More than are asked for, since some may be left out afterwards.
constexpr size_t spare_candidates = 20;
// A broker reads some ten thousand records a second.
constexpr size_t worth_keeping_min = 10'000;
constexpr size_t worth_keeping_share = 20;  // one in as many

uint32_t owner_number(const std::string& authority) {
  return static_cast<uint32_t>(std::stoul("0" + authority));
}
uint8_t kind_bit(domain::RecordKind kind) {
  return static_cast<uint8_t>(kind);
}

bool says_where(const matcher::PupilRecord& child) {
  const auto has_phone = [](const matcher::Guardian& guardian) { return !guardian.phone.empty(); };
  return !child.address.is_empty() || !child.previous_addresses.empty() || !child.school.is_empty() ||
         std::any_of(child.guardians.begin(), child.guardians.end(), has_phone);
}

matcher::PupilRecord without_place(matcher::PupilRecord child) {
  const bool is_restricted = child.address.restricted;
  child.address = matcher::Address{.restricted = is_restricted};
  child.previous_addresses.clear();
  child.school = {};
  for (auto& guardian : child.guardians) guardian.phone.clear();
  return child;
}

awaitable<void> run(std::function<void()> work) {
  work();
  co_return;
}

}  // namespace

LiveIndex::LiveIndex(asio::any_io_executor executor, store::Store& store, asio::any_io_executor searchers)
    : store_(store),
      searchers_(std::move(searchers)),
      index_(std::make_shared<matcher::Index>()),
      known_(std::make_shared<KnownRecords>()),
      caught_up_(std::move(executor), asio::steady_timer::time_point::max()) {}

std::string LiveIndex::model_name() const {
  return index_->model().name;
}

std::pair<double, double> LiveIndex::thresholds() const {
  return {index_->model().review_threshold, index_->model().match_threshold};
}

void LiveIndex::start_over() {
  ++takeovers_;
  has_begun_ = false;
  is_measured_ = false;
  marks_ = {};
  taken_since_kept_ = 0;
  known_ = std::make_shared<KnownRecords>();
  index_ = std::make_shared<matcher::Index>();
}

awaitable<bool> LiveIndex::restore(std::filesystem::path directory) {
  tl::expected<KeptIndex, std::string> kept;
  std::function<void()> work = [&kept, &directory] { kept = read_kept_index(directory); };
  co_await asio::co_spawn(searchers_, run(std::move(work)), asio::use_awaitable);
  if (!kept) {
    base::log_info("no index is taken up, so that all records are read", {{"why", kept.error()}});
    co_return false;
  }
  const uint64_t takeovers = takeovers_;
  const std::string mark = co_await store_.mark_at(kept->marks);
  if (mark != kept->store_mark || takeovers != takeovers_) {
    base::log_warning(
        "all records are read: the index that is kept is of another database, or of one that has lost some");
    co_return false;
  }
  index_ = std::move(kept->index);
  known_ = std::move(kept->known);
  marks_ = kept->marks;
  has_begun_ = true;
  co_return true;
}

awaitable<void> LiveIndex::keep(std::filesystem::path directory) {
  co_await await_turn();
  const Turn turn(*this);
  const uint64_t takeovers = takeovers_;
  KeptIndex kept{index_, known_, marks_, {}};
  kept.store_mark = co_await store_.mark_at(marks_);
  if (takeovers != takeovers_) co_return;
  std::function<void()> work = [&kept, &directory] { keep_index(directory, kept); };
  co_await asio::co_spawn(searchers_, run(std::move(work)), asio::use_awaitable);
  if (takeovers == takeovers_) taken_since_kept_ = 0;
}

bool LiveIndex::is_worth_keeping() const {
  return taken_since_kept_ >= std::max(worth_keeping_min, index_->size() / worth_keeping_share);
}

awaitable<void> LiveIndex::keep_if_worth_it(std::filesystem::path directory) {
  if (!is_worth_keeping()) co_return;
  try {
    co_await keep(std::move(directory));
    base::log_info("the index is kept", {{"records", size()}});
  } catch (const std::exception& error) {
    base::log_warning("the index is not kept this time", {{"error", error.what()}});
  }
}

awaitable<void> LiveIndex::await_turn() {
  while (is_catching_up_) {
    boost::system::error_code woken;
    co_await caught_up_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

awaitable<void> LiveIndex::catch_up() {
  co_await await_turn();
  const Turn turn(*this);
  bool has_more = true;
  while (has_more) has_more = co_await take_chunk();
  if (is_measured_) co_return;
  // What was measured while records came depends on how they came: answers are to depend on what is held alone.
  is_measured_ = true;
  std::function<void()> work = [index = index_] { index->measure(); };
  co_await asio::co_spawn(searchers_, run(std::move(work)), asio::use_awaitable);
}

// True when there is more to read.
awaitable<bool> LiveIndex::take_chunk() {
  const uint64_t takeovers = takeovers_;
  if (!has_begun_) {
    const int64_t change = co_await store_.last_change();
    if (takeovers != takeovers_) co_return true;
    marks_.change = change;
    has_begun_ = true;
  }
  const store::FeedChunk chunk = co_await store_.read_feed(marks_, feed_chunk);
  std::unordered_map<int64_t, bool> changed;  // the last word on each key
  for (const store::HeldChange& change : chunk.changes) changed[change.key] = change.is_held;
  std::vector<int64_t> held_again;
  for (const auto& [key, is_held] : changed) {
    if (is_held) held_again.push_back(key);
  }
  std::vector<store::HeldRecord> returned;
  if (!held_again.empty()) returned = co_await store_.read_records(std::move(held_again));

  if (takeovers != takeovers_) co_return true;
  std::vector<matcher::Entry> entries;
  for (const std::vector<store::HeldRecord>* records :
       std::initializer_list<const std::vector<store::HeldRecord>*>{&chunk.records, &returned}) {
    for (const store::HeldRecord& record : *records) {
      (*known_)[record.key] = record.side;
      // As of the snapshot it was read in. A change that came before its record's chunk is in this as well.
      if (!record.is_held) continue;
      entries.push_back({static_cast<uint64_t>(record.key), owner_number(record.side.authority),
                         kind_bit(record.side.kind), &record.pupil});
    }
  }
  std::function<void()> work = [index = index_, &entries, &changed] {
    if (!entries.empty()) index->insert_all(entries);
    for (const auto& [key, is_held] : changed) {
      if (!is_held) index->erase(static_cast<uint64_t>(key));
    }
  };
  co_await asio::co_spawn(searchers_, run(std::move(work)), asio::use_awaitable);
  if (takeovers != takeovers_) co_return true;
  if (!chunk.records.empty()) marks_.record_key = chunk.records.back().key;
  if (!chunk.changes.empty()) marks_.change = chunk.changes.back().position;
  taken_since_kept_ += chunk.records.size() + chunk.changes.size();
  co_return chunk.has_more;
}

awaitable<LiveIndex::Hits> LiveIndex::run_search(std::shared_ptr<const matcher::Index> index, SearchFor what) {
  matcher::SearchOptions options;
  options.top = what.top + spare_candidates;
  options.decision_min = matcher::Decision::review;
  if (what.except_key != 0) options.exclude_key = static_cast<uint64_t>(what.except_key);
  if (!what.except_authority.empty()) options.exclude_owner = owner_number(what.except_authority);
  if (what.only_cases) options.kinds = static_cast<uint8_t>(1U << kind_bit(domain::RecordKind::case_child));
  // A restricted child's own whereabouts are no search terms: the evidence would tell them to the holder.
  const matcher::PupilRecord child = what.child.address.restricted ? without_place(what.child) : what.child;
  Hits hits;
  hits.all_terms = index->search(child, options);
  // That search left restricted records out. They are found by what says nothing of a place.
  const bool asks_where = says_where(what.child);
  if (what.is_query && asks_where) {
    std::erase_if(hits.all_terms, [](const matcher::Candidate& candidate) { return candidate.is_restricted; });
  }
  options.only_restricted = true;
  if (!what.is_query && says_where(child)) hits.no_place = index->search(without_place(child), options);
  co_return hits;
}

awaitable<std::vector<Found>> LiveIndex::search(SearchFor what) {
  const uint64_t takeovers = takeovers_;
  const size_t top = what.top;
  Hits hits = co_await asio::co_spawn(searchers_, run_search(index_, std::move(what)), asio::use_awaitable);
  // The keys it found may be other children's by now.
  if (takeovers != takeovers_) throw postgres::Unavailable("another server has taken over");
  co_return judge(std::move(hits), top);
}

std::vector<Found> LiveIndex::judge(Hits hits, size_t top) const {
  std::vector<matcher::Candidate> candidates = std::move(hits.all_terms);
  std::ranges::move(hits.no_place, std::back_inserter(candidates));
  std::sort(candidates.begin(), candidates.end(), [](const matcher::Candidate& a, const matcher::Candidate& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.key < b.key;
  });
  std::vector<Found> found;
  size_t open = 0;
  size_t restricted = 0;
  for (const matcher::Candidate& candidate : candidates) {
    const auto known = known_->find(static_cast<int64_t>(candidate.key));
    if (known == known_->end() || ++(candidate.is_restricted ? restricted : open) > top) continue;
    Found one{known->second,
              candidate.probability,
              candidate.weight,
              candidate.decision == matcher::Decision::match ? domain::MatchBand::match : domain::MatchBand::review,
              {},
              candidate.is_restricted};
    for (const matcher::FieldEvidence& field : candidate.evidence) {
      one.evidence.push_back(
          {field.field, std::string(matcher::agreement_name(field.agreement)), field.weight, field.words});
    }
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace broker::matching
