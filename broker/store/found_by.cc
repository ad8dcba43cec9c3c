#include "broker/store/found_by.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "matcher/identifiers.h"

namespace broker::store {
namespace {

using Texts = std::vector<std::string>;

bool is_of_upn(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

Texts upns_of(const matcher::PupilRecord& child) {
  Texts upns = child.former_upns;
  if (!child.upn.empty()) upns.push_back(child.upn);
  return upns;
}

Texts found_by(const matcher::PupilRecord& child) {
  Texts all = upns_of(child);
  if (child.dob.is_full()) all.push_back(child.dob.text());
  return all;
}

Texts found_by(const std::vector<matcher::PupilRecord>& children) {
  Texts all;
  for (const matcher::PupilRecord& child : children) std::ranges::copy(found_by(child), std::back_inserter(all));
  return all;
}

Texts found_by(std::string_view refused_row) {
  Texts upns;
  auto from = refused_row.begin();
  while (from != refused_row.end()) {
    from = std::find_if(from, refused_row.end(), is_of_upn);
    const auto to = std::find_if_not(from, refused_row.end(), is_of_upn);
    std::string upn = matcher::cleaned_upn({from, to});
    if (matcher::is_valid_upn(upn)) upns.push_back(std::move(upn));
    from = to;
  }
  return upns;
}

}  // namespace broker::store
