// By which what is held of a child is found when all of it is asked for, kept beside each text that names one: the UPNs
// that it has or had, and its full date of birth.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matcher/pupil_record.h"

namespace broker::store {

std::vector<std::string> found_by(const matcher::PupilRecord& child);
// Of several.
std::vector<std::string> found_by(const std::vector<matcher::PupilRecord>& children);
// Of a row that could not be read: the UPNs that stand in it.
std::vector<std::string> found_by(std::string_view refused_row);

std::vector<std::string> upns_of(const matcher::PupilRecord& child);

}  // namespace broker::store
