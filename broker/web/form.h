// What a browser sends with a form: fields, and a file. Read within limits; what is not well-formed is no form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/net/http.h"

namespace broker::web {

struct FormFile {
  std::string name;  // as the browser gives it
  std::string body;
};

class Form {
 public:
  static constexpr size_t fields_max = 500;

  // Of application/x-www-form-urlencoded or multipart/form-data; nothing when it is neither, or is not UTF-8. Lines end
  // in one line feed.
  static std::optional<Form> read(const net::Request& request);
  // The fields that stand whole at the beginning of a multipart/form-data body that has not come to its end, before any
  // file; none where that is not how the body begins.
  static Form read_beginning(const net::Request& so_far);

  // The first of that name, empty when there is none.
  const std::string& value(std::string_view name) const;
  std::vector<std::string> values(std::string_view name) const;
  bool has(std::string_view name) const;
  const std::optional<FormFile>& file() const { return file_; }
  std::optional<FormFile>& file() { return file_; }
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }
  void set(std::string_view name, std::string value);

 private:
  // Takes part after part; false where one is not well-formed or cut off.
  bool read_multipart(std::string_view body, std::string_view boundary);
  bool add(std::string name, std::string value);

  std::vector<std::pair<std::string, std::string>> fields_;
  std::optional<FormFile> file_;
};

}  // namespace broker::web
