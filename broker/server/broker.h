// A whole broker in one process: listeners, pools, writer, index and workers on one event loop, from start to stop.
#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>

#include "broker/server/configuration.h"

namespace broker::server {

class Broker {
 public:
  // Reads files and listens; throws with words for the operator when something is missing.
  Broker(boost::asio::io_context& context, const Configuration& configuration);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // Serves until SIGTERM or SIGINT, then finishes what is in flight. SIGHUP reads certificates, revocations and log
  // level again. Gives the exit code of the process.
  int run();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Brings the store's tables to what this program knows. Gives the exit code.
int migrate(const Configuration& configuration);

// Wraps the keys of all transfer files with the first of transfer.keys, so that older ones can be put away. Gives the
// exit code; 1 while a file is left under a key that is not there.
int rewrap(const Configuration& configuration);

}  // namespace broker::server
