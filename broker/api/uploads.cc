#include "broker/store/uploads.h"

#include <sstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters/csv.h"
#include "adapters/ctf.h"
#include "adapters/pupil_csv.h"
#include "broker/api/handlers.h"
#include "broker/message/match.h"
#include "broker/message/resource.h"
#include "broker/message/state.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;
using domain::RecordKind;

constexpr int64_t rows_max = 50'000;  // of one upload; all of them are one transaction
constexpr size_t filename_bytes_max = 200;

enum class FileType { csv, ctf };

// A file as rows that were read and rows that were not.
struct ReadFile {
  struct Row {
    int64_t row = 0;
    matcher::PupilRecord pupil;
    std::string encoded;
    std::string digest;
  };
  std::vector<Row> rows;
  std::vector<store::UploadError> errors;
  std::vector<std::string> warnings;
  int64_t received = 0;
  int64_t rejected = 0;
};

// `attachment; filename="3144001_CTF_XXXXXXX_001.xml"`.
std::string file_name_of(const net::Request& request) {
  const std::string* header = request.headers.find("Content-Disposition");
  if (header == nullptr) return {};
  const auto at = header->find("filename=");
  if (at == std::string::npos) return {};
  std::string name = header->substr(at + 9);
  if (!name.empty() && name.front() == '"') {
    name = name.substr(1, name.find('"', 1) - 1);
  } else {
    name = name.substr(0, name.find(';'));
  }
  name = name.substr(name.find_last_of("/\\") + 1);
  return name.size() > filename_bytes_max || !base::is_utf8(name) ? std::string() : name;
}

Result<FileType> type_of(const net::Request& request, const std::string& name) {
  const std::string* header = request.headers.find("Content-Type");
  const std::string type = header == nullptr ? "" : base::lowered(base::trimmed(header->substr(0, header->find(';'))));
  const std::string ending = base::lowered(name.substr(std::min(name.size(), name.find_last_of('.'))));
  if (type == "text/csv" || type == "application/csv") return FileType::csv;
  if (type == "application/xml" || type == "text/xml") return FileType::ctf;
  if (type.empty() || type == "application/octet-stream" || type == "text/plain") {
    if (ending == ".csv") return FileType::csv;
    if (ending == ".xml") return FileType::ctf;
  }
  return refuse(problem(ProblemType::unsupported_media_type,
                        "An upload is text/csv or application/xml (a CTF, CML or CMJ file)."));
}

Result<RecordKind> kind_of(const Call& call) {
  const std::string* kind = call.request.query_value("kind");
  if (kind != nullptr && *kind == "lost_pupils") return RecordKind::lost;
  if (kind != nullptr && *kind == "arrivals") return RecordKind::arrival;
  return refuse(base::invalid_field("/kind", "must be lost_pupils or arrivals"));
}

void refuse_row(ReadFile& file, const adapters::RowErrors& errors, int64_t row) {
  ++file.rejected;
  for (const adapters::RowError& error : errors) {
    file.errors.push_back({row, error.column, error.code, error.reason});
  }
}

Result<ReadFile> read_csv(const std::string& body) {
  std::istringstream in(body);
  auto reader = adapters::PupilCsvReader::open(in);
  if (!reader) return refuse(std::move(reader.error()));
  ReadFile file;
  while (auto row = reader->next()) {
    ++file.received;
    if (file.received > rows_max) {
      return refuse(problem(ProblemType::too_large, "An upload takes 50,000 rows. Send the rest in another file."));
    }
    if (row->is_refused || !row->errors.empty()) {
      refuse_row(file, row->errors, static_cast<int64_t>(row->line));
      continue;
    }
    file.rows.push_back({static_cast<int64_t>(row->line), std::move(row->record), "", ""});
  }
  if (!reader->unknown_columns().empty()) {
    file.warnings.push_back(std::to_string(reader->unknown_columns().size()) +
                            " columns are not known and were ignored.");
  }
  return file;
}

Result<ReadFile> read_transfer_file(const std::string& body, const std::string& name, RecordKind kind) {
  auto ctf = adapters::read_ctf(body, name);
  if (!ctf) return refuse(std::move(ctf.error()));
  if (kind == RecordKind::lost && !ctf->is_of_lost_pupils()) {
    return refuse(
        problem(ProblemType::malformed_body,
                "The file names the school that the pupil goes to: it is a transfer, not a lost pupil's file."));
  }
  ReadFile file;
  for (adapters::CtfPupil& pupil : ctf->pupils) {
    ++file.received;
    if (pupil.is_refused || !pupil.errors.empty()) {
      refuse_row(file, pupil.errors, static_cast<int64_t>(pupil.row));
      continue;
    }
    file.rows.push_back({static_cast<int64_t>(pupil.row), std::move(pupil.record), "", ""});
  }
  for (const adapters::FileWarning& warning : ctf->warnings) file.warnings.push_back(warning.reason);
  return file;
}

// On a thread of its own: a large file does not hold up the others' requests.
boost::asio::awaitable<Result<ReadFile>> read_file(std::string body, std::string name, FileType type, RecordKind kind,
                                                   domain::Actor by) {
  Result<ReadFile> file = type == FileType::csv ? read_csv(body) : read_transfer_file(body, name, kind);
  if (!file) co_return file;
  for (ReadFile::Row& row : file->rows) {
    if (row.pupil.school.is_empty()) row.pupil.school.laestab = by.school;
    if (row.pupil.la_code.empty()) row.pupil.la_code = by.authority;
    row.encoded = message::encode_pupil(row.pupil);
    row.digest = store::digest_of(by.authority, kind, row.encoded);
  }
  co_return file;
}

