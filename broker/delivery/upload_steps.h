// What an uploaded file becomes, a part at a time: held records that are matched, sealed transfer files, and refused
// rows. `prepare_part` is the slow half and runs on a thread; `write_part` is the decision on the writer's world.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/pupil_file.h"
#include "broker/domain/calendar.h"
#include "broker/domain/match.h"
#include "broker/postgres/pool.h"
#include "broker/store/vault.h"
#include "broker/store/world.h"

namespace broker::delivery {

struct PreparedTransfer {
  store::SealedFile sealed;
  std::string digest;  // raw
  int64_t bytes = 0;
  std::string name;
};

struct PreparedRow {
  int64_t row = 0;
  matcher::PupilRecord pupil;
  std::string digest;  // raw, by which the same row is known again
  std::optional<PreparedTransfer> transfer;
};

struct PreparedFile {
  PreparedTransfer transfer;
  std::string destination;  // authority or LAESTAB that takes it today
  std::vector<std::string> upns;
};

struct PreparedPart {
  std::vector<PreparedRow> rows;
  std::vector<PreparedFile> files;
  std::vector<store::UploadError> errors;
  int64_t received = 0;
  int64_t rejected = 0;
  std::vector<std::string> warnings;
  int64_t bytes_read = 0;
  bool is_last = false;
  std::vector<std::string> cases;  // of the sender's authority for a child who has left; see cases_of_leavers
};

// Who sends the file, and as what.
struct Sender {
  std::string authority;
  std::string school;  // LAESTAB, empty when the authority itself sends it
  std::string kind;    // lost_pupils, arrivals, transfer
};
// Nothing for another word.
std::optional<adapters::FilePurpose> purpose_of(const std::string& kind);

PreparedPart prepare_part(adapters::FilePart part, const Sender& sender, const store::Vault& vault);

// The authority's open cases for children who left, by this part: what it or its school says of them is news for the
// cases. Empty for any other file.
boost::asio::awaitable<std::vector<std::string>> cases_of_leavers(postgres::Pool& writer_pool,
                                                                  std::vector<std::string> upns, std::string authority);
std::vector<std::string> upns_of_leavers(const PreparedPart& part, const Sender& sender);

store::Needs needs_of(const PreparedPart& part, const Sender& sender);

// Adds the part to the upload and to the world. The upload is not yet put there.
std::vector<store::UploadError> write_part(store::World& world, store::UploadRow& upload, const PreparedPart& part,
                                           const domain::Calendar& calendar);

}  // namespace broker::delivery
