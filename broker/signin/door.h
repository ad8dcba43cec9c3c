// The door of the pages: who comes in, signs in, signs out. Takes every request of the web listener; what is behind the
// door, the pages, is told who asks.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "broker/api/route.h"
#include "broker/signin/provider.h"
#include "broker/signin/sessions.h"
#include "broker/web/visitor.h"

namespace broker::signin {

struct DoorSettings {
  bool is_sandbox = false;  // offers the list of invented officers to visitors on this machine
  std::vector<ProviderSettings> providers;
};

// A page for somebody; null when nobody has signed in.
using Inside = std::function<boost::asio::awaitable<net::Response>(net::Request, const web::Visitor*)>;
// The page that refuses a large form before all of it has come, or nothing.
using Bouncer = std::function<std::optional<net::Response>(net::Request, const web::Visitor*)>;

class Door {
 public:
  // `api` says whom a certificate names. All references outlive the door.
  Door(boost::asio::any_io_executor executor, api::Services& services, api::Api& api, base::Random& random,
       Inside inside, Bouncer bouncer, DoorSettings settings);

  boost::asio::awaitable<net::Response> answer(net::Request request);
  // Whether a large form is taken, by who sends it and how it begins: see net::Admission.
  boost::asio::awaitable<std::optional<net::Response>> turn_away(net::Request so_far);

 private:
  boost::asio::awaitable<net::Response> answer_at_door(net::Request request, std::optional<store::Session> session);
  boost::asio::awaitable<net::Response> show_choices(net::Request request);
  boost::asio::awaitable<net::Response> sign_in_from_list(net::Request request);
  boost::asio::awaitable<net::Response> sign_in_by_certificate(net::Request request);
  boost::asio::awaitable<net::Response> send_to_provider(net::Request request);
  boost::asio::awaitable<net::Response> come_from_provider(net::Request request);
  // The page that asks in which browsers.
  net::Response show_ways_out(const net::Request& request, const store::Session& session) const;
  // Of the account service as well, where the officer came by one.
  boost::asio::awaitable<net::Response> sign_out(net::Request request, std::optional<store::Session> session);
  // Begins the session and goes to the first page.
  boost::asio::awaitable<net::Response> let_in(net::Request request, store::Officer officer, std::string way,
                                               bool meets);
  bool shows_sandbox(const net::Request& request) const;

  api::Services& services_;
  api::Api& api_;
  base::Random& random_;
  Sessions sessions_;
  Inside inside_;
  Bouncer bouncer_;
  DoorSettings settings_;
  std::vector<std::unique_ptr<Provider>> providers_;
};

}  // namespace broker::signin
