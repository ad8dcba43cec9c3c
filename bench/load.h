// Drives a broker over many connections and measures what a client sees. Behind `waymark-load`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {

enum class Scenario {
  accept,  // enquiries, one a request
  batch,   // enquiries to fifty authorities a request; each counts
  e2e,     // enquiries until the recipient has acknowledged them
  claim,   // claims and acknowledgements of what waits already
  reply,   // replies to enquiries that were sent before
  query,
  upload,
  mixed,  // a day's mixture: enquiries, queries, small files and reads, with a recipient at work
};

struct LoadSettings {
  std::string url, authorities;
  std::string certificate, private_key;            // of the sender
  std::string peer_certificate, peer_private_key;  // of the recipient, for e2e
  std::string to;                                  // the recipient's code, for accept and e2e
  std::string admin_url;                           // of the broker's admin listener, for its processor time
  Scenario scenario = Scenario::accept;
  size_t connections = 32;
  std::chrono::seconds duration{10};
  double rate = 0;  // requests a second over all connections; 0: as fast as the answers come
  size_t body_bytes = 2048;
  std::string priority;  // of enquiries; empty: the broker's own choice
  int claim_max = 500;   // messages that the recipient takes at once
  int process = 0;       // the first of the servers' processes, whose processor time is wanted; 0: nobody's
  bool signs = false;    // each write, with the sender's key
  bool shows_progress = false;
};

struct LoadResult {
  double seconds = 0;
  uint64_t count = 0;   // granted, and for e2e acknowledged by the recipient
  uint64_t errors = 0;  // refused, or broken connections
  std::string first_error;
  std::vector<double> latencies_ms;      // sorted, one for each that counts
  std::optional<double> broker_cpu_us;   // for each that counts
  std::optional<double> server_cpu_us;   // of all processes of the servers, the database's too
  double client_cpu_us = 0;              // our own
  double percentile_ms(double p) const;  // 0 when nothing counts
};

// Throws std::exception with words for the user when the broker can't be reached or refuses the preparations.
LoadResult run_load(const LoadSettings& settings);

// The latencies as a picture: what part of the messages took no longer than so many milliseconds.
std::string latency_svg(const LoadResult& result, const std::string& title);

}  // namespace bench
