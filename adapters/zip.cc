#include "adapters/zip.h"

#include <algorithm>

#include <archive.h>
#include <archive_entry.h>

#include "adapters/refused_file.h"
#include "broker/base/ensure.h"
#include "broker/base/text.h"

namespace adapters {
namespace {

using broker::base::ProblemType;
using broker::base::refuse;
using broker::base::Result;

constexpr size_t block_bytes = size_t{64} * 1024;

// A name that would lead somewhere else when somebody unpacks it.
bool leads_out(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos) return true;
  if (name.size() > 1 && name[1] == ':') return true;
  for (const auto& part : broker::base::split(name, '/')) {
    if (part == "..") return true;
  }
  return std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

struct ZipReader::Handle {
  Handle() : archive(archive_read_new()) {
    broker::base::ensure(archive != nullptr);
    archive_read_support_format_zip(archive);
  }
  ~Handle() { archive_read_free(archive); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  struct archive* archive;
  archive_entry* entry = nullptr;  // owned by the archive
};

ZipReader::ZipReader(std::string_view bytes, ZipLimits limits) : handle_(std::make_unique<Handle>()), limits_(limits) {
  if (archive_read_open_memory(handle_->archive, bytes.data(), bytes.size()) != ARCHIVE_OK) open_failed();
}

ZipReader::ZipReader(int file, ZipLimits limits) : handle_(std::make_unique<Handle>()), limits_(limits) {
  if (archive_read_open_fd(handle_->archive, file, block_bytes) != ARCHIVE_OK) open_failed();
}

ZipReader::~ZipReader() = default;

void ZipReader::open_failed() {
  failure_ = refused_file(zip_code::damaged, "This is no zip file, or it is damaged.");
}

Result<std::optional<ZipReader::Member>> ZipReader::next() {
  while (!failure_) {
    const int result = archive_read_next_header(handle_->archive, &handle_->entry);
    if (result == ARCHIVE_EOF) return std::optional<Member>();
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
      failure_ = refused_file(zip_code::damaged, "The zip file is damaged: its members can't be read on.");
      break;
    }
    if (++members_ > limits_.members_max) {
      failure_ = refused_file(zip_code::too_many, "The zip file has too many members.", ProblemType::too_large);
      break;
    }
    member_bytes_ = 0;
    member_packed_from_ = static_cast<uint64_t>(std::max<int64_t>(0, archive_filter_bytes(handle_->archive, -1)));
    if (archive_entry_filetype(handle_->entry) == AE_IFDIR) continue;
    return std::optional<Member>(named_member());
  }
  return refuse(*failure_);
}

ZipReader::Member ZipReader::named_member() {
  const char* given = archive_entry_pathname_utf8(handle_->entry);
  if (given == nullptr) given = archive_entry_pathname(handle_->entry);
  const std::string name = given == nullptr ? "" : given;
  Member member{"member " + std::to_string(members_), std::nullopt, {}};
  if (broker::base::is_utf8(name) && !name.empty()) member.name = name.substr(0, limits_.name_bytes_max);
  if (!broker::base::is_utf8(member.name)) member.name = "member " + std::to_string(members_);
  const auto type = archive_entry_filetype(handle_->entry);
  if (leads_out(name) || (type != AE_IFREG && type != 0)) {
    member.code = zip_code::path;
    member.words = "The member's name leads out of the zip file, or it is a link.";
  } else if (archive_entry_is_encrypted(handle_->entry) != 0) {
    member.code = zip_code::encrypted;
    member.words = "The member is encrypted. Waymark's connection is; send it as it is.";
  } else if (broker::base::lowered(name).ends_with(".zip")) {
    member.code = zip_code::nested;
    member.words = "A zip file within a zip file is not read. Put the files themselves into one.";
  }
  return member;
}

void ZipReader::check_size(uint64_t packed) {
  const bool is_swollen =
      member_bytes_ > limits_.ratio_from_bytes && member_bytes_ / std::max<uint64_t>(packed, 1) > limits_.ratio_max;
  if (expanded_bytes_ <= limits_.expanded_bytes_max && !is_swollen) return;
  failure_ = refused_file(zip_code::bomb, "The zip file expands to more than is read.", ProblemType::too_large);
}

size_t ZipReader::read(char* into, size_t count) {
  if (failure_) return 0;
  const auto size = archive_read_data(handle_->archive, into, count);
  if (size < 0) {
    failure_ = refused_file(zip_code::damaged, "A member of the zip file is damaged.");
    return 0;
  }
  expanded_bytes_ += static_cast<uint64_t>(size);
  member_bytes_ += static_cast<uint64_t>(size);
  // Packed bytes are counted by blocks of the file, so a small member may look smaller than it is, never larger.
  const auto read_so_far = static_cast<uint64_t>(std::max<int64_t>(0, archive_filter_bytes(handle_->archive, -1)));
  const auto stated = archive_entry_size_is_set(handle_->entry) != 0 ? block_bytes : uint64_t{0};
  check_size(read_so_far - std::min(read_so_far, member_packed_from_) + stated);
  return failure_ ? 0 : static_cast<size_t>(size);
}

ZipMemberBuffer::int_type ZipMemberBuffer::underflow() {
  const size_t size = zip_.read(bytes_.data(), bytes_.size());
  if (size == 0) return traits_type::eof();
  setg(bytes_.data(), bytes_.data(), bytes_.data() + size);
  return traits_type::to_int_type(*gptr());
}

}  // namespace adapters