std::string upload_json(const store::UploadRow& upload, int64_t matches) {
  message::ObjectWriter body;
  body.text("id", upload.id).text("kind", upload.kind).text("filename", upload.filename).text("status", upload.status);
  body.number("received", upload.received).number("accepted", upload.accepted).number("rejected", upload.rejected);
  body.number("duplicates", upload.duplicates).number("matches", matches).texts("warnings", upload.warnings);
  body.text("authority", upload.authority);
  if (!upload.school.empty()) body.text("school", upload.school);
  body.text("time", base::format_time(upload.time)).text("errors", "/v1/uploads/" + upload.id + "/errors");
  return body.done();
}

std::string csv_of(const std::vector<store::UploadError>& errors) {
  std::string csv = "row,column,code,reason\r\n";
  adapters::CsvWriter writer(csv, adapters::FormulaGuard::on);
  for (const store::UploadError& error : errors) {
    const std::string row = std::to_string(error.row);
    for (const std::string& field : {row, error.column, error.code, error.reason}) writer.field(field);
    writer.end_row();
  }
  return csv;
}

}  // namespace

Reply upload_file(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"kind"})) co_return refuse(std::move(*refusal));
  const Result<RecordKind> kind = kind_of(call);
  if (!kind) co_return refuse(kind.error());
  const std::string name = file_name_of(call.request);
  const Result<FileType> type = type_of(call.request, name);
  if (!type) co_return refuse(type.error());
  if (call.request.body.empty()) co_return refuse(problem(ProblemType::malformed_body, "The file is empty."));

  Result<ReadFile> file = co_await boost::asio::co_spawn(
      services.threads, read_file(call.request.body, name, *type, *kind, call.actor), boost::asio::use_awaitable);
  if (!file) co_return refuse(std::move(file.error()));
  store::Needs needs;
  for (const ReadFile::Row& row : file->rows) needs.record_digests.push_back(row.digest);
  const std::string digest = base::sha256(call.request.body);
  // The file itself is kept for whoever confirms where the child is.
  std::string kept = *type == FileType::ctf ? std::move(call.request.body) : std::string();
  call.request.body.clear();

  std::function<Result<Answer>(store::World&)> decide = [call, kind = *kind, name, digest, kept = std::move(kept),
                                                         file =
                                                             std::move(*file)](store::World& world) -> Result<Answer> {
    store::UploadRow upload{.id = world.next_id(),
                            .authority = call.actor.authority,
                            .school = call.actor.school,
                            .officer = call.actor.officer,
                            .kind = kind == RecordKind::lost ? "lost_pupils" : "arrivals",
                            .filename = name,
                            .status = "completed",
                            .received = file.received,
                            .rejected = file.rejected,
                            .warnings = file.warnings,
                            .digest = digest,
                            .time = world.now()};
    for (const ReadFile::Row& row : file.rows) {
      if (world.is_known_digest(row.digest)) {
        ++upload.duplicates;
        continue;
      }
      ++upload.accepted;
      store::HeldRecord record;
      record.side = domain::MatchSide{
          .authority = upload.authority, .school = upload.school, .kind = kind, .upload_id = upload.id, .row = row.row};
      record.digest = row.digest;
      record.pupil = row.pupil;
      world.hold(std::move(record));
    }
    world.audit(call.actor, "upload.accepted", upload.id, digest);
    Answer answer = json_answer(202, upload_json(upload, 0));
    answer.headers.emplace_back("Location", "/v1/uploads/" + upload.id);
    world.add_upload(std::move(upload), file.errors, kept);
    return answer;
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

Reply get_upload(Services& services, Call call) {
  const auto stored = co_await store::find_upload(services.pool, call.viewer, call.id());
  if (!stored) co_return refuse(base::not_found());
  co_return json_answer(200, upload_json(stored->upload, stored->matches));
}

Reply list_upload_errors(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call, true);
  if (!page) co_return refuse(page.error());
  const auto stored = co_await store::find_upload(services.pool, call.viewer, call.id());
  if (!stored) co_return refuse(base::not_found());
  const auto list = co_await store::list_upload_errors(services.pool, call.viewer, call.id(), *page);
  std::vector<std::string> items;
  for (const store::UploadError& error : list.items) {
    items.push_back(message::encode_row_error(error.row, error.column, error.code, error.reason));
  }
  Answer answer = list_answer(call, items, list.next);
  const std::string* accept = call.request.headers.find("Accept");
  if (accept != nullptr && accept->starts_with("text/csv")) {
    // The same page, with the same Link to the next one.
    answer.headers.front().second = "text/csv; charset=utf-8";
    answer.body = csv_of(list.items);
  }
  if (items.empty()) co_return answer;
  store::Look look{.action = "look.upload_errors",
                   .subject = call.id(),
                   .children = {{stored->upload.id, stored->upload.authority}}};
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply list_upload_matches(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call);
  if (!page) co_return refuse(page.error());
  const auto stored = co_await store::find_upload(services.pool, call.viewer, call.id());
  if (!stored) co_return refuse(base::not_found());
  store::MatchFilter filter;
  filter.upload = call.id();
  const auto list = co_await store::list_matches(services.pool, call.viewer, filter, *page);
  Result<Answer> answer = co_await show_matches(services, call, "look.upload_matches", list);
  co_return answer;
}

}  // namespace broker::api
