// Large bodies in files, within a limit of bytes that all of a server's clients, and one of them, may fill at once. A
// body has its room from its first byte in a file until its last reader has let go of it. Inside of the server.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "broker/base/body_file.h"

namespace broker::net {

class Spool {
 public:
  // `bytes_per_peer_max` is of clients with a certificate; those without one share the whole.
  Spool(std::string directory, size_t bytes_max, size_t bytes_per_peer_max);
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // A body of a client, by the fingerprint of its certificate, in its file.
  class Body {
   public:
    // Throws std::system_error when the directory takes no file. The spool outlives it by being shared.
    Body(std::shared_ptr<Spool> spool, std::string peer);
    ~Body();
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    // Room for so many bytes in all; false when there is none, and then nothing has changed.
    bool reserve(size_t bytes);
    // Reserves what is not reserved yet; false when there is no room. Throws std::system_error as when the disk is
    // full.
    bool append(std::string_view bytes);
    const base::BodyFile& file() const { return file_; }

   private:
    std::shared_ptr<Spool> spool_;  // owners: the server's state and its bodies, which may outlive it in a handler
    std::string peer_;
    size_t reserved_ = 0;
    base::BodyFile file_;
  };

  size_t bytes() const { return bytes_; }  // reserved now

 private:
  bool take(const std::string& peer, size_t bytes);
  void give_back(const std::string& peer, size_t bytes);

  std::string directory_;
  size_t bytes_max_;
  size_t bytes_per_peer_max_;
  size_t bytes_ = 0;
  std::map<std::string, size_t> bytes_by_peer_;
};

}  // namespace broker::net
