// The listener of the officers' pages: TLS, the door, and the pages behind it. A part of server::Broker.
#pragma once

#include <string>

#include "broker/api/route.h"
#include "broker/net/server.h"
#include "broker/server/configuration.h"
#include "broker/signin/door.h"
#include "broker/web/pages/page.h"

namespace broker::server {

class WebListener {
 public:
  // Reads files and listens; throws with words for the operator when something is missing. All references outlive it.
  WebListener(const boost::asio::any_io_executor& executor, const Configuration& configuration, api::Services& services,
              api::Api& api, base::Random& random, net::PeerCheck judge, base::Metrics& metrics);

  net::Server& server() { return server_; }
  // Reads the certificates again.
  void reload();

 private:
  const Configuration& configuration_;
  web::pages::Pages pages_;
  signin::Door door_;
  net::Server server_;
};

// The account services of `web.providers` with what their files hold. Throws std::runtime_error in words for the
// operator.
std::vector<signin::ProviderSettings> read_providers(const Configuration& configuration);

}  // namespace broker::server
