#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <functional>
#include <iostream>
#include <mutex>
#include <numeric>
#include <thread>

#include "adapters/csv.h"
#include "broker/client/link_journal.h"
#include "broker/client/match_options.h"
#include "broker/client/pupil_file.h"
#include "matcher/assign.h"
#include "matcher/cluster.h"
#include "matcher/model_file.h"
#include "matcher/train.h"

namespace broker::client {
namespace {

constexpr double linked_probability_min = 0.02;
constexpr size_t candidates_each = 20;
constexpr size_t batch = 256;

matcher::SearchOptions search_options() {
  matcher::SearchOptions out;
  out.top = candidates_each;
  out.probability_min = linked_probability_min;
  out.protect_restricted = false;  // the files are the caller's own
  out.with_evidence = false;
  return out;
}

bool is_before(const matcher::Link& a, const matcher::Link& b) {
  if (a.left != b.left) return a.left < b.left;
  return a.right != b.right ? a.right < b.right : a.probability > b.probability;
}

// Every pair of a left record and what it finds, found on all threads, with what the journal has of an earlier run. In
// one order, however the work was shared out.
template <typename Search>
std::vector<matcher::Link> found_links(size_t count, size_t threads, LinkJournal& journal, const Search& search) {
  const size_t batches = (count + batch - 1) / batch;
  std::vector<matcher::Link> out = journal.take_links();
  std::mutex out_mutex;
  std::atomic<size_t> next = 0;
  std::atomic<size_t> done = journal.batches_done();
  const auto run = [&](Progress* progress) {
    std::vector<matcher::Link> found;
    for (size_t b = next++; b < batches; b = next++) {
      if (journal.is_done(b)) continue;
      found.clear();
      for (size_t i = b * batch; i < std::min(count, (b + 1) * batch); ++i)
        for (const matcher::Candidate& candidate : search(i))
          found.push_back({i, candidate.key, candidate.probability, candidate.weight});
      journal.add(b, found);
      ++done;
      if (progress != nullptr) progress->at(done);
      const std::lock_guard lock(out_mutex);
      out.insert(out.end(), found.begin(), found.end());
    }
  };
  {
    Progress progress("linking", batches);
    std::vector<std::jthread> pool;
    for (size_t i = 1; i < threads; ++i) pool.emplace_back([&run] { run(nullptr); });
    run(&progress);
  }
  journal.check();
  std::ranges::sort(out, is_before);
  return out;
}

// Both records of a pair find each other; the more certain of the two findings stands.
std::vector<matcher::Link> without_mirrors(std::vector<matcher::Link> links) {
  for (matcher::Link& link : links)
    if (link.left > link.right) std::swap(link.left, link.right);
  std::ranges::sort(links, is_before);
  const auto repeated = std::ranges::unique(
      links, [](const matcher::Link& a, const matcher::Link& b) { return a.left == b.left && a.right == b.right; });
  links.erase(repeated.begin(), repeated.end());
  return links;
}

// What may keep a pair from being a match that is probable enough by itself.
using IsKeptApart = std::function<bool(const matcher::Link&)>;

void write_links(const LinkOptions& options, const std::vector<matcher::Link>& links,
                 const std::vector<std::string>& left, const std::vector<std::string>& right,
                 const matcher::Model& model, const IsKeptApart& is_kept_apart) {
  OutputFile output(options.output);
  output.append("left_id,right_id,probability,weight,decision\n");
  std::string text;
  adapters::CsvWriter writer(text);
  size_t matches = 0;
  size_t reviews = 0;
  std::array<char, 32> number{};
  for (const matcher::Link& link : links) {
    const bool is_match = link.probability >= model.match_threshold && !is_kept_apart(link);
    const bool is_review = !is_match && link.probability >= model.review_threshold;
    matches += is_match ? 1 : 0;
    reviews += is_review ? 1 : 0;
    writer.field(left[link.left]);
    writer.field(right[link.right]);
    std::snprintf(number.data(), number.size(), "%.6f", link.probability);
    writer.field(number.data());
    std::snprintf(number.data(), number.size(), "%.3f", link.weight);
    writer.field(number.data());
    writer.field(is_match ? "match" : is_review ? "review" : "none");
    writer.end_row();
  }
  output.append(text);
  output.finish();
  if (options.as_json) {
    std::cout << "{\"left\":" << left.size() << ",\"right\":" << right.size() << ",\"pairs\":" << links.size()
              << ",\"match\":" << matches << ",\"review\":" << reviews << "}\n";
  } else {
    std::cerr << links.size() << " pairs: " << matches << " match, " << reviews << " to review\n";
  }
}

// The model that the run began with, or one learnt now, so that a run that goes on answers as one that was not cut off.
void take_model(matcher::Index& index, LinkJournal& journal, const std::function<void()>& learn) {
  if (const auto model = matcher::parse_model_json(journal.model_json())) {
    index.set_model(*model);
  } else {
    learn();
    journal.begin(matcher::model_json(index.model()));
  }
  if (journal.batches_done() > 0)
    std::cerr << "going on after " << journal.batches_done() * batch << " records of an earlier run\n";
}

// Where a chain of matches would lead from a child to its brother or twin, the least sure link of it is for a person
// to judge.
void find_doubles(const LinkOptions& options, const matcher::TrainingOptions& training, LinkJournal& journal) {
  IndexedFile file = index_pupil_file(options.dedupe, options.threads);
  take_model(file.index, journal, [&] {
    std::vector<uint64_t> keys(file.ids.size());
    std::iota(keys.begin(), keys.end(), uint64_t{0});
    matcher::fit_held(file.index, keys, training);
  });
  const matcher::SearchOptions search = search_options();
  const auto links = without_mirrors(found_links(file.ids.size(), options.threads, journal,
                                                 [&](size_t i) { return file.index.search_held(i, search); }));
  const matcher::Model& model = file.index.model();
  const auto clusters = matcher::clustered(links, model.match_threshold,
                                           [&](uint64_t a, uint64_t b) { return file.index.look_like_siblings(a, b); });
  write_links(options, links, file.ids, file.ids, model,
              [&](const matcher::Link& link) { return clusters.at(link.left) != clusters.at(link.right); });
}

void link_sides(const LinkOptions& options, const matcher::TrainingOptions& training, LinkJournal& journal) {
  const PupilFile left = read_pupil_file(options.left, Refused::left_out);
  IndexedFile right = index_pupil_file(options.right, options.threads);
  take_model(right.index, journal, [&] { matcher::fit(right.index, left.records, training); });
  const matcher::SearchOptions search = search_options();
  auto links = found_links(left.records.size(), options.threads, journal,
                           [&](size_t i) { return right.index.search(left.records[i], search); });
  if (!options.many) links = matcher::one_to_one(std::move(links), linked_probability_min);
  std::ranges::sort(links, [](const matcher::Link& a, const matcher::Link& b) {
    if (a.left != b.left) return a.left < b.left;
    return a.probability != b.probability ? a.probability > b.probability : a.right < b.right;
  });
  write_links(options, links, left.ids, right.ids, right.index.model(), [](const matcher::Link&) { return false; });
}

}  // namespace

void link_files(const LinkOptions& options) {
  matcher::TrainingOptions training;
  training.threads = options.threads;
  const bool is_dedupe = !options.dedupe.empty();
  const std::vector<std::string> paths =
      is_dedupe ? std::vector{options.dedupe} : std::vector{options.left, options.right};
  const std::string journal_path = options.output == "-" ? "" : options.output + ".journal";
  LinkJournal journal(journal_path, link_fingerprint(paths, is_dedupe ? "dedupe" : "sides"), options.resume);
  if (is_dedupe) {
    find_doubles(options, training, journal);
  } else {
    link_sides(options, training, journal);
  }
  journal.finish();
}

}  // namespace broker::client
