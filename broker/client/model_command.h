// `waymark match train` and `waymark match evaluate`: a model file from data, and how good a result is.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace matcher {
struct Model;
}

namespace broker::client {

void add_model_commands(CLI::App& match);

// Throws CLI::RuntimeError when the file cannot be read or is no model.
matcher::Model read_model_file(const std::string& path);

}  // namespace broker::client
