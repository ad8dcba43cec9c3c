// The requests of each scenario, with invented children that are never the same twice. Used by the load driver alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/load.h"
#include "broker/base/random.h"
#include "broker/net/http.h"

namespace bench {

// A POST with the headers that every write needs; `officer` keeps the broker's limits for one officer out of the way.
broker::net::Request make_post(const std::string& target, std::string body, const std::string& content_type,
                               const std::string& officer);

class RequestMaker {
 public:
  RequestMaker(const LoadSettings& settings, uint64_t seed);

  // Opens the cases that enquiries are sent about; the answer's body goes to add_case.
  broker::net::Request open_case();
  void add_case(const std::string& answer);

  // Authorities that a batch goes to.
  void set_recipients(std::vector<std::string> codes) { recipients_ = std::move(codes); }

  // The next request of the scenario. `mark` comes back in the recipient's message, for e2e.
  broker::net::Request next(const std::string& mark, const std::string& officer);
  // How many messages one request is.
  size_t messages_per_request() const { return settings_.scenario == Scenario::batch ? recipients_.size() : 1; }
  broker::net::Request enquiry(const std::string& mark, const std::string& officer);
  // An answer to the enquiry, by the authority that it was sent to.
  broker::net::Request reply(const std::string& enquiry_id, const std::string& officer) const;

 private:
  broker::net::Request mixed(const std::string& mark, const std::string& officer);
  broker::net::Request query(const std::string& officer);
  broker::net::Request upload(const std::string& officer);
  std::string name();
  std::string birthday();

  const LoadSettings& settings_;
  broker::base::SeededRandom random_;
  std::vector<std::string> cases_;
  std::vector<std::string> recipients_;
  uint64_t sent_ = 0;
};

}  // namespace bench
