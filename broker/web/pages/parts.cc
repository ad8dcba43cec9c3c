#include "broker/web/pages/parts.h"

#include <map>

#include <boost/asio/use_awaitable.hpp>

#include "broker/base/text.h"

namespace broker::web::pages {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;

net::Response show(const Visit& visit, const Frame& frame, int status) {
  const Visitor* visitor = visit.visitor.roles == 0 ? nullptr : &visit.visitor;
  return html_response(visit.request, status, document(frame, visitor));
}

net::Response show_not_found(const Visit& visit) {
  Frame frame = {.title = "Page not found"};
  frame.content << title("Page not found"_html)
                << paragraph(
                       "If you typed the address, check that it is correct. What belongs to another authority is "
                       "shown as if it were not there."_html);
  return show(visit, frame, 404);
}

net::Response show_not_permitted(const Visit& visit, const std::string& why) {
  Frame frame = {.title = "You cannot do this"};
  frame.content << title("You cannot do this"_html) << paragraph(text(why));
  return show(visit, frame, 403);
}

net::Response show_problem(const Visit& visit, const base::Problem& problem) {
  if (problem.status() == 404) return show_not_found(visit);
  Frame frame = {.title = "This was not done"};
  frame.errors = errors_of(problem, {});
  frame.content << title("This was not done"_html)
                << paragraph("Nothing was changed. Go back, put it right and try again."_html);
  net::Response response = show(visit, frame, problem.status());
  if (problem.retry_after_seconds > 0) {
    response.headers.add("Retry-After", std::to_string(problem.retry_after_seconds));
  }
  return response;
}

namespace {

net::Request api_request(const Visit& visit, std::string method, const std::string& path, std::string body) {
  net::Request request;
  request.method = std::move(method);
  request.path = "/v1" + path.substr(0, path.find('?'));
  request.target = "/v1" + path;
  if (const auto target = net::parse_target(request.target)) request.query = target->query;
  request.body = std::move(body);
  request.headers.add("Waymark-Officer", visit.visitor.officer);
  if (request.method == "POST") {
    request.headers.add("Idempotency-Key", visit.form.value("key"));
  }
  if (request.method != "GET") {
    const std::string& version = visit.form.value("version");
    request.headers.add("If-Match", version.empty() ? "*" : "\"" + version + "\"");
  }
  request.peer = visit.request.peer;
  return request;
}

}  // namespace

boost::asio::awaitable<Result<api::Answer>> call_api(Site& site, const Visit& visit, std::string method,
                                                     std::string path, std::string body) {
  net::Request request = api_request(visit, std::move(method), path, std::move(body));
  request.headers.add("Content-Type", "application/json");
  api::Person person{visit.visitor.caller(), visit.visitor.roles};
  Result<api::Answer> answer = co_await api::call_as(site.services, std::move(person), std::move(request));
  co_return answer;
}

boost::asio::awaitable<Result<api::Answer>> send_file(Site& site, const Visit& visit, std::string path, FormFile file) {
  net::Request request = api_request(visit, "POST", path, std::move(file.body));
  std::string name;
  for (const char c : file.name) name += c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ? '_' : c;
  request.headers.add("Content-Type", "application/octet-stream");
  request.headers.add("Content-Disposition", "attachment; filename=\"" + name + "\"");
  api::Person person{visit.visitor.caller(), visit.visitor.roles};
  Result<api::Answer> answer = co_await api::call_as(site.services, std::move(person), std::move(request));
  co_return answer;
}

FormErrors errors_of(const base::Problem& problem, const FieldNames& names) {
  std::multimap<size_t, FormError> placed;
  for (const base::FieldError& error : problem.errors) {
    std::string field;
    std::string_view best;
    size_t place = names.size();
    for (size_t i = 0; i < names.size(); ++i) {
      const auto& [pointer, name] = names[i];
      if (error.pointer.starts_with(pointer) && pointer.size() >= best.size()) {
        best = pointer;
        field = name;
        place = i;
      }
    }
    std::string sentence = error.detail;
    if (const size_t label = field.find('|'); label != std::string::npos) {
      sentence = field.substr(label + 1) + " " + sentence;
      field.resize(label);
    } else if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z') {
      sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
    }
    placed.emplace(place, FormError{std::move(field), std::move(sentence)});
  }
  FormErrors errors;
  for (auto& [place, error] : placed) errors.push_back(std::move(error));
  if (errors.empty()) {
    errors.push_back({"", problem.detail.empty() ? std::string(kind_of(problem.type).title) : problem.detail});
  }
  return errors;
}

boost::asio::awaitable<void> record_look(Site& site, const Visit& visit, store::Look look) {
  store::Write what;
  const domain::Actor by = visit.visitor.actor();
  what.decide = [by, look = std::move(look)](store::World& world) -> Result<store::Answer> {
    world.look(by, look);
    return store::Answer{};
  };
  const Result<store::Answer> done = co_await site.services.writer.submit(std::move(what));
  // A look that can't be recorded is not given: the page answers as when the database is away.
  if (!done) throw postgres::Unavailable("the look was not recorded");
}

}  // namespace broker::web::pages
