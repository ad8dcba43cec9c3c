#include "matcher/normalise.h"

#include <algorithm>
#include <array>
#include <memory>

#include <unicode/translit.h>
#include <unicode/unistr.h>

namespace matcher {
namespace {

constexpr size_t text_bytes_max = 512;    // longer text is cut: no name is longer
constexpr size_t token_letters_max = 60;  // so that a bit-parallel comparison fits one machine word

constexpr std::array<std::string_view, 24> particles = {"al",  "el",  "ul",  "ur",  "bin", "bint", "ibn",   "binti",
                                                        "de",  "da",  "do",  "dos", "das", "del",  "della", "di",
                                                        "van", "von", "der", "den", "la",  "le",   "e",     "y"};

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// ICU says nothing about sharing a transliterator between threads, so each thread has its own.
const icu::Transliterator* romaniser() {
  thread_local const std::unique_ptr<icu::Transliterator> instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(icu::Transliterator::createInstance(
        icu::UnicodeString::fromUTF8("Any-Latin; Latin-ASCII; Lower"), UTRANS_FORWARD, status));
    return U_FAILURE(status) ? nullptr : std::move(made);
  }();
  return instance.get();
}

std::string romanised(std::string_view utf8) {
  auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  if (const auto* transliterator = romaniser()) transliterator->transliterate(text);
  std::string out;
  text.toUTF8String(out);
  return out;
}

bool is_joined_mark(char c) {
  return c == '\'' || c == '`' || c == '"';
}

std::string lettered(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') {
      out.push_back(static_cast<char>(c - 'A' + 'a'));
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out.push_back(c);
    } else if (!is_joined_mark(c) && !out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> out;
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = std::min(text.find(' ', start), text.size());
    if (end > start) out.push_back(text.substr(start, std::min(end - start, token_letters_max)));
    start = end + 1;
  }
  return out;
}

bool is_particle(const std::string& token) {
  return std::ranges::find(particles, token) != particles.end();
}

}  // namespace

std::string folded(std::string_view utf8) {
  const std::string_view text = utf8.substr(0, text_bytes_max);
  return is_ascii(text) ? lettered(text) : lettered(romanised(text));
}

std::vector<std::string> name_tokens(std::string_view utf8) {
  std::vector<std::string> words = split_words(folded(utf8));
  if (words.size() < 2) return words;
  std::vector<std::string> out;
  std::string prefix;
  for (std::string& word : words) {
    if (word == "o" || word == "mc" || word == "mac") {
      prefix = word;
      continue;
    }
    if (is_particle(word) && prefix.empty()) continue;
    out.push_back(prefix + word);
    prefix.clear();
  }
  if (!prefix.empty()) out.push_back(prefix);
  return out.empty() ? words : out;
}

std::vector<std::string> word_tokens(std::string_view utf8) {
  return split_words(folded(utf8));
}

std::string digits_of(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c >= '0' && c <= '9') out.push_back(c);
  return out;
}

}  // namespace matcher
