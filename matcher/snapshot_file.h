// An index as one file: sections one after the other, each at the beginning of a page so that it can be used where it
// is mapped, with a version and a checksum over everything. Used by Index::save and Index::load.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "matcher/column.h"
#include "matcher/index.h"

namespace matcher {

// A checksum that is taken over pieces of any length, eight bytes at a time in four lanes.
class Checksum {
 public:
  void add(std::span<const std::byte> bytes);
  uint64_t value() const;

 private:
  void add_block(const std::byte* block);
  static constexpr size_t block_bytes = 32;
  uint64_t lanes_[4] = {1, 2, 3, 4};
  std::byte rest_[block_bytes] = {};
  size_t rest_bytes_ = 0;
  uint64_t total_ = 0;
};

// Writes beside the final name and takes its place when finished and on the disk. Throws std::system_error.
class SnapshotWriter {
 public:
  SnapshotWriter(std::string path, uint64_t layout);
  ~SnapshotWriter();

  void section(std::span<const std::byte> bytes);
  template <typename T>
  void values(std::span<const T> values) {
    section(std::as_bytes(values));
  }
  template <typename T>
  void column(const Column<T>& column) {
    values(std::span<const T>(column.data(), column.size()));
  }
  void finish();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void write(const void* bytes, size_t count);
  [[noreturn]] void fail() const;

  std::string path_;
  uint64_t layout_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::vector<uint64_t> lengths_;
  Checksum checksum_;
  bool is_finished_ = false;
};

// A file mapped whole. Pages that a writer changes later become the process's own; the file stays as it is.
class SnapshotReader {
 public:
  // `layout` is what the file has to have been written with.
  SnapshotReader(const std::string& path, uint64_t layout);
  ~SnapshotReader();
  SnapshotReader(const SnapshotReader&) = delete;
  SnapshotReader& operator=(const SnapshotReader&) = delete;

  SnapshotProblem problem() const { return problem_; }
  size_t mapped_bytes() const { return bytes_; }

  // The sections in the order of writing; empty past the last one.
  std::span<std::byte> section();
  // False when the next section does not hold whole values.
  template <typename T>
  bool values(std::span<T>& out) {
    const std::span<std::byte> bytes = section();
    if (bytes.size() % sizeof(T) != 0) return false;
    out = {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
    return true;
  }
  template <typename T>
  bool column(Column<T>& column) {
    std::span<T> found;
    if (!values(found)) return false;
    column.adopt(found);
    return true;
  }

 private:
  SnapshotProblem check(uint64_t layout);

  std::byte* data_ = nullptr;
  size_t bytes_ = 0;
  SnapshotProblem problem_ = SnapshotProblem::none;
  std::vector<std::span<std::byte>> sections_;
  size_t next_ = 0;
};

}  // namespace matcher
