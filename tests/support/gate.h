// A gate of ours between a client and a server: it passes bytes on, and cuts, delays, halves, trickles or repeats them
// as it is told. Used by the fault tests between client and broker and between broker and database.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "broker/base/random.h"

namespace support {

// What happens to what passes. Chances are for each chunk that is read, from 0 to 1.
struct Weather {
  double reset = 0;       // half of the chunk passes, then the connection is reset
  double half_close = 0;  // half of the chunk passes, then nothing more this way; the other way goes on
  double halve = 0;       // the chunk passes in two parts with a pause between
  double repeat = 0;      // the chunk passes twice
  std::chrono::milliseconds delay_max{0};
  size_t trickle_bytes = 0;  // above 0: so many bytes at once, a millisecond apart
  bool is_silent = false;    // nothing passes and nobody is told
};

class Gate {
 public:
  // Both are `127.0.0.1:8443` or the path of a Unix socket, which is made. Throws std::runtime_error.
  Gate(std::string listen, std::string target, uint64_t seed);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  void set(const Weather& weather);
  // Resets every connection.
  void cut();
  size_t connections() const { return connections_; }
  // How often something was done to what passed.
  size_t faults() const { return faults_; }

 private:
  struct Link {
    int client = -1;
    int server = -1;
    std::atomic<bool> is_cut = false;
    std::atomic<int> ways_open = 2;
    std::thread there, back;
  };

  void accept_all();
  void pass(Link& link, int from, int to, uint64_t seed);
  // False when this way is over.
  bool pass_chunk(Link& link, int to, const char* bytes, size_t size, broker::base::SeededRandom& random);
  void forget_finished();
  Weather weather();

  std::string listen_;
  std::string target_;
  uint64_t seed_;
  int listener_ = -1;
  std::atomic<bool> is_over_ = false;
  std::atomic<size_t> connections_ = 0;
  std::atomic<size_t> faults_ = 0;
  std::mutex mutex_;
  Weather weather_;
  std::list<std::unique_ptr<Link>> links_;
  std::thread acceptor_;
};

}  // namespace support
