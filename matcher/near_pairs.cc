#include "matcher/near_pairs.h"

#include <algorithm>
#include <span>

#include "matcher/blocking.h"

namespace matcher {
namespace {

constexpr size_t letters_min = 4;      // shorter names are near to too many
constexpr size_t names_max = 2;        // of a query's forenames and surnames, those looked at
constexpr size_t forms_max = 48;       // of one name
constexpr size_t both_near_max = 300;  // pairs of which both names are near ones

void add_once(std::vector<Skeleton>& to, Skeleton sound, Skeleton own) {
  if (sound == 0 || sound == own || to.size() >= forms_max) return;
  if (std::ranges::find(to, sound) == to.end()) to.push_back(sound);
}

// The sounds of the names that this one may have been.
std::vector<Skeleton> forms_of(const QueryWord& word, Usage usage, const TokenTable& tokens) {
  std::vector<Skeleton> out;
  for (const NameClass name_class : word.classes())
    if (name_class != 0)
      for (const Skeleton sound : sounds_of_class(name_class)) add_once(out, sound, word.skeleton());
  if (word.text().size() < letters_min) return out;
  thread_local std::vector<TokenId> near;
  near.clear();
  tokens.near(word.text(), usage, near);
  for (const TokenId token : near) add_once(out, tokens.skeleton(token), word.skeleton());
  return out;
}

// A name as forename and as surname, since it may stand in either place.
struct Forms {
  const QueryWord* word;
  std::vector<Skeleton> as_forename;
  std::vector<Skeleton> as_surname;
};

std::vector<Forms> forms_of_all(const std::vector<QueryWord>& words, const TokenTable& tokens) {
  std::vector<Forms> out;
  for (const QueryWord& word : std::span(words).first(std::min(words.size(), names_max)))
    out.push_back({&word, forms_of(word, Usage::forename, tokens), forms_of(word, Usage::surname, tokens)});
  return out;
}

}  // namespace

std::vector<uint64_t> near_pair_keys(const Query& query, const TokenTable& tokens) {
  std::vector<uint64_t> out;
  const auto add = [&](const Forms& first, const Forms& last, bool with_both_near) {
    const std::vector<Skeleton>& firsts = first.as_forename;
    const std::vector<Skeleton>& lasts = last.as_surname;
    for (const Skeleton form : firsts) out.push_back(name_pair_key(form, last.word->skeleton()));
    for (const Skeleton form : lasts) out.push_back(name_pair_key(first.word->skeleton(), form));
    if (!with_both_near || firsts.size() * lasts.size() > both_near_max) return;
    for (const Skeleton a : firsts)
      for (const Skeleton b : lasts) out.push_back(name_pair_key(a, b));
  };
  const std::vector<Forms> forenames = forms_of_all(query.forenames, tokens);
  const std::vector<Forms> surnames = forms_of_all(query.surnames, tokens);
  for (const Forms& forename : forenames) {
    for (const Forms& surname : surnames) {
      add(forename, surname, true);
      // Written in the other order, and one of them wrong.
      add(surname, forename, false);
    }
  }
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  return out;
}

}  // namespace matcher
