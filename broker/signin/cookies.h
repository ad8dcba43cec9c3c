// The cookies of the pages: __Host-, so that no other host or path can set or read them, and out of reach of scripts.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "broker/net/http.h"

namespace broker::signin {

inline constexpr std::string_view session_cookie = "__Host-waymark";
inline constexpr std::string_view attempt_cookie = "__Host-waymark-sign-in";
// By which account service the officer came: its name here, no secret.
inline constexpr std::string_view provider_cookie = "__Host-waymark-account";

// The value that came with the request; empty when there is none, or two of the name.
std::string cookie_in(const net::Request& request, std::string_view name);

// Adds the Set-Cookie. Without `lasts` it ends with the browser's session.
void set_cookie(net::Response& response, std::string_view name, const std::string& value, std::chrono::seconds lasts);
void set_cookie(net::Response& response, std::string_view name, const std::string& value);
void clear_cookie(net::Response& response, std::string_view name);

}  // namespace broker::signin
