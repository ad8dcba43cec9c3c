#include <algorithm>

#include "adapters/ctf.h"
#include "adapters/ctf_pupil.h"
#include "broker/base/ensure.h"

namespace adapters {
namespace {

// Finds where each pupil begins and ends in a text that check_xml has let pass. The text is cut, not parsed and
// printed, so that what stays is what was sent, to the last blank.
class PupilFinder {
 public:
  struct Range {
    size_t first;
    size_t end;
  };

  explicit PupilFinder(std::string_view text) : text_(text) {}

  std::vector<Range> find() {
    for (size_t at = text_.find('<'); at != std::string_view::npos; at = text_.find('<', at)) {
      const auto rest = text_.substr(at);
      if (rest.starts_with("<!--")) {
        at = after("-->", at + 4);
      } else if (rest.starts_with("<![CDATA[")) {
        at = after("]]>", at);
      } else if (rest.starts_with("<?")) {
        at = after("?>", at);
      } else if (rest.starts_with("</")) {
        at = after(">", at);
        note_end(at);
      } else {
        at = note_start(at);
      }
    }
    return std::move(found_);
  }

 private:
  size_t after(std::string_view token, size_t from) const {
    const auto at = text_.find(token, from);
    broker::base::ensure(at != std::string_view::npos);
    return at + token.size();
  }

  // Past the tag that begins at `first`, with its quoted values.
  size_t note_start(size_t first) {
    size_t at = text_.find_first_of(" \t\r\n/>", first);
    const auto name = text_.substr(first + 1, at - first - 1);
    while (text_[at] != '>') at = text_[at] == '"' || text_[at] == '\'' ? after(text_.substr(at, 1), at + 1) : at + 1;
    const bool is_empty = text_[at - 1] == '/';
    ++at;
    if (open_.size() == 2 && holds_pupils(open_.back()) && name == "Pupil") found_.push_back({first, at});
    if (!is_empty) open_.push_back(name);
    return at;
  }

  void note_end(size_t end) {
    const auto name = open_.back();
    open_.pop_back();
    if (open_.size() == 2 && holds_pupils(open_.back()) && name == "Pupil") found_.back().end = end;
  }

  std::string_view text_;
  std::vector<std::string_view> open_;
  std::vector<Range> found_;
};

}  // namespace

std::string write_ctf_of_pupil(const CtfFile& file, size_t row) {
  const std::string_view text = file.document.text;
  const auto pupils = PupilFinder(text).find();
  broker::base::ensure(row >= 1 && row <= pupils.size());
  std::string kept;
  size_t at = 0;
  for (size_t i = 0; i < pupils.size(); ++i) {
    if (i + 1 == row) continue;
    auto first = pupils[i].first;
    // The blanks before a pupil go with it.
    while (first > at && std::string_view(" \t\r\n").find(text[first - 1]) != std::string_view::npos) --first;
    kept += text.substr(at, first - at);
    at = pupils[i].end;
  }
  kept += text.substr(at);
  return encode_xml({std::move(kept), file.document.encoding, file.document.has_mark});
}

}  // namespace adapters
