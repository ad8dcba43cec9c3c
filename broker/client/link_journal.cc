#include "broker/client/link_journal.h"

#include <array>
#include <cstring>
#include <fstream>
#include <iostream>
#include <limits>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "matcher/snapshot_file.h"

namespace broker::client {
namespace {

constexpr int exit_failed = 1;
constexpr uint64_t mark = 0x314b4e494c4d4b57;  // WKMLINK1
constexpr uint64_t model_number = std::numeric_limits<uint64_t>::max();
constexpr size_t piece_bytes_max = size_t{64} << 20;
constexpr size_t batches_max = size_t{1} << 26;

// In front of the model and of every batch.
struct Piece {
  uint64_t fingerprint = 0;
  uint64_t number = 0;  // of the batch
  uint64_t bytes = 0;
  uint64_t checksum = 0;
};

uint64_t checksum_of(const Piece& piece, std::span<const std::byte> bytes) {
  matcher::Checksum sum;
  const std::array<uint64_t, 4> head = {mark, piece.fingerprint, piece.number, piece.bytes};
  sum.add(std::as_bytes(std::span(head)));
  sum.add(bytes);
  return sum.value();
}

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "waymark link: " << why << '\n';
  throw CLI::RuntimeError(exit_failed);
}

}  // namespace

uint64_t link_fingerprint(const std::vector<std::string>& paths, const std::string& options) {
  matcher::Checksum sum;
  const std::string text = std::string(WAYMARK_VERSION) + ' ' + options;
  sum.add(std::as_bytes(std::span(text)));
  std::vector<char> chunk(size_t{1} << 20);
  for (const std::string& path : paths) {
    std::ifstream in(path, std::ios::binary);
    if (!in) fail("cannot open " + path);
    while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0)
      sum.add(std::as_bytes(std::span(chunk).first(static_cast<size_t>(in.gcount()))));
  }
  return sum.value();
}

LinkJournal::LinkJournal(std::string path, uint64_t fingerprint, bool resume)
    : path_(std::move(path)), fingerprint_(fingerprint) {
  if (path_.empty()) return;
  if (resume) read_existing();
  file_.reset(std::fopen(path_.c_str(), whole_bytes_ > 0 ? "r+be" : "wbe"));
  if (!file_) fail("cannot write " + path_);
  // A batch that was cut off is written again.
  if (ftruncate(fileno(file_.get()), whole_bytes_) != 0 || std::fseek(file_.get(), whole_bytes_, SEEK_SET) != 0)
    fail("cannot write " + path_);
}

void LinkJournal::read_existing() {
  std::ifstream in(path_, std::ios::binary);
  Piece piece;
  std::vector<std::byte> bytes;
  while (in.read(reinterpret_cast<char*>(&piece), sizeof(piece))) {
    if (piece.fingerprint != fingerprint_ || piece.bytes > piece_bytes_max) return;
    bytes.resize(piece.bytes);
    if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()))) return;
    if (piece.checksum != checksum_of(piece, bytes)) return;
    if (piece.number == model_number) {
      model_json_.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    } else {
      if (piece.number >= batches_max || bytes.size() % sizeof(matcher::Link) != 0) return;
      if (piece.number >= done_.size()) done_.resize(piece.number + 1);
      done_[piece.number] = true;
      ++batches_done_;
      const size_t before = links_.size();
      links_.resize(before + bytes.size() / sizeof(matcher::Link));
      if (!bytes.empty()) std::memcpy(links_.data() + before, bytes.data(), bytes.size());
    }
    whole_bytes_ = static_cast<long>(in.tellg());
  }
}

void LinkJournal::append(uint64_t number, const void* bytes, size_t count) {
  if (!file_) return;
  Piece piece{fingerprint_, number, count, 0};
  piece.checksum = checksum_of(piece, {static_cast<const std::byte*>(bytes), count});
  is_written_ = is_written_ && std::fwrite(&piece, sizeof(piece), 1, file_.get()) == 1 &&
                (count == 0 || std::fwrite(bytes, count, 1, file_.get()) == 1) && std::fflush(file_.get()) == 0;
}

void LinkJournal::check() const {
  if (!is_written_) fail("cannot write " + path_);
}

void LinkJournal::begin(const std::string& model_json) {
  model_json_ = model_json;
  append(model_number, model_json.data(), model_json.size());
  check();
}

void LinkJournal::add(size_t batch, const std::vector<matcher::Link>& links) {
  const std::lock_guard lock(mutex_);
  append(batch, links.data(), links.size() * sizeof(matcher::Link));
}

void LinkJournal::finish() {
  if (!file_) return;
  file_.reset();
  std::remove(path_.c_str());
}

}  // namespace broker::client
