// What `waymark match` and `waymark link` are told, how the flags are declared and checked, and what they do beside
// the matching itself.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace broker::client {

struct MatchOptions {
  std::string registry, queries, output, seed_labels, model, explain, svg;
  size_t top = 5;
  size_t threads = 0;  // 0: as many as the machine has
  bool as_json = false;
};

struct LinkOptions {
  std::string left, right, dedupe, output;
  size_t threads = 0;
  bool many = false;
  bool resume = false;
  bool as_json = false;
};

void declare_match_options(CLI::App& command, MatchOptions& options);
void declare_link_options(CLI::App& command, LinkOptions& options);

// Misuse is thrown; threads are set.
void check_match_options(MatchOptions& options);
void check_link_options(LinkOptions& options);

void print_match_summary(const MatchOptions& options, size_t registry, size_t queries, size_t matches, size_t reviews,
                         size_t refused);
void explain_pair(const MatchOptions& options);
void link_files(const LinkOptions& options);

}  // namespace broker::client
