#include "broker/client/upload_command.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "broker/client/command.h"
#include "broker/client/json.h"
#include "broker/client/upload.h"
#include "broker/client/views.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  std::string file, kind = "lost_pupils";
  int wait_seconds = 60;
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

}  // namespace

void add_upload_command(CLI::App& app) {
  // Owned by the callback and filled by the parser, which both live as long as `app`.
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(app, "upload", "Hand in a CTF, CML, CMJ or CSV file, or a zip of them",
                                  options->caller, [options] { upload(*options); });
  command->add_option("FILE", options->file, "The file")->required()->check(CLI::ExistingFile);
  command->add_option("--kind", options->kind, "lost_pupils, arrivals or transfer")
      ->check(CLI::IsMember({"lost_pupils", "arrivals", "transfer"}))
      ->capture_default_str();
  command->add_option("--wait", options->wait_seconds, "Seconds to wait until it is read and matched")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  command->footer(
      "Examples:\n"
      "  waymark upload arrivals.csv --kind arrivals\n"
      "  waymark upload 3144001_CTF_XXXXXXX_001.xml --kind lost_pupils");
}

}  // namespace broker::client
