// `waymark audit export`: the audit log as lines, for a SIEM or for checking offline.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_audit_commands(CLI::App& app);

}  // namespace broker::client
