#include "broker/client/model_command.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>
#include <unordered_map>

#include <CLI/CLI.hpp>

#include "adapters/csv.h"
#include "broker/client/pupil_file.h"
#include "matcher/evaluation_charts.h"
#include "matcher/model_file.h"
#include "matcher/train.h"

namespace broker::client {
namespace {

constexpr int exit_failed = 1;

struct TrainOptions {
  std::string registry, queries, model;
};

struct EvaluateOptions {
  std::string results, truth, csv, svg, charts, model, by = "family";
  bool as_json = false;
};

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "waymark match: " << why << '\n';
  throw CLI::RuntimeError(exit_failed);
}

// The rows of a small CSV as maps from column to value.
using Row = std::unordered_map<std::string, std::string>;

std::vector<Row> read_rows(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail("cannot open " + path);
  adapters::CsvReader reader(in);
  adapters::CsvRow row;
  std::vector<std::string> header;
  std::vector<Row> out;
  while (reader.next(row)) {
    if (row.error() != adapters::CsvError::none) continue;
    if (header.empty()) {
      for (size_t i = 0; i < row.size(); ++i) header.emplace_back(row[i]);
      continue;
    }
    Row named;
    for (size_t i = 0; i < header.size(); ++i) named[header[i]] = row[i];
    out.push_back(std::move(named));
  }
  return out;
}

// A query of several families, joined by +, is reported under each of them.
std::vector<matcher::Outcome> read_outcomes(const EvaluateOptions& options,
                                            std::vector<std::vector<std::string>>& groups) {
  std::unordered_map<std::string, std::vector<Row>> results;
  for (Row& row : read_rows(options.results)) results[row["query_id"]].push_back(std::move(row));
  std::vector<matcher::Outcome> out;
  for (Row& truth : read_rows(options.truth)) {
    matcher::Outcome outcome;
    const std::string& wanted = truth["record_id"];
    outcome.is_held = !wanted.empty();
    for (Row& row : results[truth["query_id"]]) {
      if (row["record_id"].empty()) continue;
      outcome.is_found |= row["record_id"] == wanted;
      if (row["rank"] != "1") continue;
      outcome.probability = std::strtod(row["probability"].c_str(), nullptr);
      outcome.is_right = row["record_id"] == wanted;
      outcome.is_match = row["decision"] == "match";
    }
    out.push_back(outcome);
    std::istringstream parts(truth[options.by]);
    groups.emplace_back();
    for (std::string part; std::getline(parts, part, '+');) groups.back().push_back(part);
  }
  return out;
}

std::string line_of(const char* format, const std::string& name, const matcher::Evaluation& e) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), format, name.c_str(), e.queries, e.held, e.f1, e.threshold, e.recall_at_99,
                e.candidate_recall, e.calibration_error, e.match_precision, e.match_recall, e.absent_matched);
  return text.data();
}

void write_file(const std::string& path, const std::string& text) {
  OutputFile file(path);
  file.append(text);
  file.finish();
}

void write_charts(const EvaluateOptions& options, const std::vector<matcher::Outcome>& outcomes,
                  const matcher::GroupLines& lines) {
  const matcher::Model model = options.model.empty() ? matcher::default_model() : read_model_file(options.model);
  std::error_code failed;
  std::filesystem::create_directories(options.charts, failed);
  if (failed) fail("cannot make " + options.charts);
  for (const matcher::Chart& chart : {matcher::precision_recall_chart(outcomes), matcher::calibration_chart(outcomes),
                                      matcher::groups_chart(lines), matcher::weights_chart(model)}) {
    write_file(options.charts + "/" + chart.name + ".svg", chart.svg);
    write_file(options.charts + "/" + chart.name + ".csv", chart.csv);
  }
}

