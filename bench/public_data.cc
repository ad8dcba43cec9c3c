// Measures the matcher on published linkage data, without their unique identifiers and without labels: pairwise F1 at
// the best threshold and recall at 99 % precision.
//   public_data [--data bench/data/public]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <unordered_map>

#include "adapters/csv.h"
#include "matcher/assign.h"
#include "matcher/index.h"
#include "matcher/normalise.h"
#include "matcher/train.h"

namespace bench {
namespace {

using matcher::PupilRecord;

struct Data {
  std::vector<PupilRecord> records;
  std::vector<std::string> clusters;
};

using Row = std::unordered_map<std::string, std::string>;

std::vector<Row> read_rows(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot open " + path);
  adapters::CsvReader reader(in);
  adapters::CsvRow row;
  std::vector<std::string> header;
  std::vector<Row> out;
  while (reader.next(row)) {
    std::vector<std::string> values;
    for (size_t i = 0; i < row.size(); ++i) {
      std::string value(row[i]);
      value.erase(0, value.find_first_not_of(' ') == std::string::npos ? value.size() : value.find_first_not_of(' '));
      values.push_back(value);
    }
    if (header.empty()) {
      header = values;
      continue;
    }
    Row named;
    for (size_t i = 0; i < header.size() && i < values.size(); ++i) named[header[i]] = values[i];
    out.push_back(std::move(named));
  }
  return out;
}

// A date of the calendar where it is one, else what is left of it.
matcher::PartialDate date_of(const std::string& text) {
  std::string digits = matcher::digits_of(text);
  if (digits.size() != 8) return {};
  const auto part = [&](size_t at, size_t size) { return std::stoi(digits.substr(at, size)); };
  const auto parsed = [&](int y, int m, int d) {
    return matcher::parse_partial_date(matcher::PartialDate{y, m, d}.text());
  };
  const int year = part(0, 4);
  if (const auto date = parsed(year, part(4, 2), part(6, 2))) return *date;
  if (const auto date = parsed(year, part(6, 2), part(4, 2))) return *date;
  return parsed(year, 0, 0).value_or(matcher::PartialDate{});
}

void read_febrl(const std::string& path, Data& data) {
  for (Row& row : read_rows(path)) {
    PupilRecord record;
    record.forename = row["given_name"];
    record.surname = row["surname"];
    record.dob = date_of(row["date_of_birth"]);
    record.address.lines = {row["street_number"] + " " + row["address_1"], row["address_2"]};
    record.address.town = row["suburb"];
    record.address.postcode = row["postcode"];
    if (!row["state"].empty()) record.identifiers.push_back({"state", row["state"]});
    data.records.push_back(record);
    const std::string& id = row["rec_id"];
    data.clusters.push_back(id.substr(4, id.find('-', 4) - 4));
  }
}

void read_fake(const std::string& path, Data& data) {
  for (Row& row : read_rows(path)) {
    PupilRecord record;
    record.forename = row["first_name"];
    record.surname = row["surname"];
    record.dob = date_of(row["dob"]);
    record.address.town = row["city"];
    if (!row["email"].empty()) record.identifiers.push_back({"email", row["email"]});
    data.records.push_back(record);
    data.clusters.push_back(row["cluster"]);
  }
}

void read_historical(const std::string& path, Data& data) {
  for (Row& row : read_rows(path)) {
    PupilRecord record;
    record.forename = row["first_name"];
    record.surname = row["surname"];
    std::string others;
    for (const std::string& word : matcher::word_tokens(row["full_name"]))
      if (word != matcher::folded(row["first_name"]) && word != matcher::folded(row["surname"])) others += word + " ";
    record.former_surname = others;
    record.dob = date_of(row["dob"]);
    record.address.town = row["birth_place"];
    record.address.postcode = row["postcode_fake"];
    record.sex = row["gender"] == "male" ? "M" : row["gender"] == "female" ? "F" : "";
    if (!row["occupation"].empty()) record.identifiers.push_back({"occupation", row["occupation"]});
    data.records.push_back(record);
    data.clusters.push_back(row["cluster"]);
  }
}

struct Scored {
  double probability;
  bool is_right;
};

void report(const std::string& name, std::vector<Scored> pairs, size_t wanted) {
  std::ranges::sort(pairs, [](const Scored& a, const Scored& b) { return a.probability > b.probability; });
  double right = 0;
  double best = 0;
  double best_at = 0;
  double recall_99 = 0;
  for (size_t i = 0; i < pairs.size(); ++i) {
    right += pairs[i].is_right ? 1 : 0;
    if (i + 1 < pairs.size() && pairs[i + 1].probability == pairs[i].probability) continue;
    const double all = static_cast<double>(i + 1);
    const double f1 = 2 * right / (all + static_cast<double>(wanted));
    if (f1 > best) {
      best = f1;
      best_at = pairs[i].probability;
    }
    if (right / all >= 0.99) recall_99 = right / static_cast<double>(wanted);
  }
  std::printf("%-14s pairs %7zu  F1 %.4f (from %.3f)  recall at 99 %% precision %.4f  found of all %.4f\n",
              name.c_str(), wanted, best, best_at, recall_99, right / static_cast<double>(wanted));
}

size_t pairs_within(const Data& data) {
  std::map<std::string, size_t> sizes;
  for (const std::string& cluster : data.clusters) ++sizes[cluster];
  size_t out = 0;
  for (const auto& [cluster, size] : sizes) out += size * (size - 1) / 2;
  return out;
}

matcher::Index index_of(const Data& data) {
  std::vector<matcher::Entry> entries(data.records.size());
  for (size_t i = 0; i < entries.size(); ++i) entries[i] = {i, 0, 0, &data.records[i]};
  matcher::Index index;
  index.insert_all(entries, 2);
  return index;
}

// The threshold is looked for afterwards, so every candidate is kept, however improbable.
constexpr double probability_min = 1e-9;

matcher::SearchOptions search_options() {
  matcher::SearchOptions out;
  out.top = 60;
  out.probability_min = probability_min;
  out.protect_restricted = false;
  out.with_evidence = false;
  return out;
}

void measure_doubles(const std::string& name, const Data& data) {
  matcher::Index index = index_of(data);
  std::vector<uint64_t> keys(data.records.size());
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = i;
  matcher::TrainingOptions training;
  training.threads = 2;
  matcher::fit_held(index, keys, training);
  matcher::SearchOptions options = search_options();
  options.exclusive = false;
  std::map<std::pair<uint64_t, uint64_t>, double> best;
  for (const uint64_t key : keys) {
    for (const matcher::Candidate& found : index.search_held(key, options)) {
      double& probability = best[std::minmax(key, found.key)];
      probability = std::max(probability, found.probability);
    }
  }
  std::vector<matcher::Link> links;
  for (const auto& [pair, probability] : best) links.push_back({pair.first, pair.second, probability, 0});
  links = matcher::supported(std::move(links));
  std::vector<Scored> pairs;
  for (const matcher::Link& link : links)
    pairs.push_back({link.probability, data.clusters[link.left] == data.clusters[link.right]});
  report(name, std::move(pairs), pairs_within(data));
}

void measure_sides(const std::string& name, const Data& left, const Data& right) {
  matcher::Index index = index_of(right);
  matcher::TrainingOptions training;
  training.threads = 2;
  matcher::fit(index, left.records, training);
  std::vector<matcher::Link> links;
  for (size_t i = 0; i < left.records.size(); ++i)
    for (const matcher::Candidate& found : index.search(left.records[i], search_options()))
      links.push_back({i, found.key, found.probability, found.weight});
  std::vector<Scored> pairs;
  for (const matcher::Link& link : matcher::one_to_one(std::move(links), probability_min))
    pairs.push_back({link.probability, left.clusters[link.left] == right.clusters[link.right]});
  std::map<std::string, size_t> lefts;
  for (const std::string& cluster : left.clusters) ++lefts[cluster];
  size_t wanted = 0;
  for (const std::string& cluster : right.clusters) wanted += lefts.contains(cluster) ? lefts[cluster] : 0;
  report(name, std::move(pairs), wanted);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const std::string data = argc > 2 ? argv[2] : "bench/data/public";
  const auto doubles = [&](const char* name, const char* file, void (*read)(const std::string&, bench::Data&)) {
    bench::Data loaded;
    read(data + "/" + file, loaded);
    bench::measure_doubles(name, loaded);
  };
  doubles("febrl1", "dataset1.csv", bench::read_febrl);
  doubles("febrl2", "dataset2.csv", bench::read_febrl);
  doubles("febrl3", "dataset3.csv", bench::read_febrl);
  bench::Data left;
  bench::Data right;
  bench::read_febrl(data + "/dataset4a.csv", left);
  bench::read_febrl(data + "/dataset4b.csv", right);
  bench::measure_sides("febrl4", left, right);
  doubles("fake_1000", "fake_1000.csv", bench::read_fake);
  doubles("historical_50k", "historical_figures_with_errors_50k.csv", bench::read_historical);
  return 0;
}
