#include "broker/client/upload.h"

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "broker/base/text.h"
#include "broker/client/json.h"
#include "broker/client/pupil_file.h"

namespace broker::client {
namespace {

constexpr std::chrono::milliseconds ask_again{50};
constexpr size_t piece_bytes = size_t{1024} * 1024;

// A copy on the disk that nobody changes while it is sent, with its digest.
std::shared_ptr<const base::BodyFile> body_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::system_error(errno, std::generic_category(), "can't read " + file.string());
  auto body = std::make_shared<base::BodyFile>(std::filesystem::temp_directory_path().string());
  std::string piece(piece_bytes, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    body->append({piece.data(), static_cast<size_t>(in.gcount())});
  }
  if (in.bad()) throw std::system_error(errno, std::generic_category(), "can't read " + file.string());
  return body;
}

}  // namespace

std::string content_type_of(const std::filesystem::path& file) {
  const std::string extension = base::lowered(file.extension().string());
  if (extension == ".xml") return "application/xml";
  if (extension == ".zip") return "application/zip";
  return "text/csv";
}

std::string disposition_of(const std::string& filename) {
  std::string quoted;
  for (const char c : filename) {
    if (c == '"' || c == '\\') quoted += '\\';
    // A line end would be another header.
    quoted += static_cast<unsigned char>(c) < 0x20 ? '_' : c;
  }
  return "attachment; filename=\"" + quoted + "\"";
}

Answer upload_file(Api& api, const std::filesystem::path& file, const std::string& kind, SameFile same) {
  const std::string name = file.filename().string();
  const auto body = body_of(file);
  PostOptions options;
  options.content_type = content_type_of(file);
  options.content_disposition = disposition_of(name);
  if (same == SameFile::is_same_request) {
    options.idempotency_key = "file-" + base::to_hex(base::sha256(kind + "/" + name + "/" + body->sha256()));
  }
  const std::string target = "/v1/uploads?kind=" + kind;
  // A signature is made over the whole.
  if (api.access().signs) return api.post(target, body->read(0, body->size()), std::move(options));
  Progress progress("uploading " + name, body->size());
  return api.post_file(target, body, std::move(options), [&progress](uint64_t bytes) { progress.at(bytes); });
}

std::string errors_csv(Api& api, const std::string& id, const std::filesystem::path& file) {
  const std::string form = content_type_of(file) == "text/csv" ? "rows" : "errors";
  std::string csv;
  for (std::string target = "/v1/uploads/" + net::percent_encoded(id) + "/errors?limit=500&form=" + form;
       !target.empty();) {
    const Answer answer = api.get(target, "text/csv");
    if (!answer.is_granted()) throw std::runtime_error("the broker answered " + std::to_string(answer.status));
    const size_t header_end = csv.empty() ? 0 : answer.body.find('\n') + 1;
    csv += answer.body.substr(header_end);
    const std::string link = answer.header("Link");
    const size_t end = link.find('>');
    target = end == std::string::npos ? "" : link.substr(1, end - 1);
  }
  return csv;
}

Answer await_upload(Api& api, const std::string& id, std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (true) {
    Answer answer = api.get("/v1/uploads/" + net::percent_encoded(id));
    const std::string status = text_at(parse_json(answer.body), "/status");
    const bool is_done = status == "completed" || status == "failed";
    if (!answer.is_granted() || is_done || std::chrono::steady_clock::now() >= deadline) return answer;
    std::this_thread::sleep_for(ask_again);
  }
}

}  // namespace broker::client
