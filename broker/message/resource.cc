#include "broker/message/resource.h"

#include "broker/message/json.h"

namespace broker::message {

std::string encode_problem(const base::Problem& problem, const std::string& instance) {
  const base::ProblemKind& kind = base::kind_of(problem.type);
  Json json = {
      {"type", "urn:waymark:problem:" + std::string(kind.name)}, {"title", kind.title}, {"status", kind.status}};
  put(json, "detail", problem.detail);
  put(json, "instance", instance);
  if (!problem.errors.empty()) {
    json["errors"] = Json::array();
    for (const base::FieldError& one : problem.errors) {
      json["errors"].push_back({{"pointer", one.pointer}, {"detail", one.detail}});
    }
  }
  for (const auto& [name, value] : problem.members) json[name] = value;
  // A pointer may quote what the client sent as a name: anything that is no text is shown as such.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string encode_items(const std::vector<std::string>& items) {
  std::string text = "[";
  for (const std::string& item : items) text.append(text.size() > 1 ? "," : "").append(item);
  return text + "]";
}

base::Result<ClaimRequest> decode_claim(std::string_view body) {
  return decode(body.empty() ? "{}" : body, [](Reader& reader) {
    ClaimRequest request;
    request.max = reader.integer("max", 1, 500).value_or(10);
    request.lease_seconds = reader.integer("lease_seconds", 1, 3600).value_or(60);
    request.wait_seconds = reader.integer("wait_seconds", 0, 60).value_or(0);
    return request;
  });
}

base::Result<AckRequest> decode_ack(std::string_view body, bool with_ids) {
  return decode(body, [&](Reader& reader) {
    AckRequest request;
    request.lease_id = reader.required_text("lease_id", 36);
    if (with_ids) {
      reader.require("ids");
      request.ids = reader.texts("ids", 500, 36);
    }
    return request;
  });
}

std::string encode_row_error(int64_t row, const std::string& column, const std::string& code, const std::string& reason,
                             const std::string& member) {
  Json json = {{"row", row}, {"column", column}, {"code", code}, {"reason", reason}};
  put(json, "file", member);
  return dump(json);
}

std::string encode_headers(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string json = "[";
  for (const auto& [name, value] : headers) {
    json += json.size() > 1 ? ",[" : "[";
    append_json_text(json, name);
    json += ',';
    append_json_text(json, value);
    json += ']';
  }
  return json + "]";
}

std::vector<std::pair<std::string, std::string>> decode_headers(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const Json& one : parse_own(text)) headers.emplace_back(one.at(0), one.at(1));
  return headers;
}

}  // namespace broker::message
