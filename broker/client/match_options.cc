#include "broker/client/match_options.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <thread>

#include <CLI/CLI.hpp>

#include "broker/client/pupil_file.h"
#include "matcher/waterfall.h"

namespace broker::client {
namespace {

constexpr size_t threads_max = 64;
constexpr size_t top_max = 1000;
constexpr int exit_failed = 1;

[[noreturn]] void misuse(const std::string& command, const std::string& why) {
  throw CLI::ValidationError("waymark " + command, why);
}

size_t threads_or_all(size_t wanted) {
  const size_t all = std::max(1U, std::thread::hardware_concurrency());
  return std::clamp<size_t>(wanted == 0 ? all : wanted, 1, threads_max);
}

size_t place_of(const std::vector<std::string>& ids, const std::string& id, const std::string& path) {
  const auto found = std::ranges::find(ids, id);
  if (found == ids.end()) {
    std::cerr << "waymark match: " << path << " has no row with that id\n";
    throw CLI::RuntimeError(exit_failed);
  }
  return static_cast<size_t>(found - ids.begin());
}

void print_json(const matcher::Comparison& comparison) {
  std::cout << "{\"probability\":" << comparison.probability << ",\"weight\":" << comparison.weight
            << ",\"decision\":\"" << matcher::decision_name(comparison.decision) << "\",\"evidence\":[";
  for (size_t i = 0; i < comparison.evidence.size(); ++i) {
    const matcher::FieldEvidence& evidence = comparison.evidence[i];
    std::cout << (i == 0 ? "" : ",") << "{\"field\":\"" << evidence.field << "\",\"agreement\":\""
              << matcher::agreement_name(evidence.agreement) << "\",\"level\":\"" << evidence.level
              << "\",\"weight\":" << evidence.weight << ",\"words\":\"" << evidence.words << "\"}";
  }
  std::cout << "]}\n";
}

}  // namespace

void declare_match_options(CLI::App& command, MatchOptions& options) {
  command.add_option("--registry", options.registry, "Pupil CSV of the children held");
  command.add_option("--queries", options.queries, "Pupil CSV of the children looked for");
  command.add_option("--output", options.output, "CSV to write: query_id,record_id,rank,probability,weight,decision");
  command.add_option("--top", options.top, "Candidates for each query")->capture_default_str();
  command.add_option("--threads", options.threads, "Threads (default: all processors)");
  command.add_option("--seed-labels", options.seed_labels, "CSV of known pairs, query_id,record_id, to learn from");
  command.add_option("--model", options.model, "Model file of `waymark match train` (default: learn from these files)");
  command.add_option("--explain", options.explain, "QUERY_ID:RECORD_ID: explain this pair alone");
  command.add_option("--svg", options.svg, "With --explain: write the picture to this file");
  command.add_flag("--json", options.as_json, "Print the summary or the explanation as JSON");
  command.footer(
      "Examples:\n"
      "  waymark match --registry census.csv --queries lost.csv --output found.csv\n"
      "  waymark match --registry census.csv --queries lost.csv --explain Q17:R204 --svg why.svg");
}

void declare_link_options(CLI::App& command, LinkOptions& options) {
  command.add_option("--left", options.left, "Pupil CSV of one side");
  command.add_option("--right", options.right, "Pupil CSV of the other side");
  command.add_option("--dedupe", options.dedupe, "Pupil CSV in which to find children held twice");
  command.add_option("--output", options.output, "CSV to write: left_id,right_id,probability,weight,decision")
      ->required();
  command.add_flag("--many", options.many, "A record may be in several pairs (default: one to one)");
  command.add_flag("--resume", options.resume, "Go on with what OUTPUT.journal has of a run that was cut off");
  command.add_option("--threads", options.threads, "Threads (default: all processors)");
  command.add_flag("--json", options.as_json, "Print the summary as JSON");
  command.footer(
      "Examples:\n"
      "  waymark link --left census_a.csv --right census_b.csv --output pairs.csv\n"
      "  waymark link --dedupe census.csv --output doubles.csv\n"
      "  waymark link --left census_a.csv --right census_b.csv --output pairs.csv --resume");
}

void check_match_options(MatchOptions& options) {
  options.threads = threads_or_all(options.threads);
  if (options.registry.empty() || options.queries.empty()) misuse("match", "--registry and --queries are required");
  if (options.top == 0 || options.top > top_max) misuse("match", "--top is 1 to 1000");
  if (options.explain.empty() && options.output.empty()) misuse("match", "--output is required without --explain");
  if (!options.explain.empty() && options.explain.find(':') == std::string::npos)
    misuse("match", "--explain takes QUERY_ID:RECORD_ID");
  if (!options.svg.empty() && options.explain.empty()) misuse("match", "--svg goes with --explain");
}

void check_link_options(LinkOptions& options) {
  options.threads = threads_or_all(options.threads);
  const bool both = !options.left.empty() && !options.right.empty();
  const bool any = !options.left.empty() || !options.right.empty();
  if (options.resume && options.output == "-") misuse("link", "--resume needs an output file");
  if (options.dedupe.empty() ? !both : any) misuse("link", "give --left and --right, or --dedupe alone");
}

void print_match_summary(const MatchOptions& options, size_t registry, size_t queries, size_t matches, size_t reviews,
                         size_t refused) {
  const size_t none = queries - matches - reviews;
  if (options.as_json) {
    std::cout << "{\"registry\":" << registry << ",\"queries\":" << queries << ",\"match\":" << matches
              << ",\"review\":" << reviews << ",\"none\":" << none << ",\"refused\":" << refused << "}\n";
    return;
  }
  std::cerr << queries << " queries against " << registry << " records: " << matches << " match, " << reviews
            << " to review, " << none << " none";
  if (refused > 0) std::cerr << "; " << refused << " rows could not be read";
  std::cerr << '\n';
}

void explain_pair(const MatchOptions& options) {
  const IndexedFile registry = index_pupil_file(options.registry, options.threads);
  const PupilFile queries = read_pupil_file(options.queries, Refused::left_out);
  // An id may hold a colon itself, so every place to cut is tried.
  size_t colon = options.explain.find(':');
  while (colon != std::string::npos &&
         std::ranges::find(queries.ids, options.explain.substr(0, colon)) == queries.ids.end())
    colon = options.explain.find(':', colon + 1);
  const std::string query_id = options.explain.substr(0, colon);
  const std::string record_id = colon == std::string::npos ? "" : options.explain.substr(colon + 1);
  const size_t query = place_of(queries.ids, query_id, options.queries);
  const size_t record = place_of(registry.ids, record_id, options.registry);
  const auto comparison = registry.index.compare(queries.records[query], record);
  if (options.as_json) {
    print_json(*comparison);
  } else {
    std::cout << matcher::waterfall_table(*comparison);
  }
  if (options.svg.empty()) return;
  OutputFile picture(options.svg);
  picture.append(matcher::waterfall_svg(*comparison, query_id + " and " + record_id));
  picture.finish();
}

}  // namespace broker::client
