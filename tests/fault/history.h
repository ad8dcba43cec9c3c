// What the clients of a fault test were told: every command with each try at it, and every message that came. Filled by
// many threads at once; the checker holds it against what the database and the inboxes hold afterwards.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace fault {

struct Attempt {
  int64_t at_ms = 0;  // since the history began
  int64_t took_ms = 0;
  size_t broker = 0;  // which of the site's
  int status = 0;     // 0: no whole answer came
};

struct Command {
  std::string caller;  // authority
  std::string key;
  std::string target;
  std::string body;
  std::string if_match = {};
  std::string media_type = "application/json";
  std::string action = {};   // as the audit log names it
  std::string subject = {};  // our id that the log names with it; empty: the body alone tells it from others
  std::string logged = {};   // what the log hashed
  // The final answer; status 0: given up, and so in doubt: done once or not at all.
  int status = 0;
  std::string answer = {};
  std::string etag = {};
  bool is_replay = false;
  std::vector<Attempt> attempts = {};

  bool is_granted() const { return status >= 200 && status < 300; }
};

struct ReceivedMessage {
  std::string id;
  std::string type;
  std::string case_id;
  int64_t sequence = 0;
};

// One answered claim.
struct Delivery {
  std::string caller;
  std::string lease_id;
  std::vector<ReceivedMessage> messages;
};

// Two records of one child, both accepted, that have to be announced once.
struct Pair {
  std::string seeker_upload;
  std::string holder_upload;
};

class History {
 public:
  int64_t now_ms() const;

  void add(Command command);
  void add(Delivery delivery);
  void add(Pair pair);
  // The messages were acknowledged with 2xx.
  void acknowledged(const std::string& caller, const std::vector<std::string>& ids);
  // Something that no client should have met, in words.
  void surprise(std::string what);

  // Once nobody adds any more.
  const std::vector<Command>& commands() const { return commands_; }
  const std::vector<Delivery>& deliveries() const { return deliveries_; }
  const std::vector<Pair>& pairs() const { return pairs_; }
  const std::vector<std::pair<std::string, std::string>>& acknowledgements() const { return acknowledgements_; }
  const std::vector<std::string>& surprises() const { return surprises_; }

  // One JSON object a line, for whoever looks into a failure.
  void write(const std::filesystem::path& file) const;

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::vector<Command> commands_;
  std::vector<Delivery> deliveries_;
  std::vector<Pair> pairs_;
  std::vector<std::pair<std::string, std::string>> acknowledgements_;  // caller, message
  std::vector<std::string> surprises_;
};

}  // namespace fault
