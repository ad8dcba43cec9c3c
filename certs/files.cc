#include "certs/files.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace certs {
namespace {

constexpr size_t file_bytes_max = size_t{64} << 20;
constexpr auto lock_retry = std::chrono::milliseconds(20);

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  throw std::system_error(errno, std::generic_category(), std::string(what) + " " + path.string());
}

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags, unsigned mode = 0)
      : value(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  const int value;
};

void write_all(const Descriptor& file, std::string_view text, const std::filesystem::path& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(file.value, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, "writing");
    text.remove_prefix(static_cast<size_t>(count));
  }
}

constexpr std::string_view draft_end = ".draft";

// The process that writes `<name>.<process id>.draft`; 0 when the name is not of that kind.
pid_t writer_of(std::string_view name) {
  if (!name.ends_with(draft_end)) return 0;
  name.remove_suffix(draft_end.size());
  const std::string_view digits = name.substr(name.rfind('.') + 1);
  pid_t writer = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), writer);
  const bool is_whole = digits.size() < name.size() && read.ec == std::errc() && read.ptr == digits.end();
  return is_whole && writer > 0 ? writer : 0;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (file.value < 0) fail(path, "reading");
  std::string text;
  std::array<char, 65536> part;
  while (true) {
    const ssize_t count = ::read(file.value, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, "reading");
    if (count == 0) return text;
    text.append(part.data(), static_cast<size_t>(count));
    if (text.size() > file_bytes_max) {
      errno = EFBIG;
      fail(path, "reading");
    }
  }
}

void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode) {
  std::filesystem::path draft = path;
  draft += "." + std::to_string(::getpid()) + std::string(draft_end);
  ::unlink(draft.c_str());
  {
    const Descriptor file(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    if (file.value < 0) fail(draft, "creating");
    try {
      write_all(file, text, draft);
      // The umask may have taken bits away that the broker's own user needs.
      if (::fchmod(file.value, mode) != 0 || ::fsync(file.value) != 0) fail(draft, "keeping");
      if (::rename(draft.c_str(), path.c_str()) != 0) fail(path, "replacing");
    } catch (...) {
      ::unlink(draft.c_str());
      throw;
    }
  }
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Descriptor directory(folder, O_RDONLY | O_DIRECTORY);
  if (directory.value < 0 || ::fsync(directory.value) != 0) fail(folder, "keeping");
}

void remove_drafts(const std::filesystem::path& directory) {
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const pid_t writer = writer_of(entry.path().filename().string());
    if (writer == 0 || ::kill(writer, 0) == 0 || errno != ESRCH) continue;
    if (::unlink(entry.path().c_str()) != 0 && errno != ENOENT) fail(entry.path(), "removing");
  }
}

FileLock::FileLock(const std::filesystem::path& path, std::chrono::milliseconds wait_max)
    : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, private_mode)) {
  if (descriptor_ < 0) fail(path, "locking");
  const auto deadline = std::chrono::steady_clock::now() + wait_max;
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      const int why = errno;
      ::close(descriptor_);
      errno = why;
      fail(path, "locking");
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      ::close(descriptor_);
      throw std::runtime_error("another process holds " + path.string());
    }
    std::this_thread::sleep_for(lock_retry);
  }
}

FileLock::~FileLock() {
  // The kernel lets the lock go with the descriptor, as it does when the process is killed.
  ::close(descriptor_);
}

}  // namespace certs
