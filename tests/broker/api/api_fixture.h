// Requests as they come from the listener: every kind of caller with its certificate, through the table of routes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/broker/api/handlers_fixture.h"
#include "tests/certs/test_authority.h"

namespace broker::api {

struct Sent {
  std::string method;
  std::string target;  // below /v1
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

class ApiTest : public HandlersTest {
 protected:
  // `314`, `3144001`, `officer:314:b.lane`, `operator:ops`; `revoked`, `expired`, `none`.
  std::shared_ptr<const net::Peer> peer(const std::string& who);
  // The key of the certificate, PEM.
  const certs::Issued& issued(const std::string& identity);

  // With officer, idempotency key and If-Match: * where the method is POST and `what` says nothing else.
  net::Response send(const std::string& who, Sent what);

  certs::TestAuthority authority;
  Api api{services, metrics};

 private:
  std::map<std::string, certs::Issued> issued_;
  std::map<std::string, std::shared_ptr<const net::Peer>> peers_;
  int keys_ = 0;
};

}  // namespace broker::api
