#include "broker/server/configuration.h"

#include <filesystem>
#include <stdexcept>

#include "broker/base/text.h"

namespace broker::server {
namespace {

bool is_loopback(const Address& address) {
  return address.host.starts_with("127.") || address.host == "::1";
}

}  // namespace

Address parse_address(const std::string& setting, const std::string& text) {
  const auto colon = text.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : base::parse_number(text.substr(colon + 1));
  if (!port || *port > 65535 || colon == 0) {
    throw std::invalid_argument(setting + " must be an address and a port, as in 127.0.0.1:8443");
  }
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return {host, static_cast<uint16_t>(*port)};
}

base::LogLevel parse_log_level(const std::string& text) {
  if (text == "debug") return base::LogLevel::debug;
  if (text == "info") return base::LogLevel::info;
  if (text == "warning") return base::LogLevel::warning;
  if (text == "error") return base::LogLevel::error;
  throw std::invalid_argument("log.level must be debug, info, warning or error");
}

std::string wrong_in(const Configuration& configuration) {
  try {
    parse_address("api.listen", configuration.api_listen);
    const Address admin = parse_address("admin.listen", configuration.admin_listen);
    if (!is_loopback(admin)) return "admin.listen must be a loopback address";
    if (!configuration.web_listen.empty()) {
      const Address web = parse_address("web.listen", configuration.web_listen);
      if (configuration.web_sandbox && !is_loopback(web)) return "web.sandbox is for a loopback web.listen alone";
    }
    parse_log_level(configuration.log_level);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  const std::pair<const char*, const std::string*> files[] = {{"tls.certificate", &configuration.tls_certificate},
                                                              {"tls.key", &configuration.tls_key},
                                                              {"tls.ca", &configuration.tls_ca},
                                                              {"tls.crl", &configuration.tls_crl}};
  for (const auto& [name, file] : files) {
    if (file->empty()) return std::string(name) + " is not set";
    if (!std::filesystem::exists(*file)) return std::string(name) + " names a file that does not exist: " + *file;
  }
  for (const auto& [name, file] : {std::pair{"web.certificate", &configuration.web_certificate},
                                   {"web.key", &configuration.web_key},
                                   {"web.providers", &configuration.web_providers}}) {
    if (!file->empty() && !std::filesystem::exists(*file)) {
      return std::string(name) + " names a file that does not exist: " + *file;
    }
  }
  if (configuration.web_certificate.empty() != configuration.web_key.empty()) {
    return "web.certificate and web.key go together";
  }
  if (configuration.database_url.empty()) return "database.url is not set";
  if (configuration.database_writer_url.empty()) return "database.writer_url is not set";
  if (configuration.audit_key.empty()) return "audit.key is not set";
  if (configuration.audit_head_seconds < 1) return "audit.head_seconds must be 1 or more";
  if (configuration.transfer_keys.empty()) return "transfer.keys is not set";
  if (!std::filesystem::is_directory(configuration.uploads_directory)) {
    return "uploads.directory names no directory: " + configuration.uploads_directory;
  }
  return {};
}

}  // namespace broker::server
