#include "matcher/snapshot_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace matcher {
namespace {

constexpr size_t page = 4096;
constexpr size_t sections_max = 400;
constexpr std::array<char, 8> magic = {'W', 'M', 'K', 'I', 'N', 'D', 'E', 'X'};
constexpr uint64_t version = 2;

struct Header {
  std::array<char, 8> magic{};
  uint64_t version = 0;
  uint64_t layout = 0;
  uint64_t sections = 0;
  uint64_t checksum = 0;         // of the sections
  uint64_t header_checksum = 0;  // of this header, this member being 0
  std::array<uint64_t, sections_max> lengths{};
  std::array<uint64_t, page / 8 - 6 - sections_max> blank{};  // so that every byte of the page is checked
};
static_assert(sizeof(Header) == page);

uint64_t checksum_of(const Header& header) {
  Header plain = header;
  plain.header_checksum = 0;
  Checksum sum;
  sum.add(std::as_bytes(std::span(&plain, 1)));
  return sum.value();
}

size_t padded(size_t bytes) {
  return (bytes + page - 1) / page * page;
}

// A descriptor that is closed on every way out.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

void Checksum::add_block(const std::byte* block) {
  for (size_t lane = 0; lane < 4; ++lane) {
    uint64_t part = 0;
    std::memcpy(&part, block + lane * 8, 8);
    lanes_[lane] = std::rotl(lanes_[lane] ^ (part * 0x9e3779b97f4a7c15ULL), 29) * 0xd6e8feb86659fd93ULL;
  }
}

void Checksum::add(std::span<const std::byte> bytes) {
  total_ += bytes.size();
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  if (rest_bytes_ > 0) {
    const size_t taken = std::min(left, block_bytes - rest_bytes_);
    std::memcpy(rest_ + rest_bytes_, at, taken);
    rest_bytes_ += taken;
    at += taken;
    left -= taken;
    if (rest_bytes_ < block_bytes) return;
    add_block(rest_);
    rest_bytes_ = 0;
  }
  for (; left >= block_bytes; at += block_bytes, left -= block_bytes) add_block(at);
  if (left > 0) std::memcpy(rest_, at, left);
  rest_bytes_ = left;
}

uint64_t Checksum::value() const {
  Checksum last = *this;
  std::memset(last.rest_ + last.rest_bytes_, 0, block_bytes - last.rest_bytes_);
  last.add_block(last.rest_);
  uint64_t out = total_;
  for (const uint64_t lane : last.lanes_) {
    out = (out ^ lane) * 0xff51afd7ed558ccdULL;
    out ^= out >> 32;
  }
  return out;
}

SnapshotWriter::SnapshotWriter(std::string path, uint64_t layout)
    : path_(std::move(path)), layout_(layout), file_(std::fopen((path_ + ".part").c_str(), "wbe")) {
  if (!file_) fail();
  const std::array<char, page> blank{};
  write(blank.data(), blank.size());
}

SnapshotWriter::~SnapshotWriter() {
  if (is_finished_ || !file_) return;
  file_.reset();
  std::remove((path_ + ".part").c_str());
}

void SnapshotWriter::fail() const {
  throw std::system_error(errno, std::generic_category(), "cannot write " + path_);
}

void SnapshotWriter::write(const void* bytes, size_t count) {
  if (count > 0 && std::fwrite(bytes, 1, count, file_.get()) != count) fail();
}

void SnapshotWriter::section(std::span<const std::byte> bytes) {
  if (lengths_.size() == sections_max) throw std::length_error("a snapshot has too many sections");
  lengths_.push_back(bytes.size());
  write(bytes.data(), bytes.size());
  const std::array<std::byte, page> blank{};
  const size_t padding = padded(bytes.size()) - bytes.size();
  write(blank.data(), padding);
  checksum_.add(bytes);
  checksum_.add({blank.data(), padding});
}

void SnapshotWriter::finish() {
  Header header;
  header.magic = magic;
  header.version = version;
  header.layout = layout_;
  header.sections = lengths_.size();
  std::copy(lengths_.begin(), lengths_.end(), header.lengths.begin());
  header.checksum = checksum_.value();
  header.header_checksum = checksum_of(header);
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0) fail();
  write(&header, sizeof(header));
  if (std::fflush(file_.get()) != 0 || fsync(fileno(file_.get())) != 0) fail();
  if (std::rename((path_ + ".part").c_str(), path_.c_str()) != 0) fail();
  is_finished_ = true;
}

SnapshotReader::SnapshotReader(const std::string& path, uint64_t layout) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (file.number() < 0 || fstat(file.number(), &status) != 0) {
    problem_ = SnapshotProblem::absent;
    return;
  }
  bytes_ = static_cast<size_t>(status.st_size);
  if (bytes_ < page) {
    problem_ = SnapshotProblem::no_snapshot;
    return;
  }
  void* mapped = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file.number(), 0);
  if (mapped == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "cannot map " + path);
  data_ = static_cast<std::byte*>(mapped);
  // Read through once for the checksum; after that the pages are asked for in no order.
  static_cast<void>(madvise(mapped, bytes_, MADV_SEQUENTIAL));
  problem_ = check(layout);
  static_cast<void>(madvise(mapped, bytes_, MADV_NORMAL));
}

SnapshotReader::~SnapshotReader() {
  if (data_ != nullptr) munmap(data_, bytes_);
}

SnapshotProblem SnapshotReader::check(uint64_t layout) {
  Header header;
  std::memcpy(&header, data_, sizeof(header));
  if (header.magic != magic) return SnapshotProblem::no_snapshot;
  if (header.version != version) return SnapshotProblem::other_version;
  if (header.header_checksum != checksum_of(header)) return SnapshotProblem::damaged;
  if (header.layout != layout) return SnapshotProblem::other_version;
  if (header.sections > sections_max) return SnapshotProblem::damaged;
  size_t at = page;
  for (size_t i = 0; i < header.sections; ++i) {
    const uint64_t length = header.lengths[i];
    if (length > bytes_ || at + padded(length) > bytes_) return SnapshotProblem::damaged;
    sections_.emplace_back(data_ + at, length);
    at += padded(length);
  }
  if (at != bytes_) return SnapshotProblem::damaged;
  Checksum sum;
  sum.add({data_ + page, bytes_ - page});
  return sum.value() == header.checksum ? SnapshotProblem::none : SnapshotProblem::damaged;
}

std::span<std::byte> SnapshotReader::section() {
  return next_ < sections_.size() ? sections_[next_++] : std::span<std::byte>();
}

}  // namespace matcher
