#include "bench/load_requests.h"

#include <algorithm>
#include <stdexcept>

#include "broker/base/time.h"
#include "broker/client/api.h"
#include "broker/client/json.h"

namespace bench {
namespace {

using broker::client::Json;
using broker::net::Request;

// An enquiry's message may not be longer.
constexpr size_t message_bytes_max = 4000;
constexpr int name_letters = 9;
constexpr int years = 12;
constexpr int first_year = 2009;

}  // namespace

Request make_post(const std::string& target, std::string body, const std::string& content_type,
                  const std::string& officer) {
  Request request;
  request.method = "POST";
  request.target = target;
  request.body = std::move(body);
  request.headers.add("Content-Type", content_type);
  request.headers.add("Idempotency-Key", broker::client::new_key());
  request.headers.add("Waymark-Officer", officer);
  return request;
}

RequestMaker::RequestMaker(const LoadSettings& settings, uint64_t seed) : settings_(settings), random_(seed) {}

std::string RequestMaker::name() {
  std::string text;
  for (int i = 0; i < name_letters; ++i) text += static_cast<char>('a' + random_.next() % 26);
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string RequestMaker::birthday() {
  const std::chrono::year_month_day day(std::chrono::year(first_year + static_cast<int>(random_.next() % years)),
                                        std::chrono::month(1 + static_cast<unsigned>(random_.next() % 12)),
                                        std::chrono::day(1 + static_cast<unsigned>(random_.next() % 28)));
  return broker::base::format_date(day);
}

Request RequestMaker::open_case() {
  const Json body = {{"child", {{"surname", name()}, {"forename", name()}, {"dob", birthday()}}}, {"reason", "Load"}};
  return make_post("/v1/cases", broker::client::dump(body), "application/json", "load");
}

void RequestMaker::add_case(const std::string& answer) {
  const std::string id = broker::client::text_at(broker::client::parse_json(answer), "/id");
  if (id.empty()) throw std::runtime_error("the broker's answer to opening a case has no id");
  cases_.push_back(id);
}

Request RequestMaker::next(const std::string& mark, const std::string& officer) {
  ++sent_;
  switch (settings_.scenario) {
    case Scenario::query: return query(officer);
    case Scenario::upload: return upload(officer);
    case Scenario::mixed: return mixed(mark, officer);
    default: return enquiry(mark, officer);
  }
}

// Written as text: that the driver makes its requests must not be what is measured. All of it is plain ASCII.
Request RequestMaker::enquiry(const std::string& mark, const std::string& officer) {
  std::string body = "{\"to\":[";
  const bool is_batch = settings_.scenario == Scenario::batch;
  for (const std::string& code : is_batch ? recipients_ : std::vector{settings_.to}) {
    if (body.back() == '"') body += ',';
    body += "\"" + code + "\"";
  }
  body += "]";
  if (!settings_.priority.empty()) body += ",\"priority\":\"" + settings_.priority + "\"";
  body += ",\"message\":\"" + mark;
  // Words rather than one letter, which would take no room once anything compresses it.
  for (size_t size = mark.size(); size < std::min(settings_.body_bytes, message_bytes_max); ++size) {
    body += static_cast<char>(size % 7 == 6 ? ' ' : 'a' + (size * 7 + (size >> 3) + sent_) % 26);
  }
  body += "\"}";
  const std::string& id = cases_.at(sent_ % cases_.size());
  return make_post("/v1/cases/" + id + "/enquiries", std::move(body), "application/json", officer);
}

Request RequestMaker::reply(const std::string& enquiry_id, const std::string& officer) const {
  const Json body = {{"outcome", "not_located"}, {"checks", {"School admissions", "Council tax"}}};
  Request request =
      make_post("/v1/enquiries/" + enquiry_id + "/replies", broker::client::dump(body), "application/json", officer);
  request.headers.add("If-Match", "*");
  return request;
}

// Of twenty: thirteen enquiries, two queries, a small file, and four looks at lists.
Request RequestMaker::mixed(const std::string& mark, const std::string& officer) {
  switch (sent_ % 20) {
    case 0: return upload(officer);
    case 5:
    case 15: return query(officer);
    case 2:
    case 7:
    case 12:
    case 17: break;
    default: return enquiry(mark, officer);
  }
  Request request;
  request.method = "GET";
  request.target = sent_ % 20 < 10 ? "/v1/enquiries?direction=sent&limit=50" : "/v1/cases?limit=50";
  request.headers.add("Waymark-Officer", officer);
  return request;
}

Request RequestMaker::query(const std::string& officer) {
  const Json body = {{"child", {{"surname", name()}, {"forename", name()}, {"dob", birthday()}}}, {"purpose", "Load"}};
  return make_post("/v1/queries", broker::client::dump(body), "application/json", officer);
}

Request RequestMaker::upload(const std::string& officer) {
  std::string csv = "record_id,forename,surname,dob\n";
  for (uint64_t row = 1; csv.size() < settings_.body_bytes; ++row) {
    csv += std::to_string(row) + "," + name() + "," + name() + "," + birthday() + "\n";
  }
  Request request = make_post("/v1/uploads?kind=arrivals", std::move(csv), "text/csv", officer);
  request.headers.add("Content-Disposition", "attachment; filename=\"arrivals.csv\"");
  return request;
}

}  // namespace bench
