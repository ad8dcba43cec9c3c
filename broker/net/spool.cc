#include "broker/net/spool.h"

namespace broker::net {

Spool::Spool(std::string directory, size_t bytes_max, size_t bytes_per_peer_max)
    : directory_(std::move(directory)), bytes_max_(bytes_max), bytes_per_peer_max_(bytes_per_peer_max) {}

bool Spool::take(const std::string& peer, size_t bytes) {
  if (bytes > bytes_max_ - bytes_) return false;
  if (!peer.empty()) {
    const auto found = bytes_by_peer_.find(peer);
    const size_t before = found == bytes_by_peer_.end() ? 0 : found->second;
    if (bytes > bytes_per_peer_max_ || before > bytes_per_peer_max_ - bytes) return false;
    bytes_by_peer_[peer] = before + bytes;
  }
  bytes_ += bytes;
  return true;
}

void Spool::give_back(const std::string& peer, size_t bytes) {
  bytes_ -= bytes;
  const auto found = bytes_by_peer_.find(peer);
  if (found == bytes_by_peer_.end()) return;
  found->second -= bytes;
  if (found->second == 0) bytes_by_peer_.erase(found);
}

Spool::Body::Body(std::shared_ptr<Spool> spool, std::string peer)
    : spool_(std::move(spool)), peer_(std::move(peer)), file_(spool_->directory_) {}

Spool::Body::~Body() {
  spool_->give_back(peer_, reserved_);
}

bool Spool::Body::reserve(size_t bytes) {
  if (bytes <= reserved_) return true;
  if (!spool_->take(peer_, bytes - reserved_)) return false;
  reserved_ = bytes;
  return true;
}

bool Spool::Body::append(std::string_view bytes) {
  if (!reserve(file_.size() + bytes.size())) return false;
  file_.append(bytes);
  return true;
}

}  // namespace broker::net
