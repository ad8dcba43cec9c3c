#include "broker/server/parts_settings.h"

#include <filesystem>

#include "broker/base/log.h"

namespace broker::server {

audit::SigningKey load_or_make_key(const std::string& file) {
  if (std::filesystem::exists(file)) return audit::SigningKey::load(file);
  base::log_info("making the key that signs messages and the audit log", {{"file", file}});
  return audit::SigningKey::create(file);
}

delivery::WebhookPolicy webhook_policy_of(const Configuration& configuration) {
  std::filesystem::path file = configuration.webhook_key;
  if (file.empty()) file = std::filesystem::path(configuration.audit_key).parent_path() / "webhook-key";
  return {delivery::WebhookSecret::load_or_make(file), delivery::WebhookAddresses(configuration.webhook_allow),
          configuration.webhook_ca};
}

net::TlsFiles tls_files(const Configuration& configuration) {
  return {configuration.tls_certificate, configuration.tls_key, configuration.tls_ca, configuration.tls_crl};
}

net::ServerSettings api_settings(const Configuration& configuration) {
  const Address address = parse_address("api.listen", configuration.api_listen);
  net::ServerSettings settings;
  settings.address = address.host;
  settings.port = address.port;
  settings.tls = tls_files(configuration);
  settings.allow_tls12 = configuration.tls_allow_1_2;
  settings.body_directory = configuration.uploads_directory;
  return settings;
}

net::ServerSettings admin_settings(const Configuration& configuration) {
  const Address address = parse_address("admin.listen", configuration.admin_listen);
  net::ServerSettings settings;
  settings.address = address.host;
  settings.port = address.port;
  settings.name = "admin";
  return settings;
}

postgres::PoolSettings pool_settings(const std::string& url, int64_t connections) {
  postgres::PoolSettings settings;
  settings.conninfo = url;
  settings.connections_max = static_cast<size_t>(connections);
  return settings;
}

}  // namespace broker::server
