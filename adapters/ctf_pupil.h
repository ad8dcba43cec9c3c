// One `Pupil` element to a pupil record and what could not be read of it. Used by the reader of transfer files only.
#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "adapters/ctf.h"

namespace adapters {

// The elements whose children are pupils: of transfer files, and of the files about children missing education.
inline bool holds_pupils(std::string_view element_name) {
  return element_name == "CTFpupilData" || element_name == "CMEpupilData";
}

// The text of an element without the blanks around it, with the pieces that comments part; empty for no element.
std::string element_text(const pugi::xml_node& element);

// `line` is left to the caller.
CtfPupil read_ctf_pupil(const pugi::xml_node& element, size_t row, const CtfHeader& header, CtfKind kind);

}  // namespace adapters
