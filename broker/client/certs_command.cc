#include "broker/client/certs_command.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <system_error>

#include <CLI/CLI.hpp>

#include "certs/caller.h"
#include "certs/certificate_authority.h"
#include "certs/files.h"
#include "certs/time_text.h"

namespace broker::client {
namespace {

using certs::CertificateAuthority;
using certs::format_utc;

constexpr int exit_failed = 1;

struct Options {
  std::string directory;
  bool as_json = false;
  std::string name = "Waymark";
  int days = 0;
  std::string authority, school, officer, operator_name;
  std::vector<std::string> dns, ips;
  std::string request_file, certificate_file, key_file;
  std::string serial;
  std::string reason = "unspecified";
  int expiring_days = 0;
};

std::chrono::sys_seconds present() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "waymark certs: " << why << '\n';
  throw CLI::RuntimeError(exit_failed);
}

[[noreturn]] void misuse(const std::string& why) {
  throw CLI::ValidationError("waymark certs", why);
}

template <typename T>
T or_fail(tl::expected<T, certs::Refusal> result) {
  if (!result) fail(result.error().reason);
  return std::move(*result);
}

// The JSON library stays in broker/message; what is printed here is flat.
std::string json_string(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      json += "\\u00";
      json += digits[static_cast<unsigned char>(c) >> 4];
      json += digits[static_cast<unsigned char>(c) & 15];
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string joined(const std::vector<std::string>& parts, const std::string& separator) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : separator) + part;
  return text;
}

std::string json_of(const certs::IndexEntry& entry, std::chrono::sys_seconds now) {
  std::vector<std::string> names;
  names.reserve(entry.names.size());
  for (const auto& name : entry.names) names.push_back(json_string(name));
  std::string json = "{\"serial\":" + json_string(entry.serial) + ",\"names\":[" + joined(names, ",") + "]" +
                     ",\"not_before\":" + json_string(format_utc(entry.not_before)) +
                     ",\"not_after\":" + json_string(format_utc(entry.not_after)) +
                     ",\"status\":" + json_string(std::string(word_of(entry.status_at(now))));
  if (entry.revoked)
    json += ",\"revoked\":" + json_string(format_utc(*entry.revoked)) +
            ",\"reason\":" + json_string(std::string(word_of(entry.reason)));
  return json + "}";
}

void init(const Options& options) {
  const auto authority =
      or_fail(CertificateAuthority::init(options.directory, options.name, std::chrono::days(options.days), present()));
  const std::string certificate = authority.certificate_file().string();
  const std::string crl = authority.crl_file().string();
  if (options.as_json)
    std::cout << "{\"ca\":" << json_string(certificate) << ",\"crl\":" << json_string(crl)
              << ",\"not_after\":" << json_string(format_utc(authority.not_after())) << "}\n";
  else
    std::cout << "CA certificate   " << certificate << "\nRevocation list  " << crl << "\nValid until      "
              << format_utc(authority.not_after()) << '\n';
}

// The one identity that the flags name, in the form that stands in the certificate; empty for a server.
std::string identity_of(const Options& options) {
  std::vector<std::string> identities;
  const auto add = [&identities](const char* kind, const std::string& value) {
    if (!value.empty()) identities.push_back(std::string("urn:waymark:") + kind + ":" + value);
  };
  add("authority", options.authority);
  add("school", options.school);
  add("officer", options.officer);
  add("operator", options.operator_name);
  const bool is_server = !options.dns.empty() || !options.ips.empty();
  if (identities.size() + (is_server ? 1 : 0) != 1)
    misuse("give one of --authority, --school, --officer, --operator, or the --dns and --ip of a server");
  if (is_server) return "";
  if (const auto identity = certs::read_identity(identities.front()); !identity)
    misuse(identities.front() + ": " + std::string(words_of(identity.error())));
  return identities.front();
}

// `authority-314`, for the files of urn:waymark:authority:314.
std::string file_stem(const certs::IssueRequest& request) {
  std::string stem = "server";
  if (!request.identity.empty()) stem = request.identity.substr(std::string_view("urn:waymark:").size());
  std::ranges::replace(stem, ':', '-');
  return stem;
}

void write_issued(const certs::Issued& issued, const std::string& certificate_file, const std::string& key_file) {
  try {
    if (!issued.key_pem.empty()) certs::write_file(key_file, issued.key_pem, certs::private_mode);
    certs::write_file(certificate_file, issued.certificate_pem, certs::public_mode);
  } catch (const std::system_error& error) {
    fail(std::string(error.what()) + "; revoke the certificate that nobody has now: serial " + issued.serial);
  }
}

