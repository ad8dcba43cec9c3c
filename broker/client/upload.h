// Handing in a file through the API and waiting for what became of it. Used by `waymark upload`, the demo and the
// end-to-end tests.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "broker/client/api.h"

namespace broker::client {

// What the API takes a file of this name for: application/xml, text/csv or application/zip.
std::string content_type_of(const std::filesystem::path& file);

// `attachment; filename="..."` with the name as RFC 6266 quotes it.
std::string disposition_of(const std::string& filename);

// Whether a file with the same name and bytes, handed in again, is the same request and gets the same answer.
enum class SameFile { is_new_request, is_same_request };

// Posts the file in pieces, however large it is, with progress on a terminal; the broker goes by its name. Throws
// std::system_error when it can't be read.
Answer upload_file(Api& api, const std::filesystem::path& file, const std::string& kind,
                   SameFile same = SameFile::is_new_request);

// All that was refused, as a CSV: of a CSV file the rows themselves, to be mended and handed in again, else a line each.
// Throws std::runtime_error when the broker refuses it.
std::string errors_csv(Api& api, const std::string& id, const std::filesystem::path& file);

// Asks until the upload is completed or failed, or the time is over; gives the last answer.
Answer await_upload(Api& api, const std::string& id, std::chrono::milliseconds time);

}  // namespace broker::client
