// A disk that is full, of the database.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include <sys/mount.h>

#include "broker/postgres/cluster_directory.h"
#include "tests/fault/faults.h"

namespace fault {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto full_max = 2'500ms;
constexpr auto ready_time = 30s;
constexpr size_t ballast_bytes = size_t{1} << 20;

// A file system of its own in memory, which can be filled to the last byte.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path place) : place_(std::move(place)) {
    fs::create_directories(place_);
    if (::mount("tmpfs", place_.c_str(), "tmpfs", 0, "size=1g,mode=755") != 0) {
      throw CannotRun(std::string("a file system can't be mounted: ") + std::strerror(errno));
    }
  }
  ~SmallDisk() { ::umount2(place_.c_str(), MNT_DETACH); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const fs::path& place() const { return place_; }

  void fill() const {
    std::ofstream out(ballast(), std::ios::binary);
    out.rdbuf()->pubsetbuf(nullptr, 0);
    for (const size_t bytes : {ballast_bytes, size_t{4096}, size_t{1}}) {
      const std::string zeros(bytes, '\0');
      while (out.write(zeros.data(), static_cast<std::streamsize>(bytes))) {
      }
      out.clear();
    }
  }
  void clear() const { fs::remove(ballast()); }

 private:
  fs::path ballast() const { return place_ / "ballast"; }

  fs::path place_;
};

// The tables and the write-ahead log move to the small disk, where PostgreSQL finds them by links.
void move_to(const SmallDisk& disk, broker::postgres::Cluster& database) {
  database.stop();
  const auto user = broker::postgres::unprivileged_user();
  for (const char* part : {"base", "pg_wal"}) {
    const fs::path from = database.data_directory() / part;
    const fs::path to = disk.place() / part;
    fs::copy(from, to, fs::copy_options::recursive);
    fs::remove_all(from);
    broker::postgres::make_own_directory(to, user);
    fs::create_directory_symlink(to, from);
  }
  database.start();
}

}  // namespace

bool fill_disk(Trial& trial) {
  // Under /var/tmp, since the trial's own directory may be closed to the database's user.
  const SmallDisk disk("/var/tmp/waymark-small-disk-" + std::to_string(::getpid()));
  SiteSettings settings = trial.site_settings();
  settings.brokers = 2;
  settings.database_options = {{"max_wal_size", "64MB"}, {"min_wal_size", "32MB"}};
  Site site(std::move(settings));
  move_to(disk, site.database());
  for (size_t number = 0; number < site.brokers(); ++number) site.await_ready(number, ready_time);
  return trial.run(site, [&](int) {
    trial.wait_a_moment(500ms);
    disk.fill();
    trial.wait_a_moment(full_max);
    disk.clear();
    const auto began = std::chrono::steady_clock::now();
    // Without room for its log PostgreSQL ends; whoever runs it starts it again.
    site.database().start();
    for (size_t number = 0; number < site.brokers(); ++number) {
      trial.time_to_write(site, number);
      trial.measure("writes again after",
                    std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began));
      site.await_ready(number, ready_time);
    }
  });
}

}  // namespace fault
