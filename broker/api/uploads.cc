#include "broker/store/uploads.h"

#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters/csv.h"
#include "adapters/pupil_csv.h"
#include "adapters/pupil_file.h"
#include "broker/api/handlers.h"
#include "broker/api/refused_rows.h"
#include "broker/delivery/upload_steps.h"
#include "broker/delivery/upload_worker.h"
#include "broker/message/match.h"
#include "broker/message/resource.h"
#include "broker/message/state.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;

constexpr size_t filename_bytes_max = 200;
// What is read, decided and answered in the call itself; more is read by the upload worker.
constexpr size_t rows_in_call_max = 10'000;

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

// The name with the ending of its format, by which the worker knows it later.
Result<std::string> typed_name(const net::Request& request, std::string name) {
  const std::string* header = request.headers.find("Content-Type");
  const std::string type = header == nullptr ? "" : base::lowered(base::trimmed(header->substr(0, header->find(';'))));
  const auto format = adapters::file_format(type, name);
  if (!format) {
    return refuse(
        problem(ProblemType::unsupported_media_type,
                "An upload is text/csv, application/xml (a CTF, CML or CMJ file), or application/zip with these."));
  }
  if (adapters::file_format("", name) == format) return name;
  switch (*format) {
    case adapters::FileFormat::csv: return name + ".csv";
    case adapters::FileFormat::ctf: return name + ".xml";
    case adapters::FileFormat::zip: break;
  }
  return name + ".zip";
}

Result<std::string> kind_of(const Call& call) {
  const std::string* kind = call.request.query_value("kind");
  if (kind != nullptr && delivery::purpose_of(*kind)) return *kind;
  return refuse(base::invalid_field("/kind", "must be lost_pupils, arrivals or transfer"));
}

// On a thread of its own: a large file does not hold up the others' requests.
boost::asio::awaitable<Result<delivery::PreparedPart>> read_file(std::string body, std::string name,
                                                                 delivery::Sender sender, const store::Vault& vault) {
  const auto purpose = *delivery::purpose_of(sender.kind);
  const auto reader = adapters::PupilFileReader::open(body, name, *adapters::file_format("", name), purpose);
  auto part = reader->next(rows_in_call_max);
  if (!part) co_return refuse(std::move(part.error()));
  co_return delivery::prepare_part(std::move(*part), std::move(sender), vault);
}

// A whole file that is refused is refused in the answer, with its code.
std::optional<base::Problem> refusal_of(const delivery::PreparedPart& part) {
  if (part.received != 1 || part.rejected != 1 || part.errors.size() != 1) return std::nullopt;
  const store::UploadError& error = part.errors.front();
  if (error.row != 0 || !error.member.empty()) return std::nullopt;
  base::Problem refusal = problem(ProblemType::malformed_body, error.reason);
  refusal.members.emplace_back("code", error.code);
  return refusal;
}

store::UploadRow new_upload(store::World& world, const Call& call, const std::string& kind, const std::string& name,
                            const std::string& digest, int64_t bytes) {
  store::UploadRow upload;
  upload.authority = call.actor.authority;
  upload.school = call.actor.school;
  upload.officer = call.actor.officer;
  upload.kind = kind;
  upload.filename = name;
  upload.digest = digest;
  upload.time = world.now();
  upload.bytes = bytes;
  return upload;
}

std::string upload_json(const store::UploadRow& upload, int64_t matches) {
  message::ObjectWriter body;
  body.text("id", upload.id).text("kind", upload.kind).text("filename", upload.filename).text("status", upload.status);
  body.number("received", upload.received).number("accepted", upload.accepted).number("rejected", upload.rejected);
  body.number("duplicates", upload.duplicates).number("matches", matches).texts("warnings", upload.warnings);
  body.number("bytes", upload.bytes).number("bytes_read", upload.bytes_read);
  body.text("authority", upload.authority);
  if (!upload.school.empty()) body.text("school", upload.school);
  body.text("time", base::format_time(upload.time)).text("errors", "/v1/uploads/" + upload.id + "/errors");
  return body.done();
}

std::string errors_csv(const std::vector<store::UploadError>& errors) {
  std::string csv = "row,column,code,reason,file\r\n";
  adapters::CsvWriter writer(csv, adapters::FormulaGuard::on);
  for (const store::UploadError& error : errors) {
    const std::string row = std::to_string(error.row);
    for (const std::string& field : {row, error.column, error.code, error.reason, error.member}) writer.field(field);
    writer.end_row();
  }
  return csv;
}

Answer accepted(const store::UploadRow& upload) {
  Answer answer = json_answer(202, upload_json(upload, 0));
  answer.headers.emplace_back("Location", "/v1/uploads/" + upload.id);
  return answer;
}

