#define FUSE_USE_VERSION 35
#include "tests/fault/lossy_disk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <dirent.h>
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "broker/base/ensure.h"
#include "broker/base/random.h"
#include "tests/fault/faults.h"

namespace fault {

namespace fs = std::filesystem;
using broker::base::ensure;

// The functions named like system calls answer the kernel: 0 or more, or minus errno. One at a time.
struct LossyDisk::State {
  // What a file was when it was synced last, as far as it was changed since.
  struct Dirty {
    int descriptor = -1;  // of our own, to undo with, whatever becomes of the name
    off_t size = 0;
    std::map<off_t, std::string> blocks;  // by number; shorter than a block: the file ended there
  };

  explicit State(uint64_t seed) : random(seed) {}

  std::string backing;
  std::mutex mutex;
  std::map<ino_t, Dirty> dirty;
  bool is_cut = false;
  broker::base::SeededRandom random;
  fuse* handle = nullptr;
  std::thread loop;

  static State& mine() { return *static_cast<State*>(fuse_get_context()->private_data); }
  std::string at(const char* name) const { return backing + name; }

  static struct stat status_of(int descriptor) {
    struct stat status{};
    ensure(::fstat(descriptor, &status) == 0);
    return status;
  }

  Dirty& dirty_file(int descriptor) {
    const struct stat status = status_of(descriptor);
    Dirty& file = dirty[status.st_ino];
    if (file.descriptor < 0) {
      file.descriptor = ::open(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), O_RDWR | O_CLOEXEC);
      ensure(file.descriptor >= 0);
      file.size = status.st_size;
    }
    return file;
  }

  // To be called before bytes from `offset` on are changed.
  void remember(int descriptor, off_t offset, off_t length) {
    Dirty& file = dirty_file(descriptor);
    constexpr auto block = static_cast<off_t>(block_bytes);
    for (off_t number = offset / block; number * block < offset + length; ++number) {
      if (file.blocks.contains(number)) continue;
      std::string before(block_bytes, '\0');
      const ssize_t got = ::pread(file.descriptor, before.data(), before.size(), number * block);
      before.resize(got > 0 ? static_cast<size_t>(got) : 0);
      file.blocks[number] = std::move(before);
    }
  }

  void forget(int descriptor) {
    const auto found = dirty.find(status_of(descriptor).st_ino);
    if (found == dirty.end()) return;
    ::close(found->second.descriptor);
    dirty.erase(found);
  }

  // About half of the blocks become what they were. A file that had grown ends behind the last one that was kept.
  size_t undo(const Dirty& file) {
    size_t lost = 0;
    off_t end = file.size;
    for (const auto& [number, before] : file.blocks) {
      const off_t place = number * static_cast<off_t>(block_bytes);
      if (random.next() % 2 == 0) {
        end = std::max(end, place + static_cast<off_t>(block_bytes));
        continue;
      }
      std::string whole = before;
      whole.resize(block_bytes, '\0');
      ensure(::pwrite(file.descriptor, whole.data(), whole.size(), place) >= 0);
      ++lost;
    }
    const off_t now = status_of(file.descriptor).st_size;
    ensure(::ftruncate(file.descriptor, std::max(file.size, std::min(end, now))) == 0);
    ::close(file.descriptor);
    return lost;
  }

  // A call that does its work under the lock, unless the power is off.
  template <typename Work>
  static int call(Work work) {
    State& disk = mine();
    const std::lock_guard lock(disk.mutex);
    if (disk.is_cut) return -EIO;
    const auto result = work(disk);
    return result < 0 ? -errno : static_cast<int>(result);
  }

