// Rows of a file that were refused, as they came: to be mended, and to be shown to who sent them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/store/world.h"

namespace broker::api {

// Each refused row as it came, with what is wrong with it in columns that are passed over when it comes again, mended.
// `errors` are in the order of the file; rows of which no text is kept (of a transfer file) are left out.
std::string mendable_csv(const std::vector<store::UploadError>& errors);
// The same without the line of columns, to go on with.
std::string mendable_rows(const std::vector<store::UploadError>& errors);

// What the row says in a column of the pupil CSV; empty where it says nothing or no text of it is kept.
std::string value_in(const store::UploadError& error, std::string_view column);

}  // namespace broker::api
