// A file system that loses power: what was written and not synced is gone afterwards, block by block as chance has it.
// FUSE over a directory, in this process; only root can mount it for PostgreSQL's user.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

namespace fault {

class LossyDisk {
 public:
  static constexpr size_t block_bytes = 4096;  // is lost or kept as a whole

  // Makes `place`/disk, which holds what was written (in `place`/backing). Throws CannotRun where it can't be mounted.
  LossyDisk(const std::filesystem::path& place, uint64_t seed);
  ~LossyDisk();
  LossyDisk(const LossyDisk&) = delete;
  LossyDisk& operator=(const LossyDisk&) = delete;

  const std::filesystem::path& place() const { return mount_point_; }

  // Everything is synced.
  void sync();
  // From now on every call fails with EIO, and of the blocks that were not synced about half are as they were before.
  // New names, removed ones and renamings stay, as a journal keeps them. Gives how many blocks were lost.
  size_t cut_power();
  void restore_power();

 private:
  struct State;

  std::filesystem::path mount_point_;
  std::unique_ptr<State> state_;
};

}  // namespace fault
