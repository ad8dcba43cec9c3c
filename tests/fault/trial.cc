#include "tests/fault/trial.h"

#include <algorithm>
#include <iostream>
#include <thread>

namespace fault {
namespace {

// Judged so often, since reading inboxes to their end and the whole log takes a while.
constexpr int stretch_rounds = 20;
constexpr std::chrono::milliseconds matching_time{90'000};

}  // namespace

Trial::Trial(const Options& options) : options_(options), random_(options.seed) {}

SiteSettings Trial::site_settings() const {
  SiteSettings settings;
  settings.directory = options_.directory / "site";
  settings.seed = options_.seed;
  return settings;
}

void Trial::wait_a_moment(std::chrono::milliseconds max) {
  std::this_thread::sleep_for(std::chrono::milliseconds(random_.next() % static_cast<uint64_t>(max.count())));
}

void Trial::measure(const std::string& name, std::chrono::milliseconds value) {
  auto found = std::find_if(figures_.begin(), figures_.end(), [&](const auto& one) { return one.first == name; });
  if (found == figures_.end()) found = figures_.insert(figures_.end(), {name, Figure{}});
  Figure& figure = found->second;
  ++figure.count;
  figure.sum += value.count();
  figure.greatest = std::max(figure.greatest, value.count());
}

std::chrono::milliseconds Trial::time_to_write(Site& site, size_t broker) {
  History aside;
  Reach reach = site.reach("318");
  reach.urls = {reach.urls.at(broker)};
  Client client(std::move(reach), "318", aside, random_.next());
  const auto began = std::chrono::steady_clock::now();
  Command command;
  command.target = "/v1/cases";
  command.body = R"({"child":{"surname":"Probe","forename":"Ada"},"force":true})";
  client.send(std::move(command));
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
}

void Trial::expect(bool holds, const std::string& what) {
  if (!holds) broken_.push_back(what);
}

bool Trial::run(Site& site, const Round& round, size_t workers) {
  bool is_clean = true;
  for (int first = 1; is_clean && first <= options_.rounds; first += stretch_rounds) {
    const int last = std::min(options_.rounds, first + stretch_rounds - 1);
    is_clean = run_stretch(site, round, workers, first, last);
  }
  summarise(is_clean);
  return is_clean;
}

bool Trial::run_stretch(Site& site, const Round& round, size_t workers, int first, int last) {
  History history;
  const Marks before = Checker(site.conninfo()).marks();
  Load::Settings settings;
  settings.workers = workers;
  settings.seed = options_.seed * 100'000 + static_cast<uint64_t>(first);
  settings.reach = [&site](const std::string& authority) { return site.reach(authority); };
  {
    Load load(settings, history);
    try {
      for (int number = first; number <= last; ++number) round(number);
    } catch (const std::exception& error) {
      broken_.push_back(error.what());
    }
    load.finish();
  }
  std::vector<std::string> faults = std::move(broken_);
  broken_.clear();
  try {
    const auto more = judge(site, history, before);
    faults.insert(faults.end(), more.begin(), more.end());
  } catch (const std::exception& error) {
    faults.push_back(std::string("the judgement failed: ") + error.what());
  }
  rounds_done_ = last;
  if (!options_.is_quiet) std::cerr << "round " << last << " of " << options_.rounds << std::endl;
  if (faults.empty()) return true;
  const auto file = options_.directory / "history.jsonl";
  history.write(file);
  std::cerr << "BROKEN in rounds " << first << " to " << last << ", seed " << options_.seed << "; the history is in "
            << file.string() << '\n';
  for (const std::string& one : faults) std::cerr << "  - " << one << '\n';
  for (size_t number = 0; number < site.brokers(); ++number) {
    std::cerr << "The end of broker " << number << "'s log:\n" << site.log_end(number) << '\n';
  }
  return false;
}

std::vector<std::string> Trial::judge(Site& site, History& history, const Marks& before) {
  Checker checker(site.conninfo());
  if (!checker.await_matching(matching_time)) history.surprise("records still wait to be matched");
  // What was announced meanwhile is read too.
  Load::Settings readers;
  readers.workers = 0;
  readers.reach = [&site](const std::string& authority) { return site.reach(authority); };
  Load(readers, history).finish();
  std::vector<std::string> faults = checker.check(history, before);
  const std::string in_log = fault_in_log(site.access("314"), witness());
  if (!in_log.empty()) faults.push_back("the audit log: " + in_log);
  commands_ += history.commands().size();
  pairs_ += history.pairs().size();
  for (const Command& one : history.commands()) retried_ += one.attempts.size() > 1 ? 1 : 0;
  for (const Delivery& one : history.deliveries()) messages_ += one.messages.size();
  return faults;
}

void Trial::summarise(bool is_clean) const {
  std::cout << (is_clean ? "clean" : "BROKEN") << ": " << rounds_done_ << " rounds, seed " << options_.seed << ", "
            << commands_ << " commands (" << retried_ << " repeated), " << messages_ << " deliveries, " << pairs_
            << " pairs";
  for (const auto& [name, figure] : figures_) {
    std::cout << ", " << name << " " << figure.sum / figure.count << " ms (at most " << figure.greatest << ")";
  }
  std::cout << std::endl;
}

}  // namespace fault