void issue(const Options& options) {
  certs::IssueRequest request;
  request.identity = identity_of(options);
  request.dns = options.dns;
  request.ips = options.ips;
  const auto usual = request.identity.empty() ? certs::server_validity : certs::client_validity;
  request.valid_for = options.days == 0 ? usual : std::chrono::days(options.days);
  const bool makes_key = options.request_file.empty();
  if (!makes_key && !options.key_file.empty()) misuse("with --request the key is where it was made: leave out --key");
  const std::string stem = file_stem(request);
  const std::string certificate_file = options.certificate_file.empty() ? stem + ".pem" : options.certificate_file;
  const std::string key_file = options.key_file.empty() ? stem + "-key.pem" : options.key_file;
  for (const auto& file : {certificate_file, key_file})
    if ((makes_key || file == certificate_file) && std::filesystem::exists(file))
      fail(file + " exists already; move it away or name another file with --cert and --key");
  if (!makes_key) request.request_pem = certs::read_file(options.request_file);

  const auto authority = or_fail(CertificateAuthority::open(options.directory));
  const auto issued = or_fail(authority.issue(request, present()));
  write_issued(issued, certificate_file, key_file);
  if (options.as_json)
    std::cout << "{\"serial\":" << json_string(issued.serial)
              << ",\"identity\":" << (request.identity.empty() ? "null" : json_string(request.identity))
              << ",\"cert\":" << json_string(certificate_file)
              << ",\"key\":" << (makes_key ? json_string(key_file) : "null")
              << ",\"not_after\":" << json_string(format_utc(issued.not_after)) << "}\n";
  else
    std::cout << "Certificate  " << certificate_file << "\nKey          "
              << (makes_key ? key_file : "where it was made") << "\nSerial       " << issued.serial << "\nValid until  "
              << format_utc(issued.not_after) << '\n';
}

void revoke(const Options& options) {
  if (options.serial.empty() == options.certificate_file.empty()) misuse("give either --serial or --cert");
  const auto reason = certs::reason_from(options.reason);
  if (!reason) misuse("--reason is unspecified, key-compromise, superseded or cessation");
  const auto now = present();
  const auto authority = or_fail(CertificateAuthority::open(options.directory));
  const auto entry = or_fail(
      options.serial.empty() ? authority.revoke_certificate(certs::read_file(options.certificate_file), *reason, now)
                             : authority.revoke(options.serial, *reason, now));
  if (options.as_json)
    std::cout << json_of(entry, now) << '\n';
  else
    std::cout << "Revoked " << entry.serial << " (" << joined(entry.names, " ") << ") as of "
              << format_utc(*entry.revoked) << '\n';
  std::cerr << "Give " << authority.crl_file().string() << " to every broker and reload it (SIGHUP).\n";
}

void renew_crl(const Options& options) {
  const auto authority = or_fail(CertificateAuthority::open(options.directory));
  authority.renew_crl(present());
  const auto next = format_utc(authority.crl_next_update());
  if (options.as_json)
    std::cout << "{\"crl\":" << json_string(authority.crl_file().string()) << ",\"next_update\":" << json_string(next)
              << "}\n";
  else
    std::cout << authority.crl_file().string() << " is fresh until " << next << '\n';
}

void show(const Options& options) {
  const auto now = present();
  const auto authority = or_fail(CertificateAuthority::open(options.directory));
  auto entries = authority.entries();
  if (options.expiring_days > 0)
    std::erase_if(entries, [&](const certs::IndexEntry& entry) {
      return entry.status_at(now) != certs::CertificateStatus::valid ||
             entry.not_after > now + std::chrono::days(options.expiring_days);
    });
  const auto next = authority.crl_next_update();
  if (options.as_json) {
    std::vector<std::string> items;
    items.reserve(entries.size());
    for (const auto& entry : entries) items.push_back(json_of(entry, now));
    std::cout << "{\"ca\":{\"not_after\":" << json_string(format_utc(authority.not_after()))
              << "},\"crl\":{\"next_update\":" << json_string(format_utc(next))
              << ",\"stale\":" << (now > next ? "true" : "false") << "},\"certificates\":[" << joined(items, ",")
              << "]}\n";
    return;
  }
  for (const auto& entry : entries) {
    // Serials differ in length once leading zeros are gone.
    std::string serial = entry.serial;
    serial.resize(std::max<size_t>(serial.size(), 32), ' ');
    std::string status(word_of(entry.status_at(now)));
    status.resize(7, ' ');
    std::cout << serial << "  " << status << "  " << format_utc(entry.not_before) << "  " << format_utc(entry.not_after)
              << "  " << joined(entry.names, " ") << '\n';
  }
  std::cerr << "The authority ends on " << format_utc(authority.not_after()) << "; its revocation list "
            << (now > next ? "is STALE since " : "is fresh until ") << format_utc(next) << '\n';
}

