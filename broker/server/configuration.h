// The settings of a broker: one file, WAYMARK_* in the environment over it, flags over both, all from one declaration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/base/log.h"

namespace broker::server {

struct Configuration {
  std::string api_listen = "127.0.0.1:8443";
  std::string admin_listen = "127.0.0.1:9443";  // loopback: /livez, /readyz, /metrics
  std::string web_listen;                       // of the pages; empty: there are none
  std::string web_url;          // as browsers reach them; empty: https://localhost and the port of web.listen
  std::string web_certificate;  // empty: as the API's
  std::string web_key;
  std::string web_providers;  // JSON file of the account services that sign officers in
  bool web_sandbox = false;
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_ca;
  std::string tls_crl;
  bool tls_allow_1_2 = false;
  std::string database_url;         // role waymark_api: reads, bound by row-level security
  std::string database_writer_url;  // role waymark_writer
  std::string database_owner_url;   // owns the tables; used by `migrate` alone
  int64_t database_connections = 8;
  std::string audit_key;                   // PEM, made when it is not there
  int64_t audit_head_seconds = 60;         // between the heads of the log that are signed and kept
  std::string webhook_key;                 // file, made when it is not there; empty: beside audit.key
  std::vector<std::string> webhook_allow;  // hosts and addresses that are not public and may be pushed to all the same
  std::string webhook_ca;                  // PEM of the receivers' authorities; empty: the system's
  std::vector<std::string> transfer_keys;  // files; the first wraps, the others only unwrap
  std::string uploads_directory = "/var/tmp";  // for large bodies, in files without a name
  int64_t queries_per_officer_per_minute = 600;
  int64_t requests_per_caller_per_second = 1000;  // 0: no limit
  int64_t enquiries_per_hour_alert = 1000;        // recipients that one authority asks in an hour; 0: no alert
  int64_t matching_threads = 1;
  std::string matching_directory;  // keeps the index from one start to the next; empty: all records are read at a start
  std::string clock_file;          // moves the clock; of a sandbox alone, see shifted_clock.h
  std::string log_level = "info";
};

// One setting with where its value came from, for `check-config`. Secrets are files, so that values may be shown; a
// password in a connection string is not.
struct ShownSetting {
  std::string name;
  std::string value;
  std::string source;  // "default", "file", "environment", "flag"
};

struct Address {
  std::string host;
  uint16_t port = 0;
};
// `127.0.0.1:8443` or `[::1]:8443`. Throws std::invalid_argument, naming the setting, for anything else.
Address parse_address(const std::string& setting, const std::string& text);

base::LogLevel parse_log_level(const std::string& text);

// The first thing that would stop `serve`, in words; empty when there is none.
std::string wrong_in(const Configuration& configuration);

}  // namespace broker::server
