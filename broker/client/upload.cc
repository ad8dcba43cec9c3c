#include "broker/client/upload.h"

#include <thread>

#include "broker/base/text.h"
#include "broker/client/json.h"
#include "certs/files.h"

namespace broker::client {
namespace {

constexpr std::chrono::milliseconds ask_again{50};

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

Answer upload_file(Api& api, const std::filesystem::path& file, const std::string& kind) {
  PostOptions options;
  options.content_type = content_type_of(file);
  options.content_disposition = disposition_of(file.filename().string());
  return api.post("/v1/uploads?kind=" + kind, certs::read_file(file), std::move(options));
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
