#include "matcher/query.h"

#include <algorithm>
#include <bit>

namespace matcher {
namespace {

constexpr int edits_max = 3;
constexpr double alike_min = 0.90;  // Jaro-Winkler from which two words are somewhat alike

Likeness single_letter(std::string_view a, std::string_view b) {
  return a[0] == b[0] ? Likeness::initial : Likeness::different;
}

// Every edit changes at most two letters of the set; a swap changes none.
bool may_be_near(const WordView& a, const WordView& b, int edits) {
  return std::popcount(a.letter_set ^ b.letter_set) <= 2 * edits;
}

// The edits that still count for words of this length, unless they sound alike.
int edits_of_length(size_t longer) {
  if (longer >= 9) return edits_max;
  return longer >= 6 ? 2 : 1;
}

bool is_beginning(const WordView& a, const WordView& b) {
  if (a.text.size() > b.text.size()) return is_beginning(b, a);
  return a.text.size() >= 3 && (a.letter_set & ~b.letter_set) == 0 && b.text.starts_with(a.text);
}

// The letters are looked at last: those of a stored word are seldom at hand.
Likeness edited(const PreparedWord& prepared, const WordView& a, const WordView& b) {
  const size_t shorter = std::min(a.text.size(), b.text.size());
  const size_t longer = std::max(a.text.size(), b.text.size());
  const bool same_sound = a.skeleton == b.skeleton && skeleton_length(a.skeleton) >= 2;
  const int edits = same_sound ? edits_max : edits_of_length(longer);
  const int distance = may_be_near(a, b, edits) ? prepared.osa_distance(b.text, edits) : edits_max + 1;
  if (same_sound && distance <= 1 + static_cast<int>(longer / 4)) return Likeness::sounds;
  if (distance == 1 && longer >= 4) return Likeness::typo;
  if (distance == 1 && shorter >= 2) return Likeness::weak;
  if (distance == 2 && longer >= 6) return longer >= 8 ? Likeness::typo : Likeness::weak;
  if (distance == 3 && longer >= 9) return Likeness::weak;
  if (same_sound) return Likeness::weak;
  if (is_beginning(a, b)) return Likeness::weak;
  if (longer >= 5 && may_be_near(a, b, edits_max) && a.text[0] == b.text[0] &&
      prepared.jaro_winkler(b.text) >= alike_min)
    return Likeness::weak;
  return Likeness::different;
}

}  // namespace

WordView word_view(std::string_view text) {
  return {text, skeleton_of(text), classes_of(text), letter_set_of(text)};
}

Likeness word_likeness(const PreparedWord& prepared, const WordView& a, const WordView& b) {
  return a.text == b.text ? Likeness::exact : differing_likeness(prepared, a, b);
}

Likeness differing_likeness(const PreparedWord& prepared, const WordView& a, const WordView& b) {
  if (a.text.empty() || b.text.empty()) return Likeness::different;
  if (shared_class(a.classes, b.classes) != 0) return Likeness::variant;
  if (a.text.size() == 1 || b.text.size() == 1) return single_letter(a.text, b.text);
  return edited(prepared, a, b);
}

QueryWord::QueryWord(Role role, std::string text, const TokenTable& tokens)
    : role_(role),
      text_(std::move(text)),
      prepared_(text_),
      id_(tokens.find(text_)),
      skeleton_(id_ ? tokens.skeleton(*id_) : skeleton_of(text_)),
      classes_(id_ ? tokens.classes(*id_) : classes_of(text_)),
      letter_set_(letter_set_of(text_)) {}

Likeness QueryWord::likeness(TokenId other, const TokenTable& tokens) const {
  if (id_ && *id_ == other) return Likeness::exact;
  Remembered& remembered = remembered_[(other * 0x9e3779b1U) >> 26];
  if (remembered.token != other) remembered = {other, compared(other, tokens)};
  return remembered.likeness;
}

Likeness QueryWord::compared(TokenId other, const TokenTable& tokens) const {
  const WordView mine{text_, skeleton_, classes_, letter_set_};
  const WordView theirs{tokens.text(other), tokens.skeleton(other), tokens.classes(other), tokens.letter_set(other)};
  // Two words with numbers of their own differ.
  return id_ ? differing_likeness(prepared_, mine, theirs) : word_likeness(prepared_, mine, theirs);
}

Query::Query(const Particulars& particulars, const TokenTable& tokens)
    : fixed(particulars.fixed), wides(particulars.wides) {
  for (const Word& word : particulars.words) {
    const auto add = [&](std::vector<QueryWord>& to) { to.emplace_back(word.role, word.text, tokens); };
    switch (word.role) {
      case Role::forename: add(forenames); break;
      case Role::preferred_forename:
      case Role::former_forename: add(forenames_alt); break;
      case Role::middle: add(middles); break;
      case Role::surname: add(surnames); break;
      case Role::preferred_surname:
      case Role::former_surname: add(surnames_alt); break;
      case Role::guardian_forename: add(guardian_forenames); break;
      case Role::guardian_surname:
        // A guardian known by surname alone has an empty forename, so that the two lists stay in step.
        if (guardian_forenames.size() == guardian_surnames.size())
          guardian_forenames.emplace_back(Role::guardian_forename, std::string(), tokens);
        add(guardian_surnames);
        break;
      case Role::street: add(streets); break;
      case Role::house: add(houses); break;
      case Role::town: add(towns); break;
      case Role::extra: add(extras); break;
      case Role::wide: break;
    }
  }
}

}  // namespace matcher