Reply write_small_upload(Services& services, Call call, delivery::Sender sender, std::string name, std::string digest,
                         int64_t bytes, delivery::PreparedPart part) {
  std::vector<std::string> upns = delivery::upns_of_leavers(part, sender);
  part.cases = co_await delivery::cases_of_leavers(services.writer_pool, upns, sender.authority);
  store::Needs needs = delivery::needs_of(part, sender);
  auto shared = std::make_shared<delivery::PreparedPart>(std::move(part));  // owners: the copies of the decision
  std::function<Result<Answer>(store::World&)> decide = [call, kind = sender.kind, name, digest, bytes, shared,
                                                         &calendar =
                                                             services.calendar](store::World& world) -> Result<Answer> {
    store::UploadRow upload = new_upload(world, call, kind, name, digest, bytes);
    upload.id = world.next_id();
    upload.status = "completed";
    auto errors = delivery::write_part(world, upload, *shared, calendar);
    upload.bytes_read = bytes;
    world.audit(call.actor, "upload.accepted", upload.id, digest);
    Answer answer = accepted(upload);
    world.put_upload(std::move(upload), std::move(errors));
    return answer;
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

// Sealed a part at a time, before the upload is accepted: once it is, nothing of it can be lost.
boost::asio::awaitable<void> save_parts(Services& services, std::string upload_id, const net::Request& request) {
  const base::BodyFile* file = request.body_file.get();
  const size_t size = file != nullptr ? file->size() : request.body.size();
  int64_t number = 0;
  for (size_t at = 0; at < size; at += delivery::upload_part_bytes, ++number) {
    const std::string bytes = file != nullptr ? file->read(at, delivery::upload_part_bytes)
                                              : request.body.substr(at, delivery::upload_part_bytes);
    store::SealedFile sealed = services.vault.seal(bytes, delivery::part_context(upload_id, number));
    co_await store::save_upload_part(services.writer_pool, upload_id, number, std::move(sealed));
  }
}

Reply write_large_upload(Services& services, Call call, std::string kind, std::string name) {
  const std::string id = services.ids.next();
  const base::BodyFile* file = call.request.body_file.get();
  const auto bytes = static_cast<int64_t>(file != nullptr ? file->size() : call.request.body.size());
  const std::string digest = file != nullptr ? file->sha256() : base::sha256(call.request.body);
  co_await save_parts(services, id, call.request);
  call.request.body.clear();
  call.request.body_file.reset();
  std::function<Result<Answer>(store::World&)> decide = [call, kind, name, id, digest,
                                                         bytes](store::World& world) -> Result<Answer> {
    store::UploadRow upload = new_upload(world, call, kind, name, digest, bytes);
    upload.id = id;
    upload.status = "processing";
    world.audit(call.actor, "upload.accepted", upload.id, digest);
    Answer answer = accepted(upload);
    world.put_upload(std::move(upload), {});
    return answer;
  };
  Result<Answer> answer = co_await write(services, call, store::Needs(), std::move(decide));
  if (!answer || answer->is_replay) {
    co_await store::forget_parts_of(services.writer_pool, id);
    co_return answer;
  }
  services.upload_arrived();
  co_return answer;
}

}  // namespace

Reply upload_file(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"kind"})) co_return refuse(std::move(*refusal));
  const Result<std::string> kind = kind_of(call);
  if (!kind) co_return refuse(kind.error());
  const Result<std::string> name = typed_name(call.request, file_name_of(call.request));
  if (!name) co_return refuse(name.error());
  const bool is_empty = call.request.body.empty() && !call.request.body_file;
  if (is_empty) co_return refuse(problem(ProblemType::malformed_body, "The file is empty."));
  const delivery::Sender sender{call.actor.authority, call.actor.school, *kind};
  const bool is_small = !call.request.body_file && !name->ends_with(".zip");
  if (is_small) {
    std::string body = call.request.body;
    Result<delivery::PreparedPart> part = co_await boost::asio::co_spawn(
        services.threads, read_file(std::move(body), *name, sender, services.vault), boost::asio::use_awaitable);
    if (!part) co_return refuse(std::move(part.error()));
    if (auto refusal = refusal_of(*part)) co_return refuse(std::move(*refusal));
    if (part->is_last) {
      const auto bytes = static_cast<int64_t>(call.request.body.size());
      const std::string digest = base::sha256(call.request.body);
      call.request.body.clear();
      Result<Answer> answer =
          co_await write_small_upload(services, std::move(call), sender, *name, digest, bytes, std::move(*part));
      co_return answer;
    }
  }
  Result<Answer> answer = co_await write_large_upload(services, std::move(call), *kind, *name);
  co_return answer;
}

Reply get_upload(Services& services, Call call) {
  const auto stored = co_await store::find_upload(services.pool, call.viewer, call.id());
  if (!stored) co_return refuse(base::not_found());
  co_return json_answer(200, upload_json(stored->upload, stored->matches));
}

Reply list_upload_errors(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"form"})) co_return refuse(std::move(*refusal));
  const std::string* form = call.request.query_value("form");
  const bool is_rows = form != nullptr && *form == "rows";
  if (form != nullptr && !is_rows && *form != "errors") {
    co_return refuse(base::invalid_field("/form", "must be errors or rows"));
  }
  const auto page = page_of(call, true);
  if (!page) co_return refuse(page.error());
  const auto stored = co_await store::find_upload(services.pool, call.viewer, call.id());
  if (!stored) co_return refuse(base::not_found());
  const auto list = co_await store::list_upload_errors(services.pool, call.viewer, call.id(), *page);
  std::vector<std::string> items;
  for (const store::UploadError& error : list.items) {
    items.push_back(message::encode_row_error(error.row, error.column, error.code, error.reason, error.member));
  }
  Answer answer = list_answer(call, items, list.next);
  const std::string* accept = call.request.headers.find("Accept");
  if (accept != nullptr && accept->starts_with("text/csv")) {
    // The same page, with the same Link to the next one.
    answer.headers.front().second = "text/csv; charset=utf-8";
    answer.body = is_rows ? mendable_csv(list.items) : errors_csv(list.items);
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
