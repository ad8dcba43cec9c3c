// Files of the certificate authority: read whole, replaced whole, and one process at a time.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

namespace certs {

inline constexpr unsigned private_mode = 0600;
inline constexpr unsigned public_mode = 0644;

// Throws std::system_error when the file can't be read or is larger than any file of ours.
std::string read_file(const std::filesystem::path& path);

// A reader sees the old text or the new one, never a part, and the new one is on the disk when this returns. The file
// has the mode from its first byte on, so that a key is at no moment readable by others.
void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode);

// Removes what writers that were killed left half-written in the directory; those of programs that run are let be.
void remove_drafts(const std::filesystem::path& directory);

// Holds the lock file while it lives. Throws std::runtime_error when another process keeps it beyond the limit.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path, std::chrono::milliseconds wait_max = std::chrono::seconds(10));
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace certs
