// waymarkd: the broker. Reads its settings, and serves, migrates or checks.
#include <csignal>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <malloc.h>

#include "broker/server/broker.h"

namespace {

using broker::server::Configuration;

// WAYMARK_API_LISTEN for api.listen.
std::string environment_of(const std::string& setting) {
  std::string name = "WAYMARK_" + setting;
  for (char& letter : name) letter = letter == '.' ? '_' : static_cast<char>(std::toupper(letter));
  return name;
}

// `[api]` with `listen` below it is the setting api.listen, and no subcommand as CLI11 takes sections for.
class SectionsAsPrefixes : public CLI::ConfigTOML {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> items;
    for (CLI::ConfigItem& item : CLI::ConfigTOML::from_config(input)) {
      if (item.name == "++" || item.name == "--") continue;
      item.name = item.fullname();
      item.parents.clear();
      // CLI11 reads the environment only for what the file leaves out; here the environment overrides the file.
      if (std::getenv(environment_of(item.name).c_str()) != nullptr) continue;
      items.push_back(std::move(item));
    }
    return items;
  }
};

// The one declaration of every setting: key in the file, WAYMARK_* in the environment, flag.
void declare(CLI::App& app, Configuration& c) {
  const auto add = [&app](const std::string& name, auto& value, const std::string& words) {
    app.add_option("--" + name, value, words)->envname(environment_of(name))->capture_default_str();
  };
  add("api.listen", c.api_listen, "address and port of the API, mutual TLS");
  add("admin.listen", c.admin_listen, "loopback address and port of /livez, /readyz and /metrics");
  add("web.listen", c.web_listen, "address and port of the officers' pages; none when empty");
  add("web.url", c.web_url, "where browsers reach the pages, as in https://waymark.example");
  add("web.certificate", c.web_certificate, "certificate of the pages, PEM; the API's when empty");
  add("web.key", c.web_key, "its key, PEM");
  add("web.providers", c.web_providers, "account services that sign officers in, JSON");
  add("web.sandbox", c.web_sandbox, "sign in from a list; works only where `waymark sandbox` started this");
  add("tls.certificate", c.tls_certificate, "the server's certificate, PEM");
  add("tls.key", c.tls_key, "its key, PEM");
  add("tls.ca", c.tls_ca, "certificate authorities of the callers, PEM");
  add("tls.crl", c.tls_crl, "their revocation lists, PEM");
  add("tls.allow_1_2", c.tls_allow_1_2, "also take TLS 1.2");
  add("database.url", c.database_url, "PostgreSQL as role waymark_api");
  add("database.writer_url", c.database_writer_url, "PostgreSQL as role waymark_writer");
  add("database.owner_url", c.database_owner_url, "PostgreSQL as the owner of the tables; for migrate");
  add("database.connections", c.database_connections, "of each of the two");
  add("audit.key", c.audit_key, "key that signs messages and the log, PEM; made if missing");
  add("audit.head_seconds", c.audit_head_seconds, "seconds between the signed heads of the log that are kept");
  add("transfer.keys", c.transfer_keys,
      "keys that transfer files are sealed under, files of 64 hexadecimal digits; the first seals, a single one is "
      "made if missing");
  add("webhooks.key", c.webhook_key,
      "secret that the keys of webhooks come from, a file of 64 hexadecimal digits; made if missing; beside audit.key "
      "when empty");
  add("webhooks.allow", c.webhook_allow, "hosts and addresses that may be pushed to though they are not public");
  add("webhooks.ca", c.webhook_ca, "certificate authorities of the receivers, PEM; the system's when empty");
  add("uploads.directory", c.uploads_directory, "takes large bodies while they are read, in files without a name");
  add("limits.queries_per_officer_per_minute", c.queries_per_officer_per_minute, "more are answered 429");
  add("limits.requests_per_caller_per_second", c.requests_per_caller_per_second,
      "on average over ten seconds; more are answered 429; 0 for no limit");
  add("alerts.enquiries_per_hour", c.enquiries_per_hour_alert,
      "enquiries of one authority in an hour beyond which the log and a metric tell; 0 for never");
  add("matching.threads", c.matching_threads, "threads that search");
  add("matching.directory", c.matching_directory,
      "keeps the index of all records from one start to the next; when empty they are all read at each");
  add("clock.file", c.clock_file, "moves the clock by what this file says; refused outside a sandbox");
  add("log.level", c.log_level, "debug, info, warning or error");
}

// Where a setting's value comes from.
std::string source_of(const CLI::Option& option, const std::string& environment) {
  if (option.count() == 0) return "default";
  return std::getenv(environment.c_str()) != nullptr ? "environment" : "file or flag";
}

int check(const CLI::App& app, const Configuration& configuration) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_envname().empty()) continue;
    std::string value = option->count() > 0 ? CLI::detail::join(option->results(), ",") : option->get_default_str();
    if (const auto at = value.find("password="); at != std::string::npos)
      value = value.substr(0, at) + "password=(hidden)";
    std::cout << option->get_lnames().front() << " = " << value << "   (" << source_of(*option, option->get_envname())
              << ")\n";
  }
  const std::string wrong = broker::server::wrong_in(configuration);
  if (wrong.empty()) return 0;
  std::cerr << "waymarkd: " << wrong << "\n";
  return 1;
}

int serve(const Configuration& configuration) {
  if (const std::string wrong = broker::server::wrong_in(configuration); !wrong.empty()) {
    std::cerr << "waymarkd: " << wrong << "\n";
    return 1;
  }
  std::signal(SIGPIPE, SIG_IGN);
  broker::base::set_log_level(broker::server::parse_log_level(configuration.log_level));
  boost::asio::io_context context(1);
  broker::server::Broker broker(context, configuration);
  return broker.run();
}

}  // namespace

namespace {

// A batch's buffers are megabytes, made and dropped hundreds of times a second: giving them back to the system each
// time costs more than filling them.
void keep_freed_memory() {
  constexpr int bytes = 64 << 20;
  mallopt(M_MMAP_THRESHOLD, bytes);
  mallopt(M_TRIM_THRESHOLD, bytes);
  mallopt(M_TOP_PAD, 1 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  CLI::App app(
      "The Waymark broker.\n\nExamples:\n  waymarkd migrate --config /etc/waymark/waymark.conf\n"
      "  waymarkd serve --config /etc/waymark/waymark.conf");
  app.name("waymarkd");
  app.set_version_flag("--version", WAYMARK_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  Configuration configuration;
  declare(app, configuration);
  app.set_config("--config", "", "settings: [section] key = value");
  app.config_formatter(std::make_shared<SectionsAsPrefixes>());
  app.allow_config_extras(CLI::config_extras_mode::error);
  int code = 0;
  app.add_subcommand("serve", "Serve until SIGTERM; SIGHUP reads certificates and revocations again")->callback([&] {
    code = serve(configuration);
  });
  app.add_subcommand("migrate", "Bring the database to this version's tables")->callback([&] {
    code = broker::server::migrate(configuration);
  });
  app.add_subcommand("rewrap", "Wrap the keys of all transfer files with the first of transfer.keys")->callback([&] {
    code = broker::server::rewrap(configuration);
  });
  app.add_subcommand("check-config", "Say each setting and where it came from")->callback([&] {
    code = check(app, configuration);
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "waymarkd: " << error.what() << "\n";
    return 1;
  }
  return code;
}