// One subcommand with what all of them take.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& purpose,
                      const std::shared_ptr<Options>& options, void (*run)(const Options&)) {
  CLI::App* command = parent.add_subcommand(name, purpose);
  command->add_option("--dir", options->directory, "Directory of the certificate authority")
      ->envname("WAYMARK_CERTS_DIR")
      ->required();
  command->add_flag("--json", options->as_json, "Print the result as JSON");
  command->callback([options, run] { run(*options); });
  return command;
}

// Owned by the options that the parser fills and by the callback that reads them after parsing; it has no other home.
std::shared_ptr<Options> new_options() {
  return std::make_shared<Options>();
}

void add_init(CLI::App& parent) {
  const auto options = new_options();
  options->days = static_cast<int>(certs::ca_validity.count());
  CLI::App* command = add_command(parent, "init", "Make a new certificate authority", options, init);
  command->add_option("--name", options->name, "Name in its certificate")->capture_default_str();
  command->add_option("--days", options->days, "Days that it is valid")->capture_default_str();
  command->footer("Example:\n  waymark certs init --dir /etc/waymark/ca --name 'Waymark North West'");
}

void add_issue(CLI::App& parent) {
  const auto options = new_options();
  CLI::App* command = add_command(parent, "issue", "Issue a certificate to a client or a server", options, issue);
  command->add_option("--authority", options->authority, "For an authority: its three digits");
  command->add_option("--school", options->school, "For a school: its LAESTAB, seven digits");
  command->add_option("--officer", options->officer, "For an officer: AUTHORITY:ID");
  command->add_option("--operator", options->operator_name, "For an operator: a name");
  command->add_option("--dns", options->dns, "For a server: a DNS name of it; may be repeated");
  command->add_option("--ip", options->ips, "For a server: an IP address of it; may be repeated");
  command->add_option("--days", options->days, "Days that it is valid (default: 90 for a client, 365 for a server)")
      ->check(CLI::Range(1, static_cast<int>(certs::issued_validity_max.count())));
  command->add_option("--request", options->request_file, "Sign the P-256 key of this PKCS#10 file, make none")
      ->check(CLI::ExistingFile);
  command->add_option("--cert", options->certificate_file,
                      "Where the certificate goes (default: as authority-314.pem)");
  command->add_option("--key", options->key_file, "Where the key goes (default: as authority-314-key.pem)");
  command->footer(
      "Examples:\n"
      "  waymark certs issue --dir ca --authority 314\n"
      "  waymark certs issue --dir ca --officer 314:j.okoro --days 30 --cert jo.pem --key jo-key.pem\n"
      "  waymark certs issue --dir ca --dns broker.council.example --ip 10.0.0.5 --cert server.pem --key "
      "server-key.pem\n"
      "  waymark certs issue --dir ca --school 3144001 --request school.csr --cert school.pem");
}

void add_revoke(CLI::App& parent) {
  const auto options = new_options();
  CLI::App* command = add_command(parent, "revoke", "Revoke a certificate and renew the list", options, revoke);
  command->add_option("--serial", options->serial, "Its serial number, as `show` prints it");
  command->add_option("--cert", options->certificate_file, "Its file")->check(CLI::ExistingFile);
  command->add_option("--reason", options->reason, "unspecified, key-compromise, superseded or cessation")
      ->capture_default_str();
  command->footer(
      "Examples:\n"
      "  waymark certs revoke --dir ca --cert authority-314.pem --reason key-compromise\n"
      "  waymark certs revoke --dir ca --serial 5f0c2a... --reason superseded");
}

void add_renew_crl(CLI::App& parent) {
  CLI::App* command = add_command(parent, "renew-crl", "Write the revocation list anew, before it goes stale",
                                  new_options(), renew_crl);
  command->footer("Example, from a daily timer:\n  waymark certs renew-crl --dir /etc/waymark/ca");
}

void add_show(CLI::App& parent) {
  const auto options = new_options();
  CLI::App* command = add_command(parent, "show", "List what was issued, with its status", options, show);
  command->add_option("--expiring", options->expiring_days, "Only what is valid and ends within this many days")
      ->check(CLI::PositiveNumber);
  command->footer("Examples:\n  waymark certs show --dir ca\n  waymark certs show --dir ca --expiring 14 --json");
}

}  // namespace

void add_certs_commands(CLI::App& app) {
  CLI::App* certs = app.add_subcommand("certs", "The private certificate authority");
  certs->require_subcommand(1);
  certs->footer("Example:\n  waymark certs init --dir ca && waymark certs issue --dir ca --authority 314");
  add_init(*certs);
  add_issue(*certs);
  add_revoke(*certs);
  add_renew_crl(*certs);
  add_show(*certs);
}

}  // namespace broker::client
