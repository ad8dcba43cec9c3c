// The settings of an authority as it writes and reads them, and as they are kept.
#pragma once

#include <string>
#include <string_view>

#include "broker/base/result.h"
#include "broker/domain/settings.h"

namespace broker::message {

// What is left out takes the default.
base::Result<domain::Settings> decode_settings(std::string_view body);
std::string encode_settings(const domain::Settings& settings, const std::string& authority);

std::string encode_settings_state(const domain::Settings& settings);
domain::Settings decode_settings_state(std::string_view text);

// `{"name","phone","email"}`; an empty object when nobody is named.
std::string encode_contact(const domain::Contact& contact);

}  // namespace broker::message
