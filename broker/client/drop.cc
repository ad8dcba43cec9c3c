#include "broker/client/drop.h"

#include <stdexcept>

#include "broker/base/text.h"
#include "broker/client/json.h"
#include "broker/client/upload.h"
#include "certs/files.h"

namespace broker::client {
namespace {

namespace fs = std::filesystem;

constexpr int messages_at_once = 100;
constexpr size_t sequence_digits = 12;  // so that names sort as the messages do

std::string file_name_of(const Json& message) {
  std::string sequence = text_at(message, "/sequence");
  sequence.insert(0, sequence.size() < sequence_digits ? sequence_digits - sequence.size() : 0, '0');
  return sequence + "-" + text_at(message, "/type") + "-" + text_at(message, "/id") + ".json";
}

void require(const Answer& answer) {
  if (!answer.is_granted()) throw std::runtime_error("the broker answered " + std::to_string(answer.status));
}

// One of that name that is another transfer's stays, and the new one gets the transfer's id in front.
fs::path path_for(const fs::path& directory, const Json& transfer, const std::string& body) {
  const std::string name = fs::path(text_at(transfer, "/filename")).filename().string();
  const fs::path plain = directory / name;
  const bool is_taken = fs::exists(plain) && certs::read_file(plain) != body;
  return is_taken ? directory / (text_at(transfer, "/id") + "-" + name) : plain;
}

void move_to(const fs::path& file, const char* folder) {
  const fs::path target = file.parent_path() / folder;
  fs::create_directories(target);
  fs::rename(file, target / file.filename());
}

// What was wrong, beside the file.
void keep_beside(const fs::path& file, const std::string& extension, const std::string& text) {
  fs::create_directories(file.parent_path() / "refused");
  certs::write_file(file.parent_path() / "refused" / (file.filename().string() + extension), text, certs::private_mode);
}

// Only what the file itself is refused for is its fault; for anything else it waits where it is.
void refuse_file(const fs::path& file, const Answer& answer) {
  const bool is_running = text_at(parse_json(answer.body), "/type") == "urn:waymark:problem:request-in-progress";
  if (is_running) throw std::runtime_error("the broker is still busy with this file");
  for (const int status : {400, 404, 409, 413, 415, 422}) {
    if (answer.status != status) continue;
    keep_beside(file, ".problem.json", answer.body);
    move_to(file, "refused");
    return;
  }
  throw std::runtime_error("the broker answered " + std::to_string(answer.status));
}

void take_decision(Api& api, const fs::path& file, DroppedFile& dropped) {
  const Json json = parse_json(certs::read_file(file));
  dropped.id = text_at(json, "/match_id");
  Json decision = {{"decision", text_at(json, "/decision")}};
  if (const std::string reason = text_at(json, "/reason"); !reason.empty()) decision["reason"] = reason;
  const std::string match = "/v1/matches/" + net::percent_encoded(dropped.id);
  // Made before, and not moved since we were stopped.
  const Answer known = api.get(match);
  const std::string is_decided = text_at(parse_json(known.body), "/decision/decision");
  dropped.result = "accepted";
  if (is_decided.empty() || is_decided != text_at(decision, "/decision")) {
    const Answer answer = api.post_event(match, "/decision", dump(decision));
    if (!answer.is_granted()) {
      refuse_file(file, answer);
      dropped.id.clear();
      dropped.result = "refused";
      return;
    }
  }
  move_to(file, "done");
}

}  // namespace

fs::path collect_transfer(Api& api, const std::string& id, const fs::path& directory) {
  const std::string target = "/v1/transfers/" + net::percent_encoded(id);
  const Answer claimed = api.post(target + "/claim", "{}");
  if (claimed.status == 404 || claimed.status == 409) return {};
  require(claimed);
  const Answer file = api.get(target + "/file");
  require(file);
  const Json transfer = parse_json(claimed.body);
  fs::create_directories(directory);
  const fs::path path = path_for(directory, transfer, file.body);
  certs::write_file(path, file.body, certs::private_mode);
  if (text_at(transfer, "/status") != "received") require(api.post(target + "/receipt", "{}"));
  return path;
}

size_t drop_inbox(Api& api, const fs::path& directory, int wait_seconds, int lease_seconds) {
  fs::create_directories(directory);
  certs::remove_drafts(directory);
  size_t count = 0;
  int wait = wait_seconds;
  while (true) {
    const Json claim = {{"max", messages_at_once}, {"lease_seconds", lease_seconds}, {"wait_seconds", wait}};
    const Answer answer = api.post("/v1/inbox/claim", dump(claim));
    if (answer.status == 204) return count;
    require(answer);
    const Json claimed = parse_json(answer.body);
    Json acknowledged = {{"lease_id", text_at(claimed, "/lease_id")}, {"ids", Json::array()}};
    for (const Json& message : items_of(claimed)) {
      certs::write_file(directory / file_name_of(message), message.dump(2) + "\n", certs::private_mode);
      if (text_at(message, "/type") == "transfer.available") {
        collect_transfer(api, text_at(message, "/data/transfer_id"), directory);
      }
      acknowledged["ids"].push_back(text_at(message, "/id"));
    }
    const Answer done = api.post("/v1/inbox/ack", dump(acknowledged));
    // A lease that has run out meanwhile delivers again, into the same files.
    if (done.status != 409) require(done);
    count += acknowledged["ids"].size();
    wait = 0;
  }
}

std::string kind_of_file(const std::string& name) {
  const std::string lower = base::lowered(name);
  if (lower.ends_with(".json")) return "decision";
  if (!lower.ends_with(".xml")) return {};
  if (lower.find("_cmj_") != std::string::npos) return "arrivals";
  if (lower.find("_cml_") != std::string::npos) return "lost_pupils";
  const bool is_to_nowhere =
      lower.find("_ctf_xxxxxxx") != std::string::npos || lower.find("_ctf_mmmmmmm") != std::string::npos;
  if (is_to_nowhere) return "lost_pupils";
  return lower.find("_ctf_") != std::string::npos ? "transfer" : "";
}

DroppedFile take_file(Api& api, const fs::path& file, const std::string& kind, std::chrono::milliseconds wait) {
  DroppedFile dropped{file.filename().string(), kind_of_file(file.filename().string()), "", "left"};
  if (dropped.kind.empty()) dropped.kind = kind;
  if (dropped.kind.empty()) return dropped;
  if (dropped.kind == "decision") {
    take_decision(api, file, dropped);
    return dropped;
  }
  // The same file again is the same request, also after a crash between the upload and the move.
  const Answer answer = upload_file(api, file, dropped.kind, SameFile::is_same_request);
  if (!answer.is_granted()) {
    refuse_file(file, answer);
    dropped.result = "refused";
    return dropped;
  }
  dropped.id = text_at(parse_json(answer.body), "/id");
  const Answer read = await_upload(api, dropped.id, wait);
  require(read);
  const Json done = parse_json(read.body);
  const std::string status = text_at(done, "/status");
  if (status != "completed" && status != "failed") return dropped;  // looked at again in the next round
  const bool has_errors = status == "failed" || text_at(done, "/rejected") != "0";
  dropped.result = has_errors ? "has errors" : "accepted";
  if (has_errors) keep_beside(file, ".errors.csv", errors_csv(api, dropped.id, file));
  move_to(file, has_errors ? "refused" : "done");
  return dropped;
}

}  // namespace broker::client
