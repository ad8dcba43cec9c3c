// Reads a zip file one member after another in bounded memory, and refuses what zips are misused for: bombs, zips in
// zips, names that lead out of their folder, links, encrypted members. Used by the reader of uploaded files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>

#include "broker/base/result.h"

namespace adapters {

struct ZipLimits {
  uint64_t members_max = 200'000;
  uint64_t expanded_bytes_max = uint64_t{8} * 1024 * 1024 * 1024;  // of all members
  // A member that expands by more than this is no text of a school, once it is larger than the second.
  uint64_t ratio_max = 200;
  uint64_t ratio_from_bytes = uint64_t{4} * 1024 * 1024;
  size_t name_bytes_max = 200;
};

// Codes of members that are refused by themselves, and of zips that are refused as a whole.
namespace zip_code {
inline constexpr std::string_view encrypted = "zip-encrypted";
inline constexpr std::string_view nested = "zip-nested";
inline constexpr std::string_view path = "zip-path";
inline constexpr std::string_view bomb = "zip-bomb";
inline constexpr std::string_view too_many = "zip-too-many";
inline constexpr std::string_view damaged = "zip-damaged";
}  // namespace zip_code

class ZipReader {
 public:
  // `bytes`, or the open file, outlives the reader.
  explicit ZipReader(std::string_view bytes, ZipLimits limits = {});
  explicit ZipReader(int file, ZipLimits limits = {});
  ~ZipReader();
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;

  struct Member {
    std::string name;                      // as the zip gives it, cut to name_bytes_max; `member 7` where it is no text
    std::optional<std::string_view> code;  // why it is not read; see zip_code
    std::string_view words;                // the same for people
  };
  // The next file, folders left out; nothing at the end. Refused with a code when the zip can't be read on.
  broker::base::Result<std::optional<Member>> next();

  // What is left of the present member, at most `count` bytes; 0 at its end, and when something is wrong: see
  // failure().
  size_t read(char* into, size_t count);
  const std::optional<broker::base::Problem>& failure() const { return failure_; }

 private:
  struct Handle;
  void open_failed();
  Member named_member();
  void check_size(uint64_t packed);

  std::unique_ptr<Handle> handle_;
  ZipLimits limits_;
  uint64_t members_ = 0;
  uint64_t expanded_bytes_ = 0;
  uint64_t member_bytes_ = 0;
  uint64_t member_packed_from_ = 0;  // bytes of the zip that were read when the member began
  std::optional<broker::base::Problem> failure_;
};

// The present member as a stream of its bytes.
class ZipMemberBuffer : public std::streambuf {
 public:
  explicit ZipMemberBuffer(ZipReader& zip) : zip_(zip), bytes_(size_t{64} * 1024, '\0') {}

 protected:
  int_type underflow() override;

 private:
  ZipReader& zip_;
  std::string bytes_;
};

}  // namespace adapters
