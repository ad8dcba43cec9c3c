#include "tests/support/private_cluster.h"

#include <filesystem>
#include <memory>

#include <unistd.h>

#include "tests/support/scratch.h"

namespace support {
namespace {

namespace fs = std::filesystem;
using broker::postgres::Cluster;
using broker::postgres::ClusterSettings;

ClusterSettings settings_for(const fs::path& directory) {
  ClusterSettings settings;
  settings.directory = directory;
  settings.options = {{"fsync", "off"}, {"max_connections", "50"}, {"shared_buffers", "32MB"}};
  return settings;
}

// initdb takes a second, and each test is a process: the first one leaves a cluster for the others to copy.
fs::path template_data() {
  const fs::path data = fs::temp_directory_path() / ("waymark-test-template-" + std::to_string(geteuid()));
  if (fs::exists(data / "PG_VERSION")) return data;
  const Scratch scratch;
  Cluster(settings_for(scratch.path() / "c")).stop();
  std::error_code lost_the_race;
  fs::rename(scratch.path() / "c" / "data", data, lost_the_race);
  return data;
}

class SharedCluster {
 public:
  SharedCluster() {
    const fs::path directory = scratch_.path() / "c";
    fs::create_directories(directory);
    fs::copy(template_data(), directory / "data", fs::copy_options::recursive);
    cluster_ = std::make_unique<Cluster>(settings_for(directory));
  }
  Cluster& cluster() { return *cluster_; }

 private:
  Scratch scratch_;
  std::unique_ptr<Cluster> cluster_;
};

}  // namespace

Cluster& private_cluster() {
  static SharedCluster shared;
  return shared.cluster();
}

std::string fresh_database() {
  static int count = 0;
  const std::string name = "test_" + std::to_string(++count);
  private_cluster().run("postgres", "create database " + name);
  return private_cluster().conninfo(name);
}

}  // namespace support
