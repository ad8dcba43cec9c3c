// `waymark certs init|issue|revoke|renew-crl|show`: the operator's hand on the private certificate authority.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

// A command that fails prints why on stderr and throws CLI::RuntimeError with its exit code; one that is misused throws
// another CLI::ParseError.
void add_certs_commands(CLI::App& app);

}  // namespace broker::client
