// `waymark-load`: puts a broker under load as many clients would and prints what they saw.
#include <exception>
#include <fstream>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "bench/load.h"
#include "broker/client/json.h"
#include "broker/client/table.h"
#include "broker/net/client.h"

namespace {

using bench::LoadResult;
using bench::LoadSettings;
using bench::Scenario;
using broker::client::Json;

constexpr int failed = 1;
constexpr int misused = 2;
constexpr int unreachable = 4;

const std::map<std::string, Scenario> scenarios = {
    {"accept", Scenario::accept}, {"batch", Scenario::batch}, {"e2e", Scenario::e2e},       {"claim", Scenario::claim},
    {"reply", Scenario::reply},   {"query", Scenario::query}, {"upload", Scenario::upload}, {"mixed", Scenario::mixed}};

struct Options {
  LoadSettings settings;
  std::string scenario = "accept";
  int seconds = 10;
  bool as_json = false;
  std::string svg;
};

double rounded(double value, double steps_in_one) {
  return std::round(value * steps_in_one) / steps_in_one;
}

Json json_of(const Options& options, const LoadResult& result) {
  Json json = {{"scenario", options.scenario},
               {"connections", options.settings.connections},
               {"seconds", rounded(result.seconds, 1000)},
               {"count", result.count},
               {"per_s", rounded(static_cast<double>(result.count) / result.seconds, 10)},
               {"p50_ms", rounded(result.percentile_ms(0.5), 1000)},
               {"p99_ms", rounded(result.percentile_ms(0.99), 1000)},
               {"p999_ms", rounded(result.percentile_ms(0.999), 1000)},
               {"errors", result.errors},
               {"broker_cpu_us_per_message", nullptr}};
  if (result.broker_cpu_us) json["broker_cpu_us_per_message"] = rounded(*result.broker_cpu_us, 10);
  if (result.server_cpu_us) json["server_cpu_us_per_message"] = rounded(*result.server_cpu_us, 10);
  json["client_cpu_us_per_message"] = rounded(result.client_cpu_us, 10);
  return json;
}

void add_options(CLI::App& app, Options& options) {
  LoadSettings& settings = options.settings;
  app.add_option("--api", settings.url, "URL of the broker")->required();
  app.add_option("--ca", settings.authorities, "CA certificate")->required();
  app.add_option("--cert", settings.certificate, "Certificate of the sending authority")->required();
  app.add_option("--key", settings.private_key, "Its key")->required();
  app.add_option("--peer-cert", settings.peer_certificate,
                 "Certificate of the receiving authority, for e2e, claim, reply and mixed");
  app.add_option("--peer-key", settings.peer_private_key, "Its key");
  app.add_option("--to", settings.to, "Code of the receiving authority, for all but batch, query and upload");
  app.add_option("--admin", settings.admin_url, "URL of the admin listener, for the broker's processor time");
  app.add_option("--scenario", options.scenario, "accept, batch, e2e, claim, reply, query, upload or mixed")
      ->check(CLI::IsMember(scenarios))
      ->capture_default_str();
  app.add_option("--connections", settings.connections, "Connections open at once")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long")->check(CLI::Range(1, 86'400))->capture_default_str();
  app.add_option("--rate", settings.rate, "Requests a second over all connections; as fast as possible if left out")
      ->check(CLI::PositiveNumber);
  app.add_option("--body-bytes", settings.body_bytes, "Size of an enquiry's message, or of an uploaded file")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  app.add_option("--priority", settings.priority, "Of enquiries: routine, urgent or immediate")
      ->check(CLI::IsMember({"routine", "urgent", "immediate"}));
  app.add_option("--claim-max", settings.claim_max, "Messages that the recipient takes and acknowledges at once")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  app.add_flag("--sign", settings.signs, "Sign what is written, with the sender's key");
  app.add_option("--process", settings.process, "A server's process id: the processor time of all that came from it")
      ->check(CLI::PositiveNumber);
  app.add_option("--svg", options.svg, "File for a picture of the latencies");
  app.add_flag("--json", options.as_json, "Print JSON instead of a table");
  app.footer(
      "accept sends enquiries; batch to fifty authorities a request; e2e takes and acknowledges them too, as the\n"
      "recipient; claim takes what waits; reply answers; query asks for children; upload hands in files of arrivals;\n"
      "mixed does a day's mixture. With --rate a latency counts from when its request was due, so that a broker that\n"
      "stalls is not excused by requests that were held back. Every child is invented.\n"
      "Example:\n  waymark-load --api https://localhost:8443 --ca ca.pem --cert authority-314.pem \\\n"
      "    --key authority-314-key.pem --to 319 --scenario accept --connections 32 --seconds 10");
}

int run(Options& options) {
  LoadSettings& settings = options.settings;
  settings.scenario = scenarios.at(options.scenario);
  settings.duration = std::chrono::seconds(options.seconds);
  settings.shows_progress = options.seconds > 2 && isatty(STDERR_FILENO) != 0;
  const Scenario scenario = settings.scenario;
  const bool has_peer = scenario == Scenario::e2e || scenario == Scenario::claim || scenario == Scenario::reply ||
                        scenario == Scenario::mixed;
  if ((has_peer || scenario == Scenario::accept) && settings.to.empty()) throw CLI::RequiredError("--to");
  if (has_peer && settings.peer_certificate.empty()) throw CLI::RequiredError("--peer-cert");

  const LoadResult result = bench::run_load(settings);
  const Json json = json_of(options, result);
  if (options.as_json) {
    std::cout << broker::client::dump(json) << '\n';
  } else {
    std::vector<std::pair<std::string, std::string>> named;
    for (const auto& [name, value] : json.items()) named.emplace_back(name, broker::client::text_at(json, "/" + name));
    std::cout << broker::client::fields(named);
  }
  if (!options.svg.empty()) {
    const std::string title = options.scenario + ", " + std::to_string(settings.connections) + " connections";
    std::ofstream(options.svg) << bench::latency_svg(result, title);
  }
  if (!result.first_error.empty()) std::cerr << "The first error: " << result.first_error << '\n';
  return result.count > 0 ? 0 : failed;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Puts a Waymark broker under load and prints what its clients saw");
  app.set_version_flag("--version", WAYMARK_VERSION);
  Options options;
  add_options(app, options);
  try {
    app.parse(argc, argv);
    return run(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : misused;
  } catch (const broker::net::ConnectionFailed& error) {
    std::cerr << "waymark-load: " << error.what() << '\n';
    return unreachable;
  } catch (const std::exception& error) {
    std::cerr << "waymark-load: " << error.what() << '\n';
    return failed;
  }
}
