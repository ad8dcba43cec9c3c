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

}  // namespace

std::vector<uint64_t> near_pair_keys(const Query& query, const TokenTable& tokens) {
  std::vector<uint64_t> out;
  const auto few = [](const std::vector<QueryWord>& words) {
    return std::span(words).first(std::min(words.size(), names_max));
  };
  const auto add = [&](const QueryWord& first, const QueryWord& last, bool with_both_near) {
    const std::vector<Skeleton> firsts = forms_of(first, Usage::forename, tokens);
    const std::vector<Skeleton> lasts = forms_of(last, Usage::surname, tokens);
    for (const Skeleton form : firsts) out.push_back(name_pair_key(form, last.skeleton()));
    for (const Skeleton form : lasts) out.push_back(name_pair_key(first.skeleton(), form));
    if (!with_both_near || firsts.size() * lasts.size() > both_near_max) return;
    for (const Skeleton a : firsts)
      for (const Skeleton b : lasts) out.push_back(name_pair_key(a, b));
  };
  for (const QueryWord& forename : few(query.forenames)) {
    for (const QueryWord& surname : few(query.surnames)) {
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
