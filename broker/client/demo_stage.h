// Where the demo is played: the callers, the teller, and the checks that stop it when an answer is not as it should be.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "broker/client/api.h"
#include "broker/client/json.h"
#include "broker/client/sandbox_process.h"

namespace broker::client {

// An answer differed from what the demo tells; the text says how.
class DemoFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Stage {
 public:
  // Colours only when standard output is a terminal.
  explicit Stage(SandboxProcess& sandbox);

  void chapter(const std::string& title);
  void say(const std::string& text) const;
  // What somebody did, and what came of it.
  void act(const std::string& who, const std::string& text) const;
  // Words that are not ours: the broker's.
  void quote(const std::string& text) const;

  // Throws DemoFailed unless it holds.
  void expect(bool holds, const std::string& what) const;
  void expect_equal(const std::string& got, const std::string& wanted, const std::string& what) const;

  Api& as(const std::string& caller);
  Json get(const std::string& caller, const std::string& target);
  // Posts and expects to be granted.
  Json post(const std::string& caller, const std::string& target, const Json& body);
  Json post_event(const std::string& caller, const std::string& resource, const std::string& event, const Json& body);

  // Takes and acknowledges what waits for the caller until a message of the type is among it; gives that one.
  Json receive(const std::string& caller, const std::string& type);

  SandboxProcess& sandbox() { return sandbox_; }

 private:
  Json granted(const Answer& answer, const std::string& what) const;
  std::string styled(const char* code, const std::string& text) const;

  SandboxProcess& sandbox_;
  std::map<std::string, Api> callers_;
  std::map<std::string, std::vector<Json>> received_;  // by caller, acknowledged but not asked for yet
  bool has_colours_ = false;
  int chapters_ = 0;
};

}  // namespace broker::client
