// What has been revoked, for the checks that TLS leaves out: a resumed session is not verified again, and an open
// connection never is. The server asks this list on resumption and when it sweeps its open sessions.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>

#include <tl/expected.hpp>

namespace certs {

class RevocationList {
 public:
  // Reads the lists of every CA in `ca_file`; one file may hold several of each, as while a CA is replaced. Gives a
  // sentence for the log when a file can't be read, a CA has no list or two, or a list was not signed by any of them.
  static tl::expected<RevocationList, std::string> load(const std::filesystem::path& ca_file,
                                                        const std::filesystem::path& crl_file);

  // `serial` as in Caller::serial. Serial numbers are random, so that one set serves all CAs.
  bool is_revoked(std::string_view serial) const { return serials_.contains(std::string(serial)); }

  // A stale list fails closed: TLS refuses every new client then, so open sessions have to end as well.
  bool is_stale(std::chrono::sys_seconds now) const { return now > next_update_; }
  std::chrono::sys_seconds next_update() const { return next_update_; }  // the earliest of all lists
  size_t size() const { return serials_.size(); }

  // Reads the same files again. When that fails, what was known stays, and the sentence says why.
  tl::expected<void, std::string> reload();

 private:
  RevocationList() = default;

  std::filesystem::path ca_file_;
  std::filesystem::path crl_file_;
  std::unordered_set<std::string> serials_;
  std::chrono::sys_seconds next_update_{};
};

}  // namespace certs
