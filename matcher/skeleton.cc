#include "matcher/skeleton.h"

#include <array>

namespace matcher {
namespace {

constexpr int sounds_max = 12;
constexpr int bits_per_sound = 5;

// Every initial vowel is one sound, `a`; inside a name vowels are dropped.
bool is_vowel(char c) {
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}
bool is_front(char c) {
  return c == 'e' || c == 'i' || c == 'y';
}

struct Step {
  char sound;   // 0: silent
  size_t used;  // letters consumed
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Step step(size_t i) const {
    if (i == 0) {
      const Step first = initial_step();
      if (first.used > 0) return first;
    }
    const Step several = cluster_step(i);
    return several.used > 0 ? several : letter_step(i);
  }

 private:
  bool has(size_t i, std::string_view part) const { return text_.substr(i, part.size()) == part; }
  char at(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  Step initial_step() const {
    for (const std::string_view silent : {"kn", "gn", "pn", "wr"})
      if (has(0, silent)) return {silent[1] == 'r' ? 'r' : 'n', 2};
    if (has(0, "ps")) return {'s', 2};
    if (has(0, "wh")) return {'v', 2};
    if (has(0, "x")) return {'s', 1};
    if (has(0, "y") && is_vowel(at(1))) return {'y', 1};
    if (has(0, "j") && at(1) == 'e') return {'j', 1};
    if (is_vowel(at(0)) || at(0) == 'y') return {'a', 1};
    if (at(0) == 'h') return {'h', 1};
    return {0, 0};
  }

  // Spellings of one consonant, longest first.
  Step cluster_step(size_t i) const {
    struct Cluster {
      std::string_view letters;
      char sound;
    };
    static constexpr std::array<Cluster, 24> clusters = {
        {{"tsch", 'k'}, {"dzh", 'j'}, {"sch", 's'}, {"tch", 'k'}, {"szcz", 's'}, {"ph", 'f'},
         {"gh", 'g'},   {"th", 't'},  {"dh", 'd'},  {"bh", 'b'},  {"kh", 'k'},   {"ck", 'k'},
         {"sh", 's'},   {"sz", 's'},  {"zh", 's'},  {"cz", 's'},  {"rz", 's'},   {"ts", 's'},
         {"tz", 's'},   {"dz", 's'},  {"ch", 'k'},  {"dj", 'j'},  {"dg", 'j'},   {"cs", 's'}}};
    for (const Cluster& cluster : clusters) {
      if (!has(i, cluster.letters)) continue;
      const size_t end = i + cluster.letters.size();
      // Hugh, Vaughan, Wright: silent at the end and before a consonant.
      if (cluster.letters == "gh" && i > 0 && !is_vowel(at(end))) return {0, 2};
      return {cluster.sound, cluster.letters.size()};
    }
    return {0, 0};
  }

  Step letter_step(size_t i) const {
    const char c = text_[i];
    if (is_vowel(c) || c == 'y' || c == 'h') return {0, 1};
    switch (c) {
      case 'c': return {is_front(at(i + 1)) ? 's' : 'k', 1};
      case 'q': return {'k', 1};
      case 'g': return {at(i + 1) == 'e' || at(i + 1) == 'i' ? 'j' : 'g', 1};
      case 'z': return {'s', 1};
      case 'w': return {'v', 1};
      case 'x': return {'s', 1};
      default: return {c, 1};
    }
  }

  std::string_view text_;
};

uint64_t code_of(char sound) {
  if (sound >= 'a' && sound <= 'z') return static_cast<uint64_t>(sound - 'a' + 1);
  return 27 + static_cast<uint64_t>(sound % 5);  // a digit in a name: kept apart roughly
}

// A Lithuanian family has one surname in three forms: Kazlauskas, his wife Kazlauskiene, their daughter Kazlauskaite.
constexpr size_t family_letters_min = 8;
std::string_view family_stem(std::string_view token) {
  if (token.size() < family_letters_min || token.ends_with("waite")) return token;
  for (const std::string_view ending : {"iene", "aite", "yte"})
    if (token.ends_with(ending)) return token.substr(0, token.size() - ending.size());
  return token;
}

}  // namespace

Skeleton skeleton_of(std::string_view whole) {
  const std::string_view token = family_stem(whole);
  const Reader reader(token);
  Skeleton out = 0;
  int count = 0;
  char last = 0;
  for (size_t i = 0; i < token.size() && count < sounds_max;) {
    const Step step = reader.step(i);
    if (step.sound != 0 && step.sound != last) {
      out |= code_of(step.sound) << (bits_per_sound * count);
      ++count;
    }
    // A vowel between two equal consonants keeps both, as in Lala; doubled letters do not.
    last = step.sound != 0 ? step.sound : (is_vowel(token[i]) ? '\0' : last);
    i += step.used;
  }
  if (token.size() < whole.size() && count < sounds_max) out |= code_of('s') << (bits_per_sound * count);
  return out;
}

std::string skeleton_text(Skeleton skeleton) {
  std::string out;
  for (; skeleton != 0; skeleton >>= bits_per_sound) {
    const auto code = static_cast<int>(skeleton & 31U);
    out.push_back(code <= 26 ? static_cast<char>('a' + code - 1) : static_cast<char>('0' + code - 27));
  }
  return out;
}

int skeleton_length(Skeleton skeleton) {
  int count = 0;
  for (; skeleton != 0; skeleton >>= bits_per_sound) ++count;
  return count;
}

}  // namespace matcher
