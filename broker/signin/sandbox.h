// Signing in at a sandbox: a list of its invented officers to choose from. Compiled in, but it answers only when a
// sandbox started this server and the visitor is on this machine.
#pragma once

#include <string>
#include <vector>

#include "broker/net/http.h"
#include "broker/store/officers.h"
#include "broker/web/components/html.h"

namespace broker::signin {

// Whether the program that started this one is `waymark`, whose sandbox it then is.
bool is_started_by_sandbox();

bool is_on_this_machine(const net::Peer& peer);

// The officers by authority, each a button that signs in as that one.
web::components::Html sandbox_choices(const std::vector<store::Officer>& officers);

// `314:a.obi` as authority and id; the authority is empty for an operator.
struct Chosen {
  std::string authority;
  std::string id;
};
std::optional<Chosen> chosen_officer(const std::string& value);

}  // namespace broker::signin
