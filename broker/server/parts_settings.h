// From the settings of a broker what each of its parts is made with.
#pragma once

#include "broker/audit/signature.h"
#include "broker/delivery/webhook_policy.h"
#include "broker/net/server.h"
#include "broker/postgres/pool.h"
#include "broker/server/configuration.h"

namespace broker::server {

// Makes the file where there is none.
audit::SigningKey load_or_make_key(const std::string& file);
// Its secret stands beside the signing key where the settings name no other file, and is made like it.
delivery::WebhookPolicy webhook_policy_of(const Configuration& configuration);

net::TlsFiles tls_files(const Configuration& configuration);
net::ServerSettings api_settings(const Configuration& configuration);
net::ServerSettings admin_settings(const Configuration& configuration);
postgres::PoolSettings pool_settings(const std::string& url, int64_t connections);

}  // namespace broker::server
