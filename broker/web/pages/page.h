// A page's handler and what it is given: the visitor, the request, its form, and what the rooms below offer.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "broker/api/route.h"
#include "broker/web/form.h"
#include "broker/web/layout.h"

namespace broker::web::pages {

using namespace components;

// What the pages work with. All of it outlives every visit.
struct Site {
  api::Services& services;

  base::Time now() const { return services.clock.now(); }
  base::Date today() const { return base::date_in_england(services.clock.now()); }
};

struct Visit {
  Visitor visitor;
  net::Request request;
  std::vector<std::string> ids;  // what the path's placeholders hold, in order
  Form form;                     // of a POST; its token was checked

  const std::string& id() const { return ids.front(); }
  const std::string& query(std::string_view name) const;  // empty when there is none
};

using PageAnswer = boost::asio::awaitable<net::Response>;

struct Page {
  std::string_view method;
  std::string_view path;  // `{}` for one of our ids
  unsigned roles;         // whom it is for; 0 for everybody, signed in or not
  PageAnswer (*answer)(Site& site, Visit visit);
};

std::span<const Page> pages();

// Gives the page to the visitor, or sends who has not signed in to /sign-in. Knows /assets/ and every page but those of
// signing in and out.
class Pages {
 public:
  explicit Pages(Site site) : site_(site) {}
  // `visitor` is null when nobody has signed in.
  boost::asio::awaitable<net::Response> answer(net::Request request, const Visitor* visitor);
  // Judges a large form by its header and what has come of it: the page that refuses it, or nothing. `answer` judges it
  // again when all has come.
  std::optional<net::Response> turn_away(net::Request so_far, const Visitor* visitor) const;

 private:
  Site site_;
};

// More of a body goes to a file; every form without a file is smaller.
constexpr size_t form_bytes_max = 64 * 1024;
// The largest body that a page takes.
size_t body_limit(const std::string& method, const std::string& path);

}  // namespace broker::web::pages
