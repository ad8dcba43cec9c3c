#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <numeric>
#include <thread>

#include "adapters/csv.h"
#include "broker/client/match_options.h"
#include "broker/client/pupil_file.h"
#include "matcher/assign.h"
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

// Every pair of a left record and what it finds, found on all threads.
template <typename Search>
std::vector<matcher::Link> found_links(size_t count, size_t threads, const Search& search) {
  std::atomic<size_t> next = 0;
  std::vector<std::vector<matcher::Link>> found(threads);
  const size_t batches = (count + batch - 1) / batch;
  const auto run = [&](size_t thread, Progress* progress) {
    for (size_t b = next++; b < batches; b = next++) {
      for (size_t i = b * batch; i < std::min(count, (b + 1) * batch); ++i)
        for (const matcher::Candidate& candidate : search(i))
          found[thread].push_back({i, candidate.key, candidate.probability, candidate.weight});
      if (progress != nullptr) progress->at(b);
    }
  };
  {
    Progress progress("linking", batches);
    std::vector<std::jthread> pool;
    for (size_t i = 1; i < threads; ++i) pool.emplace_back([&run, i] { run(i, nullptr); });
    run(0, &progress);
  }
  std::vector<matcher::Link> out;
  for (const auto& part : found) out.insert(out.end(), part.begin(), part.end());
  return out;
}

// Both records of a pair find each other; the more certain of the two findings stands.
std::vector<matcher::Link> without_mirrors(std::vector<matcher::Link> links) {
  for (matcher::Link& link : links)
    if (link.left > link.right) std::swap(link.left, link.right);
  std::ranges::sort(links, [](const matcher::Link& a, const matcher::Link& b) {
    if (a.left != b.left) return a.left < b.left;
    return a.right != b.right ? a.right < b.right : a.probability > b.probability;
  });
  const auto repeated = std::ranges::unique(
      links, [](const matcher::Link& a, const matcher::Link& b) { return a.left == b.left && a.right == b.right; });
  links.erase(repeated.begin(), repeated.end());
  return links;
}

void write_links(const LinkOptions& options, const std::vector<matcher::Link>& links,
                 const std::vector<std::string>& left, const std::vector<std::string>& right,
                 const matcher::Model& model) {
  OutputFile output(options.output);
  output.append("left_id,right_id,probability,weight,decision\n");
  std::string text;
  adapters::CsvWriter writer(text);
  size_t matches = 0;
  size_t reviews = 0;
  std::array<char, 32> number{};
  for (const matcher::Link& link : links) {
    const bool is_match = link.probability >= model.match_threshold;
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

}  // namespace

void link_files(const LinkOptions& options) {
  const matcher::SearchOptions search = search_options();
  matcher::TrainingOptions training;
  training.threads = options.threads;
  if (!options.dedupe.empty()) {
    IndexedFile file = index_pupil_file(options.dedupe, options.threads);
    std::vector<uint64_t> keys(file.ids.size());
    std::iota(keys.begin(), keys.end(), uint64_t{0});
    matcher::fit_held(file.index, keys, training);
    auto links =
        found_links(file.ids.size(), options.threads, [&](size_t i) { return file.index.search_held(i, search); });
    write_links(options, without_mirrors(std::move(links)), file.ids, file.ids, file.index.model());
    return;
  }
  const PupilFile left = read_pupil_file(options.left, Refused::left_out);
  IndexedFile right = index_pupil_file(options.right, options.threads);
  matcher::fit(right.index, left.records, training);
  auto links = found_links(left.records.size(), options.threads,
                           [&](size_t i) { return right.index.search(left.records[i], search); });
  if (!options.many) links = matcher::one_to_one(std::move(links), linked_probability_min);
  std::ranges::sort(links, [](const matcher::Link& a, const matcher::Link& b) {
    return a.left != b.left ? a.left < b.left : a.probability > b.probability;
  });
  write_links(options, links, left.ids, right.ids, right.index.model());
}

}  // namespace broker::client
