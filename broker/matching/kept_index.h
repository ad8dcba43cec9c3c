// The live index in two files of a directory: the matcher's own, and a list of what the broker knows of each record. A
// broker that starts reads those and what has come since, in place of every record that is held.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include <tl/expected.hpp>

#include "broker/domain/match.h"
#include "broker/store/feed.h"
#include "matcher/index.h"

namespace broker::matching {

using KnownRecords = std::unordered_map<int64_t, domain::MatchSide>;  // by key; also those that are held no more

struct KeptIndex {
  std::shared_ptr<matcher::Index> index;  // owners: these, and whatever searches or fills it on a thread
  std::shared_ptr<KnownRecords> known;
  store::FeedMarks marks;  // as of these
  std::string store_mark;  // what the store said of itself at the marks, see Store::mark_at
};

// Takes the place of what the directory keeps, once it is whole and on the disk. Readable by nobody else: it holds
// children's particulars. Throws std::system_error or std::filesystem::filesystem_error.
void keep_index(const std::filesystem::path& directory, const KeptIndex& kept);

// What is kept there, with the program's own model. Otherwise why nothing can be taken from there, in words for the
// log.
tl::expected<KeptIndex, std::string> read_kept_index(const std::filesystem::path& directory);

}  // namespace broker::matching
