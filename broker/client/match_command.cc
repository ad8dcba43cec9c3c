#include "broker/client/match_command.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <memory>
#include <thread>
#include <unordered_map>

#include <CLI/CLI.hpp>

#include "adapters/csv.h"
#include "broker/client/match_options.h"
#include "broker/client/model_command.h"
#include "broker/client/pupil_file.h"
#include "matcher/train.h"

namespace broker::client {
namespace {

constexpr size_t batch = 256;  // queries one thread takes at a time

std::string number(const char* format, double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

void append_rows(std::string& out, const std::string& query_id, const std::vector<matcher::Candidate>& found,
                 const IndexedFile& registry) {
  adapters::CsvWriter writer(out);
  const auto row = [&](std::string_view record_id, size_t rank, double probability, double weight,
                       matcher::Decision decision) {
    writer.field(query_id);
    writer.field(record_id);
    writer.field(std::to_string(rank));
    writer.field(number("%.6f", probability));
    writer.field(number("%.3f", weight));
    writer.field(matcher::decision_name(decision));
    writer.end_row();
  };
  if (found.empty()) row("", 0, 0, 0, matcher::Decision::none);
  for (size_t i = 0; i < found.size(); ++i)
    row(registry.ids[found[i].key], i + 1, found[i].probability, found[i].weight, found[i].decision);
}

// Calls `work` with every batch of [0, count) on all threads; `write` gets the texts in order.
template <typename Work>
void in_batches(size_t count, size_t threads, const std::string& what, const Work& work, OutputFile& output) {
  const size_t batches = (count + batch - 1) / batch;
  std::vector<std::string> texts(batches);
  std::atomic<size_t> next = 0;
  std::atomic<size_t> done = 0;
  const auto run = [&](bool is_first, Progress* progress) {
    for (size_t b = next++; b < batches; b = next++) {
      for (size_t i = b * batch; i < std::min(count, (b + 1) * batch); ++i) work(i, texts[b]);
      ++done;
      if (is_first) progress->at(done);
    }
  };
  {
    Progress progress(what, batches);
    std::vector<std::jthread> pool;
    for (size_t i = 1; i < threads; ++i) pool.emplace_back([&run] { run(false, nullptr); });
    run(true, &progress);
  }
  for (const std::string& text : texts) output.append(text);
}

// The pairs of the file of labels, by place of the query and key of the record.
std::vector<std::pair<size_t, uint64_t>> known_pairs(const MatchOptions& options,
                                                     const std::vector<std::string>& records,
                                                     const std::vector<std::string>& queries) {
  std::vector<std::pair<size_t, uint64_t>> out;
  if (options.seed_labels.empty()) return out;
  std::unordered_map<std::string_view, size_t> record_places;
  std::unordered_map<std::string_view, size_t> query_places;
  for (size_t i = 0; i < records.size(); ++i) record_places.emplace(records[i], i);
  for (size_t i = 0; i < queries.size(); ++i) query_places.emplace(queries[i], i);
  for (const auto& [query, record] : read_label_file(options.seed_labels)) {
    const auto query_place = query_places.find(query);
    const auto record_place = record_places.find(record);
    if (query_place != query_places.end() && record_place != record_places.end())
      out.emplace_back(query_place->second, record_place->second);
  }
  return out;
}

void match_files(const MatchOptions& options) {
  IndexedFile registry = index_pupil_file(options.registry, options.threads);
  matcher::Index& index = registry.index;
  const PupilFile queries = read_pupil_file(options.queries, Refused::kept_empty);
  matcher::TrainingOptions training;
  training.threads = options.threads;
  training.labels = known_pairs(options, registry.ids, queries.ids);
  if (options.model.empty()) {
    matcher::fit(index, queries.records, training);
  } else {
    index.set_model(read_model_file(options.model));
  }
  matcher::SearchOptions search;
  search.top = options.top;
  search.protect_restricted = false;  // both files are the caller's own
  search.with_evidence = false;
  search.probability_min = 1e-6;
  OutputFile output(options.output);
  output.append("query_id,record_id,rank,probability,weight,decision\n");
  std::atomic<size_t> matches = 0;
  std::atomic<size_t> reviews = 0;
  in_batches(
      queries.records.size(), options.threads, "matching",
      [&](size_t i, std::string& text) {
        const auto found = index.search(queries.records[i], search);
        if (!found.empty() && found[0].decision == matcher::Decision::match) ++matches;
        if (!found.empty() && found[0].decision == matcher::Decision::review) ++reviews;
        append_rows(text, queries.ids[i], found, registry);
      },
      output);
  output.finish();
  print_match_summary(options, registry.ids.size(), queries.records.size(), matches, reviews,
                      registry.refused + queries.refused);
}

}  // namespace

void add_match_commands(CLI::App& app) {
  // Shared by the options' parser and the callback, which both outlive this function.
  const auto options = std::make_shared<MatchOptions>();
  CLI::App* match = app.add_subcommand("match", "Find the children of one file among those of another");
  declare_match_options(*match, *options);
  match->require_subcommand(0, 1);
  add_model_commands(*match);
  match->callback([options, match] {
    if (!match->get_subcommands().empty()) return;
    check_match_options(*options);
    if (options->explain.empty()) {
      match_files(*options);
    } else {
      explain_pair(*options);
    }
  });
  const auto link_options = std::make_shared<LinkOptions>();
  CLI::App* link = app.add_subcommand("link", "Pair up two whole files, or find the doubles in one");
  declare_link_options(*link, *link_options);
  link->callback([link_options] {
    check_link_options(*link_options);
    link_files(*link_options);
  });
}

}  // namespace broker::client
