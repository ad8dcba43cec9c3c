#include "broker/client/query_command.h"

#include <CLI/CLI.hpp>

#include "broker/client/child_options.h"
#include "broker/client/command.h"
#include "broker/client/json.h"
#include "broker/client/views.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  ChildOptions child;
  std::string purpose;
};

void query(const Options& options) {
  const Json body = {{"child", parse_json(child_of(options.child))}, {"purpose", options.purpose}};
  show(options.caller, connect(options.caller).post("/v1/queries", dump(body)), view_query);
}

}  // namespace

void add_query_command(CLI::App& app) {
  // Owned by the callback and filled by the parser, which both live as long as `app`.
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(app, "query", "Ask whether a child has arrived with another authority",
                                  options->caller, [options] { query(*options); });
  add_child_options(*command, options->child);
  command->add_option("--purpose", options->purpose, "Why you ask; it is audited, and the holders are told")
      ->required();
  command->footer(
      "It takes a UPN, or a name and a date of birth.\n"
      "Example:\n  waymark query --surname Hussain --forename Mohammed --dob 2014-05-03 --purpose 's.436A enquiry'");
}

}  // namespace broker::client
