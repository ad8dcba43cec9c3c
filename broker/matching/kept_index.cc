#include "broker/matching/kept_index.h"

#include <fstream>
#include <system_error>
#include <vector>

#include "broker/base/text.h"
#include "certs/files.h"

namespace broker::matching {
namespace {

namespace fs = std::filesystem;

constexpr const char* list_name = "records.list";
constexpr const char* index_suffix = ".index";
constexpr std::string_view format = "waymark records 1";
constexpr size_t fields_of_record = 7;
constexpr size_t fields_of_head = 5;
constexpr size_t digest_bytes = 32;

// Named by its marks, so that the list belongs to one file and to no other.
std::string index_name(const store::FeedMarks& marks) {
  return "records-" + std::to_string(marks.record_key) + "-" + std::to_string(marks.change) + index_suffix;
}

void forget_other_indexes(const fs::path& directory, const std::string& name) {
  std::vector<fs::path> others;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const fs::path file = entry.path();
    if (file.extension() == index_suffix && file.filename() != name) others.push_back(file);
  }
  for (const fs::path& other : others) fs::remove(other);
}

// A line a record under a head; no field of them can hold a tab. The digest of all that stands before ends it.
std::string list_of(const KeptIndex& kept) {
  std::string text(format);
  text += '\t' + std::to_string(kept.marks.record_key) + '\t' + std::to_string(kept.marks.change) + '\t' +
          kept.store_mark + '\t' + std::to_string(kept.known->size()) + '\n';
  for (const auto& [key, side] : *kept.known) {
    text += std::to_string(key) + '\t' + side.authority + '\t' + side.school + '\t' +
            std::string(domain::text_of(side.kind)) + '\t' + side.case_id + '\t' + side.upload_id + '\t' +
            std::to_string(side.row) + '\n';
  }
  return text + base::sha256(text);
}

// False when the line is none of a record.
bool add_record(std::string_view line, KnownRecords& known) {
  const std::vector<std::string_view> fields = base::split(line, '\t');
  if (fields.size() != fields_of_record) return false;
  const auto key = base::parse_number(fields[0]);
  const auto kind = domain::parse_name<domain::RecordKind>(fields[3]);
  const auto row = base::parse_number(fields[6]);
  if (!key || !kind || !row) return false;
  known[*key] = {std::string(fields[1]), std::string(fields[2]), *kind, *key,
                 std::string(fields[4]), std::string(fields[5]), *row};
  return true;
}

// Nothing when the text is no whole list.
std::optional<KeptIndex> parse_list(std::string_view text) {
  if (text.size() < digest_bytes) return std::nullopt;
  const std::string_view digest = text.substr(text.size() - digest_bytes);
  text.remove_suffix(digest_bytes);
  if (base::sha256(text) != digest) return std::nullopt;
  KeptIndex kept{nullptr, std::make_shared<KnownRecords>(), {}, {}};
  size_t end = text.find('\n');
  const std::vector<std::string_view> head = base::split(text.substr(0, end), '\t');
  if (end == std::string_view::npos || head.size() != fields_of_head || head[0] != format) return std::nullopt;
  const auto record_key = base::parse_number(head[1]);
  const auto change = base::parse_number(head[2]);
  const auto count = base::parse_number(head[4]);
  if (!record_key || !change || !count) return std::nullopt;
  kept.marks = {*record_key, *change};
  kept.store_mark = head[3];
  kept.known->reserve(static_cast<size_t>(*count));
  for (size_t begin = end + 1; begin < text.size(); begin = end + 1) {
    end = text.find('\n', begin);
    if (end == std::string_view::npos || !add_record(text.substr(begin, end - begin), *kept.known)) return std::nullopt;
  }
  if (kept.known->size() != static_cast<size_t>(*count)) return std::nullopt;
  return kept;
}

std::string words_of(matcher::SnapshotProblem problem) {
  switch (problem) {
    case matcher::SnapshotProblem::none: return {};
    case matcher::SnapshotProblem::absent: return "the matcher's file is not there";
    case matcher::SnapshotProblem::no_snapshot: return "the matcher's file is none";
    case matcher::SnapshotProblem::other_version: return "the matcher's file is of another version";
    case matcher::SnapshotProblem::damaged: return "the matcher's file is damaged";
  }
  return "the matcher's file can't be read";
}

}  // namespace

void keep_index(const fs::path& directory, const KeptIndex& kept) {
  fs::create_directories(directory);
  fs::permissions(directory, fs::perms::owner_all);
  const std::string name = index_name(kept.marks);
  kept.index->save((directory / name).string());
  fs::permissions(directory / name, fs::perms::owner_read | fs::perms::owner_write);
  certs::write_file(directory / list_name, list_of(kept), certs::private_mode);
  forget_other_indexes(directory, name);
}

tl::expected<KeptIndex, std::string> read_kept_index(const fs::path& directory) {
  std::ifstream in(directory / list_name, std::ios::binary);
  if (!in) return tl::make_unexpected("nothing is kept");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto kept = parse_list(text);
  if (!kept) return tl::make_unexpected("the list is damaged or of another version");
  auto problem = matcher::SnapshotProblem::none;
  auto index = matcher::Index::load((directory / index_name(kept->marks)).string(), problem);
  if (!index) return tl::make_unexpected(words_of(problem));
  index->set_model(matcher::default_model());
  kept->index = std::make_shared<matcher::Index>(std::move(*index));
  return std::move(*kept);
}

}  // namespace broker::matching
