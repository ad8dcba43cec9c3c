// A council's machine under faults: it repeats each command under its key until it has an answer, at whichever broker
// answers, and writes down what it was told. One thread uses one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "broker/base/random.h"
#include "broker/client/json.h"
#include "broker/net/client.h"
#include "tests/fault/history.h"

namespace fault {

// Where the brokers are, and who calls.
struct Reach {
  std::vector<std::string> urls;
  std::string authorities;  // PEM files
  std::string certificate;
  std::string private_key;
};

class Client {
 public:
  // Longer than this nobody is away in any fault.
  static constexpr std::chrono::seconds patience{120};
  // A client that is in a hurry gives up before the broker does, so that answers come too late to be heard.
  static constexpr std::chrono::milliseconds timeout{4'000};

  Client(Reach reach, std::string authority, History& history, uint64_t seed);

  const std::string& authority() const { return authority_; }

  // Sends it until there is a final answer. It is in the history afterwards, also where it throws GaveUp.
  Command send(Command command);
  // A read that is repeated until it is answered.
  broker::net::Response get(const std::string& target);
  // One try at a call without a key; status 0: no answer.
  broker::net::Response post_once(const std::string& target, const broker::client::Json& body);

  // What every client does first: take another broker.
  void turn_away() { broker_ = random_.next() % brokers_.size(); }
  size_t brokers() const { return brokers_.size(); }
  void turn_to(size_t broker) { broker_ = broker; }

 private:
  broker::net::Response try_once(broker::net::Request request);
  static bool is_passing(const broker::net::Response& response);

  boost::asio::io_context loop_{1};
  std::string authority_;
  History& history_;
  broker::base::SeededRandom random_;
  std::vector<std::unique_ptr<broker::net::Client>> brokers_;
  size_t broker_ = 0;
};

class GaveUp : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace fault
