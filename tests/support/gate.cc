#include "tests/support/gate.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace support {
namespace {

constexpr std::chrono::milliseconds look_again{50};
constexpr std::chrono::milliseconds halving_pause{30};
constexpr std::chrono::seconds send_time{5};
constexpr size_t chunk_bytes = 16'384;
constexpr int backlog = 128;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  int family = AF_INET;
};

Address address_of(const std::string& text) {
  Address address;
  if (text.starts_with('/')) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    if (text.size() >= sizeof local.sun_path) throw std::runtime_error("the path of a socket is too long: " + text);
    std::memcpy(local.sun_path, text.c_str(), text.size() + 1);
    std::memcpy(&address.storage, &local, sizeof local);
    address.size = sizeof local;
    address.family = AF_UNIX;
    return address;
  }
  const size_t colon = text.rfind(':');
  sockaddr_in internet{};
  internet.sin_family = AF_INET;
  internet.sin_port = htons(static_cast<uint16_t>(std::stoi(text.substr(colon + 1))));
  if (inet_pton(AF_INET, text.substr(0, colon).c_str(), &internet.sin_addr) != 1) {
    throw std::runtime_error("no address: " + text);
  }
  std::memcpy(&address.storage, &internet, sizeof internet);
  address.size = sizeof internet;
  return address;
}

// A peer that does not read ends its connection, not the gate.
void bound_sending(int descriptor) {
  const timeval time{send_time.count(), 0};
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

int new_socket(const Address& address) {
  const int descriptor = socket(address.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw std::runtime_error("no socket");
  const int yes = 1;
  if (address.family == AF_INET) setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  bound_sending(descriptor);
  return descriptor;
}

bool is_readable(int descriptor) {
  pollfd one{descriptor, POLLIN, 0};
  return poll(&one, 1, static_cast<int>(look_again.count())) > 0;
}

bool write_all(int to, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = send(to, bytes, size, MSG_NOSIGNAL);
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

// So that close() sends a reset instead of an orderly end.
void end_hard(int descriptor) {
  const linger at_once{1, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool happens(double chance, broker::base::SeededRandom& random) {
  return chance > 0 && static_cast<double>(random.next() % 1'000'000) < chance * 1e6;
}

}  // namespace

Gate::Gate(std::string listen, std::string target, uint64_t seed)
    : listen_(std::move(listen)), target_(std::move(target)), seed_(seed) {
  const Address address = address_of(listen_);
  if (address.family == AF_UNIX) unlink(listen_.c_str());
  listener_ = new_socket(address);
  const int yes = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 ||
      ::listen(listener_, backlog) != 0) {
    close(listener_);
    throw std::runtime_error("the gate can't listen on " + listen_);
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

Gate::~Gate() {
  is_over_ = true;
  acceptor_.join();
  close(listener_);
  for (const auto& link : links_) {
    link->there.join();
    link->back.join();
  }
  if (listen_.starts_with('/')) unlink(listen_.c_str());
}

void Gate::set(const Weather& weather) {
  const std::lock_guard lock(mutex_);
  weather_ = weather;
}

Weather Gate::weather() {
  const std::lock_guard lock(mutex_);
  return weather_;
}

void Gate::cut() {
  const std::lock_guard lock(mutex_);
  for (const auto& link : links_) link->is_cut = true;
}

void Gate::accept_all() {
  while (!is_over_) {
    forget_finished();
    if (!is_readable(listener_)) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const Address address = address_of(target_);
    const int server = new_socket(address);
    if (connect(server, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
      close(client);
      close(server);
      continue;
    }
    bound_sending(client);
    ++connections_;
    auto link = std::make_unique<Link>();
    link->client = client;
    link->server = server;
    Link& one = *link;
    const uint64_t seed = seed_ + connections_ * 2;
    const std::lock_guard lock(mutex_);
    links_.push_back(std::move(link));
    one.there = std::thread([this, &one, seed] { pass(one, one.client, one.server, seed); });
    one.back = std::thread([this, &one, seed] { pass(one, one.server, one.client, seed + 1); });
  }
}

void Gate::forget_finished() {
  const std::lock_guard lock(mutex_);
  std::erase_if(links_, [](const std::unique_ptr<Link>& link) {
    if (link->ways_open > 0) return false;
    link->there.join();
    link->back.join();
    return true;
  });
}

void Gate::pass(Link& link, int from, int to, uint64_t seed) {
  broker::base::SeededRandom random(seed);
  std::string chunk(chunk_bytes, '\0');
  while (!is_over_ && !link.is_cut) {
    if (weather().is_silent) {
      std::this_thread::sleep_for(look_again);
      continue;
    }
    if (!is_readable(from)) continue;
    const ssize_t size = recv(from, chunk.data(), chunk.size(), 0);
    if (size < 0) link.is_cut = true;
    if (size <= 0) break;
    if (!pass_chunk(link, to, chunk.data(), static_cast<size_t>(size), random)) break;
  }
  shutdown(to, SHUT_WR);
  // The last of the two ways closes both ends.
  if (--link.ways_open > 0) return;
  for (const int descriptor : {link.client, link.server}) {
    if (link.is_cut) end_hard(descriptor);
    close(descriptor);
  }
}

bool Gate::pass_chunk(Link& link, int to, const char* bytes, size_t size, broker::base::SeededRandom& random) {
  const Weather now = weather();
  if (now.delay_max.count() > 0) {
    ++faults_;
    std::this_thread::sleep_for(
        std::chrono::milliseconds(random.next() % static_cast<uint64_t>(now.delay_max.count())));
  }
  const bool is_reset = happens(now.reset, random);
  if (is_reset || happens(now.half_close, random)) {
    ++faults_;
    write_all(to, bytes, size / 2);
    if (is_reset) link.is_cut = true;
    return false;
  }
  if (now.trickle_bytes > 0) {
    ++faults_;
    for (size_t sent = 0; sent < size && !link.is_cut && !is_over_; sent += now.trickle_bytes) {
      if (!write_all(to, bytes + sent, std::min(now.trickle_bytes, size - sent))) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }
  if (happens(now.halve, random)) {
    ++faults_;
    if (!write_all(to, bytes, size / 2)) return false;
    std::this_thread::sleep_for(halving_pause);
    return write_all(to, bytes + size / 2, size - size / 2);
  }
  if (happens(now.repeat, random)) {
    ++faults_;
    return write_all(to, bytes, size) && write_all(to, bytes, size);
  }
  return write_all(to, bytes, size);
}

}  // namespace support
