// A record made ready to be compared with many: its words prepared for bit-parallel comparison, their likeness to
// the words met so far remembered. Belongs to one search on one thread.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "matcher/distance.h"
#include "matcher/particulars.h"
#include "matcher/token_table.h"

namespace matcher {

// How two words are alike, the best first.
enum class Likeness : uint8_t { exact, variant, sounds, typo, weak, initial, different };

class QueryWord {
 public:
  QueryWord(Role role, std::string text, const TokenTable& tokens);

  Likeness likeness(TokenId other, const TokenTable& tokens) const;

  Role role() const { return role_; }
  const std::string& text() const { return text_; }
  std::optional<TokenId> id() const { return id_; }
  Skeleton skeleton() const { return skeleton_; }
  const NameClasses& classes() const { return classes_; }
  const PreparedWord& prepared() const { return prepared_; }

 private:
  struct Remembered {
    TokenId token = UINT32_MAX;
    Likeness likeness = Likeness::different;
  };
  static constexpr size_t remembered_max = 64;

  Likeness compared(TokenId other, const TokenTable& tokens) const;

  Role role_;
  std::string text_;
  PreparedWord prepared_;
  std::optional<TokenId> id_;
  Skeleton skeleton_;
  NameClasses classes_;
  uint32_t letter_set_;
  mutable std::array<Remembered, remembered_max> remembered_;
};

// A word with all that likeness looks at.
struct WordView {
  std::string_view text;
  Skeleton skeleton = 0;
  NameClasses classes{};
  uint32_t letter_set = 0;
};

WordView word_view(std::string_view text);

// The likeness of two words by itself; and of two that are known to differ.
Likeness word_likeness(const PreparedWord& prepared, const WordView& a, const WordView& b);
Likeness differing_likeness(const PreparedWord& prepared, const WordView& a, const WordView& b);

struct Query {
  Query(const Particulars& particulars, const TokenTable& tokens);

  Fixed fixed;
  std::vector<Wide> wides;
  std::vector<QueryWord> forenames;      // primary, in order
  std::vector<QueryWord> forenames_alt;  // preferred and former
  std::vector<QueryWord> middles;
  std::vector<QueryWord> surnames;
  std::vector<QueryWord> surnames_alt;
  std::vector<QueryWord> guardian_forenames;  // with guardian_surnames, in pairs; an unknown forename is empty text
  std::vector<QueryWord> guardian_surnames;
  std::vector<QueryWord> streets;
  std::vector<QueryWord> houses;
  std::vector<QueryWord> towns;
  std::vector<QueryWord> extras;
};

}  // namespace matcher