void evaluate(const EvaluateOptions& options) {
  std::vector<std::vector<std::string>> groups;
  const std::vector<matcher::Outcome> outcomes = read_outcomes(options, groups);
  std::vector<matcher::Outcome> by_group;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    for (const std::string& group : groups[i]) {
      by_group.push_back(outcomes[i]);
      by_group.back().group = group;
    }
  }
  matcher::GroupLines lines = {{"all", matcher::evaluated(outcomes)}};
  for (const auto& [name, evaluation] : matcher::evaluated_by_group(by_group)) lines.emplace_back(name, evaluation);
  std::string csv =
      "group,queries,held,f1,threshold,recall_at_99,candidate_recall,calibration_error,match_precision,match_recall,"
      "absent_matched\n";
  for (const auto& [name, evaluation] : lines)
    csv += line_of("%s,%zu,%zu,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f\n", name, evaluation);
  if (!options.csv.empty()) write_file(options.csv, csv);
  if (!options.svg.empty()) write_file(options.svg, matcher::calibration_chart(outcomes).svg);
  if (!options.charts.empty()) write_charts(options, outcomes, lines);
  if (options.as_json) {
    std::cout << line_of(
        "{\"group\":\"%s\",\"queries\":%zu,\"held\":%zu,\"f1\":%.4f,\"threshold\":%.4f,\"recall_at_99\":%.4f,"
        "\"candidate_recall\":%.4f,\"calibration_error\":%.4f,\"match_precision\":%.4f,\"match_recall\":%.4f,"
        "\"absent_matched\":%.4f}\n",
        "all", lines[0].second);
    return;
  }
  std::cout << "group                   queries   held     F1    from   R@99  found    ECE  match: precision recall  "
               "absent matched\n";
  for (const auto& [name, evaluation] : lines)
    std::cout << line_of("%-22s %8zu %6zu %6.3f %7.3f %6.3f %6.3f %6.4f %16.4f %6.3f %15.4f\n", name, evaluation);
}

void train(const TrainOptions& options) {
  const size_t threads = std::max(1U, std::thread::hardware_concurrency());
  IndexedFile registry = index_pupil_file(options.registry, threads);
  const PupilFile queries = read_pupil_file(options.queries, Refused::left_out);
  matcher::TrainingOptions training;
  training.threads = threads;
  matcher::TrainingReport report;
  matcher::fit(registry.index, queries.records, training, &report);
  if (report.queries < training.queries_min)
    fail("too few queries to learn from: " + std::to_string(training.queries_min) + " are needed");
  write_file(options.model, matcher::model_json(registry.index.model()));
  std::cerr << report.queries << " queries, " << report.labelled << " pairs known by their UPN; found "
            << report.found_share << ", calibration error " << report.calibration_error << '\n';
}

}  // namespace

matcher::Model read_model_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail("cannot open " + path);
  std::ostringstream text;
  text << in.rdbuf();
  const auto model = matcher::parse_model_json(text.str());
  if (!model) fail(path + " is not a model");
  return *model;
}

void add_model_commands(CLI::App& match) {
  // Shared by the options' parser and the callback, which both outlive this function.
  const auto train_options = std::make_shared<TrainOptions>();
  CLI::App* learn = match.add_subcommand("train", "Learn a model from a registry and queries, without labels");
  learn->add_option("--registry", train_options->registry, "Pupil CSV of the children held")->required();
  learn->add_option("--queries", train_options->queries, "Pupil CSV of children looked for")->required();
  learn->add_option("--model", train_options->model, "JSON file to write")->required();
  learn->footer("Example:\n  waymark match train --registry census.csv --queries lost.csv --model model.json");
  learn->callback([train_options] { train(*train_options); });
  const auto options = std::make_shared<EvaluateOptions>();
  CLI::App* judge = match.add_subcommand("evaluate", "Compare a result with the truth");
  judge->add_option("--results", options->results, "What `waymark match` wrote")->required();
  judge->add_option("--truth", options->truth, "CSV: query_id,record_id (empty when absent), and columns to group by")
      ->required();
  judge->add_option("--by", options->by, "Column of the truth to report by")->capture_default_str();
  judge->add_option("--csv", options->csv, "Write the table to this file");
  judge->add_option("--svg", options->svg, "Write the calibration curve to this file");
  judge->add_option(
      "--charts", options->charts,
      "Write charts as SVG and CSV to this directory: precision and recall, calibration, groups, weights");
  judge->add_option("--model", options->model, "Model file whose weights are drawn (default: the shipped model)");
  judge->add_flag("--json", options->as_json, "Print the figures of all queries as JSON");
  judge->footer(
      "Examples:\n"
      "  waymark match evaluate --results found.csv --truth truth.csv --by group\n"
      "  waymark match evaluate --results found.csv --truth truth.csv --charts charts");
  judge->callback([options] { evaluate(*options); });
}

}  // namespace broker::client
