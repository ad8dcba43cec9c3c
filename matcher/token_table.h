// Every distinct word of the records held, once: its letters, sound, name classes, and how often it is used as what.
// A record holds numbers of this table. Words are never removed; their counts are. One writer, many readers without a
// lock.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/column.h"
#include "matcher/name_classes.h"
#include "matcher/near_names.h"
#include "matcher/skeleton.h"

namespace matcher {

enum class Usage : uint8_t { forename, surname, guardian, word };
constexpr size_t usages = 4;

class SnapshotReader;
class SnapshotWriter;

class TokenTable {
 public:
  explicit TokenTable(Epochs& epochs);

  TokenId intern(std::string_view text);
  std::optional<TokenId> find(std::string_view text) const;

  std::string_view text(TokenId id) const { return {letters_.data() + rows_[id].letters_at, rows_[id].length}; }
  Skeleton skeleton(TokenId id) const { return rows_[id].skeleton; }
  const NameClasses& classes(TokenId id) const { return rows_[id].classes; }
  // One bit for each letter that the word has: two words that differ in many are far apart.
  uint32_t letter_set(TokenId id) const { return rows_[id].letter_set; }
  size_t size() const { return rows_.size(); }
  // A wide number's halves are taken for words as well, so the place may be beyond the end.
  void prefetch(TokenId id) const { __builtin_prefetch(rows_.data() + id); }

  void count(TokenId id, Usage usage, int change);
  uint32_t count_of(TokenId id, Usage usage) const { return load(rows_[id].counts[static_cast<size_t>(usage)]); }
  // How often any name of the class is used so; forename and surname only.
  uint64_t count_of_class(NameClass name_class, Usage usage) const {
    return load(class_counts_[static_cast<size_t>(usage)][name_class]);
  }
  uint64_t total(Usage usage) const { return load(totals_[static_cast<size_t>(usage)]); }

  // Appends the words one slip away from this one that were ever used so: as a forename, or as a surname.
  void near(std::string_view word, Usage usage, std::vector<TokenId>& out) const;

  size_t memory_bytes() const;

  void save(SnapshotWriter& out) const;
  bool load(SnapshotReader& in);

 private:
  struct Row {
    Skeleton skeleton = 0;
    NameClasses classes{};
    std::array<uint32_t, usages> counts{};
    uint32_t letters_at = 0;
    uint32_t letter_set = 0;
    uint8_t length = 0;
    uint8_t listed = 0;  // one bit a usage: among the names of that use
  };

  // Counts change while readers look at them.
  template <typename Count>
  static Count load(const Count& count) {
    return __atomic_load_n(&count, __ATOMIC_RELAXED);
  }
  template <typename Count>
  static void add(Count& count, int change) {
    const auto signed_count = static_cast<int64_t>(count) + change;
    __atomic_store_n(&count, static_cast<Count>(signed_count), __ATOMIC_RELAXED);
  }
  size_t place_of(const Buckets<uint32_t>::View& places, std::string_view text) const;
  void grow();
  void list(TokenId id, Usage usage);

  Column<Row> rows_;
  Column<char> letters_;
  Buckets<uint32_t> places_;  // token + 1
  std::array<std::vector<uint64_t>, usages> class_counts_;
  std::array<uint64_t, usages> totals_{};
  NearNames forenames_;
  NearNames surnames_;
};

// A well-mixed 64-bit hash; the index's keys use it too.
uint64_t hash_text(std::string_view text);
// A bit for every letter a-z and one for digits.
uint32_t letter_set_of(std::string_view text);
inline uint64_t mix(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93ULL;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93ULL;
  x ^= x >> 32;
  return x;
}

}  // namespace matcher
