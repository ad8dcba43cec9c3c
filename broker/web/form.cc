#include "broker/web/form.h"

#include <tuple>

#include "broker/base/text.h"

namespace broker::web {
namespace {

std::optional<std::string> url_decoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
    } else if (text[i] == '%') {
      const auto byte = base::from_hex(base::lowered(text.substr(i + 1, 2)));
      if (!byte || byte->size() != 1) return std::nullopt;
      decoded += *byte;
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// A form's lines end in CR LF; texts are kept with LF.
std::string with_plain_lines(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    plain += text[i];
  }
  return plain;
}

// `name="x"` in a header of a part; browsers write a quote within as %22.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  const std::string start = std::string(name) + "=\"";
  size_t at = header.find(start);
  // `filename="` ends in `name="` too.
  while (at != std::string_view::npos && at > 0 && header[at - 1] != ' ' && header[at - 1] != ';') {
    at = header.find(start, at + 1);
  }
  if (at == std::string_view::npos) return std::nullopt;
  at += start.size();
  const size_t end = header.find('"', at);
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(header.substr(at, end - at));
}

// Of multipart/form-data, empty when it is something else or names none.
std::string_view boundary_of(const net::Request& request) {
  const std::string* header = request.headers.find("Content-Type");
  if (header == nullptr) return {};
  const std::string type = base::lowered(header->substr(0, header->find(';')));
  const size_t at = header->find("boundary=");
  if (base::trimmed(type) != "multipart/form-data" || at == std::string::npos) return {};
  std::string_view boundary = base::trimmed(std::string_view(*header).substr(at + 9));
  if (boundary.size() >= 2 && boundary.front() == '"' && boundary.back() == '"') {
    boundary = boundary.substr(1, boundary.size() - 2);
  }
  return boundary;
}

const std::string nothing;

}  // namespace

bool Form::add(std::string name, std::string value) {
  if (fields_.size() >= fields_max || !base::is_utf8(name)) return false;
  if (!value.empty() && !base::is_utf8(value)) return false;
  fields_.emplace_back(std::move(name), with_plain_lines(value));
  return true;
}

std::optional<Form> Form::read(const net::Request& request) {
  Form form;
  const std::string* header = request.headers.find("Content-Type");
  const std::string type = header == nullptr ? "" : base::lowered(header->substr(0, header->find(';')));
  if (base::trimmed(type) == "multipart/form-data") {
    const std::string_view boundary = boundary_of(request);
    if (boundary.empty() || !form.read_multipart(request.body, boundary)) return std::nullopt;
    return form;
  }
  if (base::trimmed(type) != "application/x-www-form-urlencoded") return std::nullopt;
  if (request.body.empty()) return form;
  for (const std::string_view pair : base::split(request.body, '&')) {
    const size_t equals = std::min(pair.find('='), pair.size());
    auto name = url_decoded(pair.substr(0, equals));
    auto value = url_decoded(equals < pair.size() ? pair.substr(equals + 1) : "");
    if (!name || !value || !form.add(std::move(*name), std::move(*value))) return std::nullopt;
  }
  return form;
}

Form Form::read_beginning(const net::Request& so_far) {
  Form form;
  const std::string_view boundary = boundary_of(so_far);
  // What is not there yet is no error here: the form is read again when all of it has come.
  if (!boundary.empty()) std::ignore = form.read_multipart(so_far.body, boundary);
  return form;
}

bool Form::read_multipart(std::string_view body, std::string_view boundary) {
  const std::string delimiter = "--" + std::string(boundary);
  size_t at = body.find(delimiter);
  while (at != std::string_view::npos) {
    at += delimiter.size();
    if (body.substr(at, 2) == "--") return true;
    if (body.substr(at, 2) != "\r\n") return false;
    const size_t header_end = body.find("\r\n\r\n", at);
    if (header_end == std::string_view::npos) return false;
    const std::string_view header = body.substr(at, header_end - at);
    const size_t end = body.find("\r\n" + delimiter, header_end + 4);
    if (end == std::string_view::npos) return false;
    const std::string_view value = body.substr(header_end + 4, end - header_end - 4);
    auto name = parameter(header, "name");
    if (!name) return false;
    if (auto filename = parameter(header, "filename")) {
      if (!base::is_utf8(*filename) && !filename->empty()) return false;
      file_ = FormFile{std::move(*filename), std::string(value)};
    } else if (!add(std::move(*name), std::string(value))) {
      return false;
    }
    at = end + 2;
  }
  return false;
}

const std::string& Form::value(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (field == name) return value;
  }
  return nothing;
}

std::vector<std::string> Form::values(std::string_view name) const {
  std::vector<std::string> all;
  for (const auto& [field, value] : fields_) {
    if (field == name) all.push_back(value);
  }
  return all;
}

bool Form::has(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (field == name) return true;
  }
  return false;
}

void Form::set(std::string_view name, std::string value) {
  for (auto& [field, old] : fields_) {
    if (field == name) {
      old = std::move(value);
      return;
    }
  }
  fields_.emplace_back(std::string(name), std::move(value));
}

}  // namespace broker::web