  static int getattr(const char* name, struct stat* status, fuse_file_info* file) {
    return call([&](State& disk) {
      return file != nullptr ? ::fstat(static_cast<int>(file->fh), status) : ::lstat(disk.at(name).c_str(), status);
    });
  }
  static int readlink(const char* name, char* text, size_t size) {
    return call([&](State& disk) {
      const ssize_t got = ::readlink(disk.at(name).c_str(), text, size - 1);
      if (got >= 0) text[got] = '\0';
      return got < 0 ? got : 0;
    });
  }
  // What is made belongs to whoever asked for it.
  static int owned(const std::string& path, int result) {
    const fuse_context* by = fuse_get_context();
    return result < 0 ? result : ::lchown(path.c_str(), by->uid, by->gid);
  }
  static int mkdir(const char* name, mode_t mode) {
    return call([&](State& disk) { return owned(disk.at(name), ::mkdir(disk.at(name).c_str(), mode)); });
  }
  static int symlink(const char* target, const char* name) {
    return call([&](State& disk) { return owned(disk.at(name), ::symlink(target, disk.at(name).c_str())); });
  }
  static int unlink(const char* name) {
    return call([&](State& disk) { return ::unlink(disk.at(name).c_str()); });
  }
  static int rmdir(const char* name) {
    return call([&](State& disk) { return ::rmdir(disk.at(name).c_str()); });
  }
  static int rename(const char* from, const char* to, unsigned flags) {
    return call([&](State& disk) {
      return ::renameat2(AT_FDCWD, disk.at(from).c_str(), AT_FDCWD, disk.at(to).c_str(), flags);
    });
  }
  static int link(const char* from, const char* to) {
    return call([&](State& disk) { return ::link(disk.at(from).c_str(), disk.at(to).c_str()); });
  }
  static int chmod(const char* name, mode_t mode, fuse_file_info*) {
    return call([&](State& disk) { return ::chmod(disk.at(name).c_str(), mode); });
  }
  static int chown(const char* name, uid_t user, gid_t group, fuse_file_info*) {
    return call([&](State& disk) { return ::lchown(disk.at(name).c_str(), user, group); });
  }
  static int utimens(const char* name, const timespec times[2], fuse_file_info*) {
    return call([&](State& disk) { return ::utimensat(AT_FDCWD, disk.at(name).c_str(), times, AT_SYMLINK_NOFOLLOW); });
  }
  static int truncate(const char* name, off_t size, fuse_file_info* file) {
    return call([&](State& disk) {
      const int descriptor =
          file != nullptr ? static_cast<int>(file->fh) : ::open(disk.at(name).c_str(), O_RDWR | O_CLOEXEC);
      if (descriptor < 0) return -1;
      const off_t before = status_of(descriptor).st_size;
      if (size < before) disk.remember(descriptor, size, before - size);
      if (size > before) disk.dirty_file(descriptor);
      const int result = ::ftruncate(descriptor, size);
      if (file == nullptr) ::close(descriptor);
      return result;
    });
  }
  static int open(const char* name, fuse_file_info* file) {
    return call([&](State& disk) {
      // Read and write, so that what stood there can be remembered; the kernel has checked what the caller may.
      const bool writes = (file->flags & O_ACCMODE) != O_RDONLY;
      const int flags = (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC;
      const int descriptor = ::open(disk.at(name).c_str(), flags);
      if (descriptor < 0) return -1;
      file->fh = static_cast<uint64_t>(descriptor);
      return 0;
    });
  }
  static int create(const char* name, mode_t mode, fuse_file_info* file) {
    return call([&](State& disk) {
      const int descriptor = ::open(disk.at(name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | (file->flags & O_EXCL), mode);
      if (descriptor < 0) return -1;
      file->fh = static_cast<uint64_t>(descriptor);
      return owned(disk.at(name), 0);
    });
  }
  static int read(const char*, char* bytes, size_t size, off_t offset, fuse_file_info* file) {
    return call([&](State&) { return ::pread(static_cast<int>(file->fh), bytes, size, offset); });
  }
  static int write(const char*, const char* bytes, size_t size, off_t offset, fuse_file_info* file) {
    return call([&](State& disk) {
      disk.remember(static_cast<int>(file->fh), offset, static_cast<off_t>(size));
      return ::pwrite(static_cast<int>(file->fh), bytes, size, offset);
    });
  }
  static int statfs(const char*, struct statvfs* status) {
    return call([&](State& disk) { return ::statvfs(disk.backing.c_str(), status); });
  }
  static int release(const char*, fuse_file_info* file) {
    ::close(static_cast<int>(file->fh));
    return 0;
  }
  static int fsync(const char*, int, fuse_file_info* file) {
    return call([&](State& disk) {
      disk.forget(static_cast<int>(file->fh));
      return 0;
    });
  }
  static int fsyncdir(const char*, int, fuse_file_info*) {
    return call([](State&) { return 0; });
  }
  static int readdir(const char* name, void* buffer, fuse_fill_dir_t fill, off_t, fuse_file_info*, fuse_readdir_flags) {
    return call([&](State& disk) {
      DIR* const directory = ::opendir(disk.at(name).c_str());
      if (directory == nullptr) return -1;
      while (const dirent* entry = ::readdir(directory)) {
        fill(buffer, entry->d_name, nullptr, 0, fuse_fill_dir_flags(0));
      }
      ::closedir(directory);
      return 0;
    });
  }
  // Nothing is kept by the kernel that we might have undone.
  static void* init(fuse_conn_info*, fuse_config* settings) {
    settings->attr_timeout = 0;
    settings->entry_timeout = 0;
    settings->negative_timeout = 0;
    settings->use_ino = 1;
    settings->hard_remove = 1;
    return fuse_get_context()->private_data;
  }

  static fuse_operations operations() {
    fuse_operations table{};
    table.getattr = getattr;
    table.readlink = readlink;
    table.mkdir = mkdir;
    table.unlink = unlink;
    table.rmdir = rmdir;
    table.symlink = symlink;
    table.rename = rename;
    table.link = link;
    table.chmod = chmod;
    table.chown = chown;
    table.truncate = truncate;
    table.open = open;
    table.read = read;
    table.write = write;
    table.statfs = statfs;
    table.release = release;
    table.fsync = fsync;
    table.readdir = readdir;
    table.fsyncdir = fsyncdir;
    table.init = init;
    table.create = create;
    table.utimens = utimens;
    return table;
  }
};

LossyDisk::LossyDisk(const fs::path& place, uint64_t seed)
    : mount_point_(place / "disk"), state_(std::make_unique<State>(seed)) {
  state_->backing = (place / "backing").string();
  fs::create_directories(state_->backing);
  fs::create_directories(mount_point_);
  std::string name = "waymark-fault", flag = "-o", options = "allow_other,default_permissions,fsname=lossy";
  char* arguments[] = {name.data(), flag.data(), options.data(), nullptr};
  fuse_args given = FUSE_ARGS_INIT(3, arguments);
  const fuse_operations table = State::operations();
  state_->handle = fuse_new(&given, &table, sizeof table, state_.get());
  fuse_opt_free_args(&given);
  if (state_->handle == nullptr || fuse_mount(state_->handle, mount_point_.c_str()) != 0) {
    if (state_->handle != nullptr) fuse_destroy(state_->handle);
    throw CannotRun("a FUSE file system can't be mounted: it takes root and /dev/fuse");
  }
  state_->loop = std::thread([handle = state_->handle] { fuse_loop(handle); });
}

LossyDisk::~LossyDisk() {
  fuse_exit(state_->handle);
  fuse_unmount(state_->handle);
  state_->loop.join();
  fuse_destroy(state_->handle);
  sync();
}

void LossyDisk::sync() {
  const std::lock_guard lock(state_->mutex);
  for (const auto& [inode, file] : state_->dirty) ::close(file.descriptor);
  state_->dirty.clear();
}

size_t LossyDisk::cut_power() {
  const std::lock_guard lock(state_->mutex);
  state_->is_cut = true;
  size_t lost = 0;
  for (const auto& [inode, file] : state_->dirty) lost += state_->undo(file);
  state_->dirty.clear();
  return lost;
}

void LossyDisk::restore_power() {
  const std::lock_guard lock(state_->mutex);
  state_->is_cut = false;
}

}  // namespace fault
