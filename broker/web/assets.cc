#include "broker/web/assets.h"

#include <array>
#include <vector>

#include "broker/base/ensure.h"
#include "broker/base/text.h"
#include "broker/web/response.h"

namespace broker::web {
namespace {

constexpr char app_css[] = {
#embed "broker/web/assets/built/app.css"
};
constexpr char enabled_js[] = {
#embed "broker/web/assets/built/enabled.js"
};
constexpr char start_js[] = {
#embed "broker/web/assets/built/start.js"
};
constexpr char govuk_frontend_js[] = {
#embed "broker/web/assets/built/govuk-frontend.js"
};
constexpr char mark_svg[] = {
#embed "broker/web/assets/built/mark.svg"
};

struct Asset {
  std::string name;
  std::string address;
  std::string type;
  std::string body;
  std::string gzipped;
};

Asset asset(std::string name, std::string type, std::string body) {
  const std::string digest = base::to_hex(base::sha256(body)).substr(0, 12);
  const size_t dot = name.find_last_of('.');
  Asset made;
  made.address = "/assets/" + name.substr(0, dot) + "." + digest + name.substr(dot);
  made.name = std::move(name);
  made.type = std::move(type);
  made.gzipped = gzipped(body);
  made.body = std::move(body);
  return made;
}

const std::vector<Asset>& all_assets() {
  static const std::vector<Asset> assets = [] {
    std::vector<Asset> made;
    made.push_back(asset("app.css", "text/css; charset=utf-8", {app_css, sizeof app_css}));
    made.push_back(asset("enabled.js", "text/javascript; charset=utf-8", {enabled_js, sizeof enabled_js}));
    made.push_back(
        asset("govuk-frontend.js", "text/javascript; charset=utf-8", {govuk_frontend_js, sizeof govuk_frontend_js}));
    // A module names the other by its address.
    std::string start(start_js, sizeof start_js);
    const std::string placeholder = "./govuk-frontend.js";
    start.replace(start.find(placeholder), placeholder.size(), made.back().address);
    made.push_back(asset("start.js", "text/javascript; charset=utf-8", std::move(start)));
    made.push_back(asset("mark.svg", "image/svg+xml", {mark_svg, sizeof mark_svg}));
    return made;
  }();
  return assets;
}

}  // namespace

const std::string& asset_address(std::string_view name) {
  for (const Asset& one : all_assets()) {
    if (one.name == name) return one.address;
  }
  base::ensure(false);
  return all_assets().front().address;
}

std::optional<net::Response> asset_response(const net::Request& request) {
  for (const Asset& one : all_assets()) {
    if (one.address != request.path) continue;
    net::Response response;
    response.headers.add("Content-Type", one.type);
    response.headers.add("Cache-Control", "public, max-age=31536000, immutable");
    response.headers.add("Vary", "Accept-Encoding");
    add_security_headers(response);
    const bool is_gzip = takes_gzip(request);
    if (is_gzip) response.headers.add("Content-Encoding", "gzip");
    response.body = is_gzip ? one.gzipped : one.body;
    return response;
  }
  return std::nullopt;
}

}  // namespace broker::web
