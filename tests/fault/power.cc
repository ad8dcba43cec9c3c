// A power cut under the database: of what was not synced a part is gone.
#include <filesystem>
#include <iostream>

#include <unistd.h>

#include "broker/postgres/cluster_directory.h"
#include "tests/fault/faults.h"
#include "tests/fault/lossy_disk.h"

namespace fault {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto moment_max = 900ms;
constexpr auto ready_time = 60s;

// All of the cluster's files, where PostgreSQL finds them by a link.
void move_to(LossyDisk& disk, broker::postgres::Cluster& database) {
  database.stop();
  const fs::path data = disk.place() / "data";
  fs::copy(database.data_directory(), data, fs::copy_options::recursive);
  fs::remove_all(database.data_directory());
  broker::postgres::make_own_directory(data, broker::postgres::unprivileged_user());
  disk.sync();
  fs::create_directory_symlink(data, database.data_directory());
  database.start();
}

}  // namespace

bool lose_power(Trial& trial) {
  if (::geteuid() != 0) throw CannotRun("a file system can be mounted by root alone");
  // Under /var/tmp, since the trial's own directory may be closed to the database's user.
  const fs::path place = "/var/tmp/waymark-lossy-disk-" + std::to_string(::getpid());
  size_t lost = 0;
  bool is_clean = false;
  {
    LossyDisk disk(place, trial.options().seed);
    SiteSettings settings = trial.site_settings();
    settings.brokers = 2;
    Site site(std::move(settings));
    move_to(disk, site.database());
    for (size_t number = 0; number < site.brokers(); ++number) site.await_ready(number, ready_time);
    is_clean = trial.run(site, [&](int) {
      trial.wait_a_moment(moment_max);
      lost += disk.cut_power();
      site.database().crash_whole();
      disk.restore_power();
      const auto began = std::chrono::steady_clock::now();
      site.database().start();
      trial.measure("database back after",
                    std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began));
      for (size_t number = 0; number < site.brokers(); ++number) site.await_ready(number, ready_time);
    });
    site.database().stop();
  }
  std::cout << lost << " blocks that were not synced were lost\n";
  fs::remove_all(place);
  return is_clean && lost > 0;  // else nothing was tried
}

}  // namespace fault
