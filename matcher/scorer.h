// Weighs one stored record against a query: a level and two log-likelihood ratios for every field, one child against
// unrelated children and one household against unrelated children.
#pragma once

#include <array>

#include "matcher/blocking.h"
#include "matcher/model.h"
#include "matcher/population.h"
#include "matcher/query.h"

namespace matcher {

struct FieldScore {
  uint8_t level = 0;
  float match = 0;      // ln of how much likelier this is of one child than of unrelated ones
  float household = 0;  // ln of the same for brothers and sisters
};

struct PairScore {
  std::array<FieldScore, fields> field{};
  double match = 0;
  double household = 0;

  // They share what a household shares, and a forename, a date of birth or a sex that no slip explains differs.
  bool looks_like_siblings() const;
};

// The ln of how much likelier brothers and sisters agree so than strangers, from the same of one child.
double household_ratio(const Model& model, Field field, size_t level, double match);

// The words of a stored record by what they are; longer lists are cut.
struct StoredWords {
  template <size_t Size>
  struct List {
    std::array<TokenId, Size> token{};
    size_t count = 0;
    void add(TokenId id) {
      if (count < Size) token[count++] = id;
    }
    const TokenId* begin() const { return token.data(); }
    const TokenId* end() const { return token.data() + count; }
    bool empty() const { return count == 0; }
  };
  static constexpr TokenId no_token = UINT32_MAX;

  List<4> forenames, forenames_alt, middles, surnames, surnames_alt;
  List<4> guardian_forenames, guardian_surnames;
  List<8> streets, houses;
  List<1> towns;
  List<8> extras;
  List<8> wides;  // places of the wide markers
};

StoredWords stored_words(std::span<const RecordStore::Element> elements);

// Belongs to one search on one thread.
class Scorer {
 public:
  Scorer(const Model& model, const Population& population, const TokenTable& tokens, const RecordStore& store,
         const BlockTable& blocks)
      : model_(model), population_(population), tokens_(tokens), store_(store), blocks_(blocks) {}

  PairScore score(const Query& query, Slot slot) const;

  // Which names of the query are alike to any name of the record: what a record met by its date has to show. Where one
  // is enough, the other may not be looked for.
  struct Touch {
    bool forename = false;
    bool surname = false;
  };
  Touch touched(const Query& query, Slot slot, bool one_is_enough) const;

 private:
  struct Named {
    size_t level = 0;
    double chance = 1;  // that an unrelated child agrees so
  };

  void score_names(const Query& query, const StoredWords& words, PairScore& out) const;
  Named forename(const Query& query, const StoredWords& words) const;
  double exchanged_with_middle(const Query& query, const StoredWords& words) const;
  Named surname(const Query& query, const StoredWords& words) const;
  Named middle(const Query& query, const StoredWords& words) const;
  bool swapped(const Query& query, const StoredWords& words, Named& forename, Named& surname) const;
  double lift(const Query& query, const StoredWords& words, const Named& forename, const Named& surname) const;

  void score_guardian(const Query& query, const StoredWords& words, PairScore& out) const;
  void score_numbers(const Query& query, Slot slot, const StoredWords& words, PairScore& out) const;
  void score_places(const Query& query, Slot slot, const StoredWords& words, PairScore& out) const;
  Named address(const Query& query, const Fixed& fixed, const StoredWords& words, PostcodeLevel postcode) const;
  void score_identifiers(const Query& query, const StoredWords& words, PairScore& out) const;

  double chance(Likeness likeness, const QueryWord& word, TokenId other, Usage usage) const;
  void set(PairScore& out, Field field, size_t level, double chance) const;

  // What a chance last came to at a level: most levels meet the same chance again and again.
  struct Remembered {
    double chance = -1;
    float match = 0;
    float household = 0;
  };

  const Model& model_;
  const Population& population_;
  const TokenTable& tokens_;
  const RecordStore& store_;
  const BlockTable& blocks_;
  mutable std::array<std::array<Remembered, levels_max>, fields> remembered_;
};

}  // namespace matcher
