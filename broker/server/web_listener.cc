#include "broker/server/web_listener.h"

#include <stdexcept>

#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/domain/reference/directory.h"
#include "broker/signin/sandbox.h"
#include "certs/files.h"

namespace broker::server {
namespace {

net::TlsFiles files_of(const Configuration& configuration) {
  const bool has_own = !configuration.web_certificate.empty();
  return {has_own ? configuration.web_certificate : configuration.tls_certificate,
          has_own ? configuration.web_key : configuration.tls_key, configuration.tls_ca, configuration.tls_crl};
}

// Of files on their way through the pages; one of them is at most 20 MiB, and is in memory while it is read.
constexpr size_t spooled_bytes = size_t{256} * 1024 * 1024;

net::ServerSettings server_settings(const Configuration& configuration, net::Admission admission) {
  const Address address = parse_address("web.listen", configuration.web_listen);
  net::ServerSettings settings;
  settings.address = address.host;
  settings.port = address.port;
  settings.tls = files_of(configuration);
  settings.is_certificate_optional = true;
  settings.body_directory = configuration.uploads_directory;
  settings.name = "web";
  // Before anything goes to the disk the door has seen who sends it.
  settings.limits.memory_body_bytes = web::pages::form_bytes_max;
  settings.limits.spooled_bytes = spooled_bytes;
  settings.admission = std::move(admission);
  return settings;
}

std::string url_of(const Configuration& configuration) {
  if (!configuration.web_url.empty()) return configuration.web_url;
  return "https://localhost:" + std::to_string(parse_address("web.listen", configuration.web_listen).port);
}

signin::DoorSettings door_settings(const Configuration& configuration) {
  signin::DoorSettings settings;
  settings.is_sandbox = configuration.web_sandbox && signin::is_started_by_sandbox();
  if (configuration.web_sandbox && !settings.is_sandbox) {
    base::log_warning("web.sandbox is set, but no sandbox has started this; nobody signs in from a list");
  }
  settings.providers = read_providers(configuration);
  return settings;
}

// A secret's file is a line.
std::string secret_in(const std::string& file) {
  return file.empty() ? "" : std::string(base::trimmed(certs::read_file(file)));
}

}  // namespace

std::vector<signin::ProviderSettings> read_providers(const Configuration& configuration) {
  std::vector<signin::ProviderSettings> providers;
  if (configuration.web_providers.empty()) return providers;
  const auto read = message::decode_providers(certs::read_file(configuration.web_providers));
  if (!read) {
    std::string why = "web.providers can't be read: " + read.error().detail;
    for (const base::FieldError& error : read.error().errors) why += " " + error.pointer + " " + error.detail + ";";
    throw std::runtime_error(why);
  }
  for (const message::ProviderSettings& one : *read) {
    if (!one.authority.empty() && !domain::reference::is_known_authority(one.authority)) {
      throw std::runtime_error("web.providers names an authority that is not known: " + one.authority);
    }
    signin::ProviderSettings settings{one, url_of(configuration) + "/sign-in/answer",
                                      secret_in(one.client_secret_file)};
    providers.push_back(std::move(settings));
  }
  return providers;
}

WebListener::WebListener(const boost::asio::any_io_executor& executor, const Configuration& configuration,
                         api::Services& services, api::Api& api, base::Random& random, net::PeerCheck judge,
                         base::Metrics& metrics)
    : configuration_(configuration),
      pages_(web::pages::Site{services}),
      door_(
          executor, services, api, random,
          [this](net::Request request, const web::Visitor* visitor) {
            return pages_.answer(std::move(request), visitor);
          },
          [this](net::Request so_far, const web::Visitor* visitor) {
            return pages_.turn_away(std::move(so_far), visitor);
          },
          door_settings(configuration)),
      server_(
          executor,
          server_settings(configuration, [this](net::Request so_far) { return door_.turn_away(std::move(so_far)); }),
          [this](net::Request request) { return door_.answer(std::move(request)); }, web::pages::body_limit,
          std::move(judge), &metrics) {}

void WebListener::reload() {
  server_.reload(files_of(configuration_));
}

}  // namespace broker::server
