// Bytes that are too many for memory, in a file without a name: gone when this is, and when the process dies. Used for
// large request bodies and by the worker that reads them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace broker::base {

class BodyFile {
 public:
  // Throws std::system_error when the directory takes no file.
  explicit BodyFile(const std::string& directory);
  ~BodyFile();
  BodyFile(BodyFile&& other) noexcept;
  BodyFile& operator=(BodyFile&&) = delete;

  // Throws std::system_error, as when the disk is full.
  void append(std::string_view bytes);

  uint64_t size() const { return size_; }
  std::string sha256() const;  // raw, of all bytes so far
  // At most `count` bytes from `offset`; throws std::system_error.
  std::string read(uint64_t offset, size_t count) const;
  int descriptor() const { return file_; }

 private:
  struct Digest;
  int file_ = -1;
  uint64_t size_ = 0;
  std::unique_ptr<Digest> digest_;
};

}  // namespace broker::base
