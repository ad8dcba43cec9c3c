#include "broker/client/upload_command.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "broker/client/command.h"
#include "broker/client/drop.h"
#include "broker/client/json.h"
#include "broker/client/upload.h"
#include "broker/client/views.h"

namespace broker::client {
namespace {

constexpr std::chrono::seconds look_again{2};
constexpr std::chrono::seconds settling_time{2};  // a file that was written to since may be unfinished

struct Options {
  Caller caller;
  std::string file, kind = "lost_pupils";
  int wait_seconds = 60;
  bool watches = false;
};

void upload(const Options& options) {
  Api api = connect(options.caller);
  Answer answer = upload_file(api, options.file, options.kind);
  require_granted(answer);
  const std::string id = text_at(parse_json(answer.body), "/id");
  answer = await_upload(api, id, std::chrono::seconds(options.wait_seconds));
  show(options.caller, answer, view_upload);
  const Json done = parse_json(answer.body);
  if (text_at(done, "/rejected") != "0") {
    const Answer errors = api.get("/v1/uploads/" + id + "/errors?limit=500");
    require_granted(errors);
    std::cerr << view_row_errors(errors.body);
  }
  if (text_at(done, "/status") == "failed") fail(Exit::failed, "the file could not be read");
}

// Every file that lies in the directory, but for hidden ones and such as another program is still writing.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& directory, bool is_watching) {
  std::vector<std::filesystem::path> files;
  const auto settled = std::filesystem::file_time_type::clock::now() - settling_time;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || name.starts_with('.') || name.ends_with(".part")) continue;
    if (is_watching && entry.last_write_time() > settled) continue;
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// One round over the directory; gives how many files the broker did not take whole.
size_t take_all(Api& api, const Options& options) {
  size_t wrong = 0;
  for (const std::filesystem::path& file : files_in(options.file, options.watches)) {
    const DroppedFile dropped = take_file(api, file, options.kind, std::chrono::seconds(options.wait_seconds));
    wrong += dropped.result == "accepted" ? 0 : 1;
    if (options.caller.as_json) {
      std::cout << dump(Json{
                       {"file", dropped.name}, {"kind", dropped.kind}, {"id", dropped.id}, {"result", dropped.result}})
                << std::endl;
    } else {
      std::cout << dropped.name << ": " << dropped.result << std::endl;
    }
  }
  return wrong;
}

void upload_directory(const Options& options) {
  Caller caller = options.caller;
  caller.access.patience = carrier_patience;
  Api api = connect(caller);
  size_t wrong = take_all(api, options);
  while (options.watches) {
    std::this_thread::sleep_for(look_again);
    wrong += take_all(api, options);
  }
  if (wrong > 0) fail(Exit::failed, "not all was taken; see refused/ in the directory");
}

}  // namespace

void add_upload_command(CLI::App& app) {
  // Owned by the callback and filled by the parser, which both live as long as `app`.
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_command(app, "upload", "Hand in a CTF, CML, CMJ or CSV file, or a zip of them", options->caller, [options] {
        if (std::filesystem::is_directory(options->file)) {
          upload_directory(*options);
        } else {
          upload(*options);
        }
      });
  command->add_option("FILE", options->file, "The file; or a directory, whose files are moved to done/ or refused/")
      ->required()
      ->check(CLI::ExistingPath);
  command->add_option("--kind", options->kind, "lost_pupils, arrivals or transfer")
      ->check(CLI::IsMember({"lost_pupils", "arrivals", "transfer"}))
      ->capture_default_str();
  command->add_option("--wait", options->wait_seconds, "Seconds to wait until it is read and matched")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  command->add_flag("--watch", options->watches, "Of a directory: go on until stopped");
  command->footer(
      "Examples:\n"
      "  waymark upload arrivals.csv --kind arrivals\n"
      "  waymark upload 3144001_CTF_XXXXXXX_001.xml --kind lost_pupils\n"
      "  waymark upload /srv/mis/out --kind arrivals --watch");
}

}  // namespace broker::client
