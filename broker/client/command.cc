#include "broker/client/command.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "broker/client/json.h"
#include "broker/net/tls.h"

namespace broker::client {
namespace {

void add_caller_options(CLI::App& command, Caller& caller) {
  const std::string group = "The broker and who calls it";
  caller.access.url = "https://localhost:8443";
  command.add_option("--api", caller.access.url, "URL of the broker")
      ->envname("WAYMARK_API")
      ->capture_default_str()
      ->group(group);
  command.add_option("--ca", caller.access.authorities, "CA certificate that the broker's must come from")
      ->envname("WAYMARK_CA")
      ->group(group);
  command.add_option("--cert", caller.access.certificate, "Your certificate: the authority or school that calls")
      ->envname("WAYMARK_CERT")
      ->group(group);
  command.add_option("--key", caller.access.private_key, "The key of your certificate")
      ->envname("WAYMARK_KEY")
      ->group(group);
  command.add_option("--officer", caller.access.officer, "Who within it makes the call; every write needs one")
      ->envname("WAYMARK_OFFICER")
      ->group(group);
  command.add_flag("--sign", caller.access.signs, "Sign what you write with the key of your certificate")->group(group);
  command.add_flag("--json", caller.as_json, "Print the broker's JSON as it came");
}

}  // namespace

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& purpose, Caller& caller,
                      std::function<void()> run) {
  CLI::App* command = parent.add_subcommand(name, purpose);
  make_command(*command, caller, std::move(run));
  return command;
}

void make_command(CLI::App& command, Caller& caller, std::function<void()> run) {
  add_caller_options(command, caller);
  command.callback([run = std::move(run)] {
    try {
      run();
    } catch (const Unreachable& error) {
      fail(Exit::unreachable, std::string("the broker can't be reached: ") + error.what());
    }
  });
}

void fail(Exit code, const std::string& why) {
  std::cerr << "waymark: " << why << '\n';
  throw CLI::RuntimeError(static_cast<int>(code));
}

void misuse(const std::string& why) {
  throw CLI::ValidationError(why, static_cast<int>(Exit::misused));
}

Api connect(const Caller& caller) {
  try {
    return Api(caller.access);
  } catch (const net::TlsError& error) {
    fail(Exit::misused, error.what());
  } catch (const std::invalid_argument& error) {
    fail(Exit::misused, error.what());
  }
}

std::string refusal_in_words(const Answer& answer) {
  const Json problem = parse_json(answer.body);
  const std::string title = text_at(problem, "/title");
  if (title.empty()) return "the broker answered " + std::to_string(answer.status);
  std::string words = title + " (" + std::to_string(answer.status) + ")";
  const std::string detail = text_at(problem, "/detail");
  if (!detail.empty()) words += "\n  " + detail;
  for (const Json& error : list_of(problem, "errors"))
    words += "\n  " + text_at(error, "/pointer") + ": " + text_at(error, "/detail");
  return words;
}

void require_granted(const Answer& answer) {
  if (!answer.is_granted()) fail(Exit::refused, refusal_in_words(answer));
}

void show(const Caller& caller, const Answer& answer, const std::function<std::string(const std::string&)>& view) {
  require_granted(answer);
  std::cout << (caller.as_json ? answer.body + "\n" : view(answer.body));
}

}  // namespace broker::client
