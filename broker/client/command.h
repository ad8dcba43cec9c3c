// What all commands that call the broker share: who calls, how an answer is shown, and the exit codes.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "broker/client/api.h"

namespace CLI {
class App;
}

namespace broker::client {

// The exit codes that scripts rely on.
enum class Exit { done = 0, failed = 1, misused = 2, refused = 3, unreachable = 4 };

// The options of every command that calls the broker.
struct Caller {
  Access access;
  bool as_json = false;
};

// A subcommand with these options. `caller` has to live as long as the parser; an Unreachable thrown by `run` ends the
// command with 4.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& purpose, Caller& caller,
                      std::function<void()> run);

// The same for options with a member `caller`, which the callback owns.
template <typename Options>
CLI::App* add_command(CLI::App& parent, const char* name, const char* purpose, const std::shared_ptr<Options>& options,
                      void (*run)(const Options&)) {
  return add_command(parent, name, purpose, options->caller, [options, run] { run(*options); });
}

// The same for one that stands already, such as a group that does something by itself.
void make_command(CLI::App& command, Caller& caller, std::function<void()> run);

// Prints why on stderr and ends the command with the code.
[[noreturn]] void fail(Exit code, const std::string& why);
[[noreturn]] void misuse(const std::string& why);

// The API of that caller; ends the command when a file can't be used.
Api connect(const Caller& caller);

// A refusal as an officer reads it: the title, this occurrence, and each field that is wrong.
std::string refusal_in_words(const Answer& answer);

// Ends the command with 3 and the broker's own words unless the answer was granted.
void require_granted(const Answer& answer);

// Prints a granted answer: its JSON as it came, or what `view` makes of it.
void show(const Caller& caller, const Answer& answer, const std::function<std::string(const std::string& body)>& view);

}  // namespace broker::client
