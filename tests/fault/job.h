// The jobs of the load, each from a child that is missing to a case that is closed, handed over or still open, with
// whatever random commands lie between.
#pragma once

#include <string>

#include "tests/fault/client.h"

namespace fault {

class JobSource {
 public:
  JobSource(uint64_t seed, size_t worker) : random_(seed), worker_(worker), run_(seed) {}

  // Does one job to its end. Throws GaveUp, or std::runtime_error for an answer that should not be.
  void next(Client& owner, Client& other, History& history);

 private:
  std::string mark(const char* what);
  broker::client::Json new_child();
  Command post(Client& client, const std::string& target, const broker::client::Json& body, const std::string& action,
               const std::string& subject);
  // An event on a resource, made on the version that it has now.
  Command post_event(Client& client, const std::string& resource, const std::string& event,
                     const broker::client::Json& body, const std::string& action, const std::string& subject,
                     bool may_be_refused = false);
  void follow_a_child(Client& owner, Client& other);
  void upload_a_pair(Client& owner, Client& other, History& history);
  std::string upload(Client& client, const std::string& kind, const broker::client::Json& child);
  void ask(Client& owner);

  broker::base::SeededRandom random_;
  size_t worker_;
  uint64_t run_;
  int count_ = 0;
};

}  // namespace fault
