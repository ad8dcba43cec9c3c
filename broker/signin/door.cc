#include "broker/signin/door.h"

#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/domain/reference/directory.h"
#include "broker/signin/cookies.h"
#include "broker/signin/sandbox.h"
#include "broker/web/components/content.h"
#include "broker/web/components/form.h"
#include "broker/web/form.h"
#include "broker/web/layout.h"
#include "broker/web/response.h"

namespace broker::signin {
namespace {

using boost::asio::awaitable;
using web::components::Html;
using web::components::operator""_html;

constexpr std::chrono::minutes attempt_time{10};

// What a browser says about where a form was sent from. One that says nothing is no browser that could be misled.
bool is_from_elsewhere(const net::Request& request) {
  if (const std::string* site = request.headers.find("Sec-Fetch-Site")) return *site != "same-origin";
  const std::string* origin = request.headers.find("Origin");
  const std::string* host = request.headers.find("Host");
  return origin != nullptr && (host == nullptr || *origin != "https://" + *host);
}

net::Response page(const net::Request& request, int status, std::string title, Html content) {
  web::Frame frame;
  frame.title = std::move(title);
  frame.content << "<h1 class=\"govuk-heading-l\">"_html << frame.title << "</h1>\n"_html << content;
  return web::html_response(request, status, web::document(frame, nullptr));
}

Html paragraph(std::string_view words) {
  return web::components::join("<p class=\"govuk-body\">"_html, words, "</p>\n"_html);
}

net::Response refusal(const net::Request& request, int status, std::string_view sentence) {
  Html content = paragraph(sentence);
  content << "<p class=\"govuk-body\"><a class=\"govuk-link\" href=\"/sign-in\">Sign in again</a></p>\n"_html;
  net::Response response = page(request, status, "You are not signed in", std::move(content));
  clear_cookie(response, attempt_cookie);
  return response;
}

net::Response away(const net::Request& request) {
  net::Response response = page(request, 503, "Waymark is away for a moment",
                                paragraph("Its database does not answer. Nothing is lost. Try again in a moment."));
  response.headers.add("Retry-After", "2");
  return response;
}

// The policy of our pages lets no form lead to another host, not by a redirection either, so that a page of ours does.
net::Response lead_on(const net::Request& request, const std::string& address) {
  Html content = paragraph("You are signed out of Waymark. Your council’s account is signed out next.");
  content << "<p class=\"govuk-body\"><a class=\"govuk-link\" href=\""_html << address
          << "\">Sign out of your council’s account</a>, if nothing happens.</p>\n"_html;
  net::Response response = page(request, 200, "You are signed out of Waymark", std::move(content));
  response.headers.add("Refresh", "0; url=" + address);
  return response;
}

web::Visitor visitor_of(const store::Session& session, bool is_sandbox) {
  web::Visitor visitor;
  visitor.authority = session.officer.authority;
  visitor.school = session.officer.school;
  visitor.officer = session.officer.id;
  visitor.name = session.officer.name;
  visitor.roles = session.officer.roles;
  visitor.csrf_token = session.csrf;
  visitor.is_sandbox = is_sandbox;
  return visitor;
}

std::string name_of(const ProviderSettings& provider) {
  const auto* facts = domain::reference::find_authority(provider.authority);
  if (provider.authority.empty()) return "Operators of this Waymark";
  return facts == nullptr ? provider.authority : facts->name + " (" + provider.authority + ")";
}

}  // namespace

Door::Door(boost::asio::any_io_executor executor, api::Services& services, api::Api& api, base::Random& random,
           Inside inside, Bouncer bouncer, DoorSettings settings)
    : services_(services),
      api_(api),
      random_(random),
      sessions_(services, random),
      inside_(std::move(inside)),
      bouncer_(std::move(bouncer)),
      settings_(std::move(settings)) {
  for (const ProviderSettings& provider : settings_.providers) {
    providers_.push_back(std::make_unique<Provider>(executor, provider, services.clock));
  }
}

awaitable<net::Response> Door::answer(net::Request request) {
  const net::Request kept = {.method = request.method, .headers = request.headers};
  try {
    std::optional<store::Session> session = co_await sessions_.find(cookie_in(request, session_cookie));
    if (request.path == "/sign-out" || request.path == "/sign-in" || request.path.starts_with("/sign-in/")) {
      co_return co_await answer_at_door(std::move(request), std::move(session));
    }
    if (!session) co_return co_await inside_(std::move(request), nullptr);
    const web::Visitor visitor = visitor_of(*session, settings_.is_sandbox);
    co_return co_await inside_(std::move(request), &visitor);
  } catch (const postgres::Unavailable&) {
    // Answered below: a coroutine can't wait in here.
  } catch (const postgres::DatabaseError& error) {
    if (!error.is_unavailable()) throw;
  }
  co_return away(kept);
}

awaitable<std::optional<net::Response>> Door::turn_away(net::Request so_far) {
  const net::Request kept = {.method = so_far.method, .headers = so_far.headers};
  try {
    const std::optional<store::Session> session = co_await sessions_.find(cookie_in(so_far, session_cookie));
    if (!session) co_return bouncer_(std::move(so_far), nullptr);
    const web::Visitor visitor = visitor_of(*session, settings_.is_sandbox);
    co_return bouncer_(std::move(so_far), &visitor);
  } catch (const postgres::Unavailable&) {
    // Answered below: a coroutine can't wait in here.
  } catch (const postgres::DatabaseError& error) {
    if (!error.is_unavailable()) throw;
  }
  co_return away(kept);
}

awaitable<net::Response> Door::answer_at_door(net::Request request, std::optional<store::Session> session) {
  const bool is_get = request.method == "GET" || request.method == "HEAD";
  const bool is_post = request.method == "POST";
  if (is_post && is_from_elsewhere(request)) {
    co_return refusal(request, 403, "This form did not come from a page of Waymark.");
  }
  if (request.path == "/sign-out") co_return co_await sign_out(std::move(request), std::move(session));
  if (is_get && request.path == "/sign-in") co_return co_await show_choices(std::move(request));
  if (is_get && request.path == "/sign-in/start") co_return co_await send_to_provider(std::move(request));
  if (is_get && request.path == "/sign-in/answer") co_return co_await come_from_provider(std::move(request));
  if (is_post && request.path == "/sign-in/certificate") co_return co_await sign_in_by_certificate(std::move(request));
  if (is_post && request.path == "/sign-in/list" && shows_sandbox(request)) {
    co_return co_await sign_in_from_list(std::move(request));
  }
  co_return page(request, 404, "Page not found", paragraph("There is nothing at this address."));
}

bool Door::shows_sandbox(const net::Request& request) const {
  return settings_.is_sandbox && is_on_this_machine(*request.peer);
}

awaitable<net::Response> Door::show_choices(net::Request request) {
  Html content;
  if (!providers_.empty()) {
    content << "<h2 class=\"govuk-heading-m\">With your council's account</h2>\n<ul class=\"govuk-list\">\n"_html;
    for (const auto& provider : providers_) {
      content << "<li><a class=\"govuk-link\" href=\"/sign-in/start?with="_html
              << net::percent_encoded(provider->settings().name) << "\">"_html << name_of(provider->settings())
              << "</a></li>\n"_html;
    }
    content << "</ul>\n"_html;
  }
  if (request.peer->verified) {
    content << "<h2 class=\"govuk-heading-m\">With your certificate</h2>\n"
               "<form method=\"post\" action=\"/sign-in/certificate\">\n"
               "<button type=\"submit\" class=\"govuk-button\" data-module=\"govuk-button\">"
               "Sign in with your certificate</button>\n</form>\n"_html;
  }
  if (shows_sandbox(request)) {
    const auto officers = co_await store::all_officers(services_.writer_pool);
    content << paragraph(
        "This is a sandbox. Everybody in it is invented; choose who you want to be. Open a second browser window in "
        "private mode to be two people at once.");
    content << "<form method=\"post\" action=\"/sign-in/list\">\n"_html << sandbox_choices(officers)
            << "</form>\n"_html;
  }
  if (content.is_empty()) content << paragraph("No council's account is set up here. Ask who runs this Waymark.");
  co_return page(request, 200, "Sign in", std::move(content));
}

awaitable<net::Response> Door::let_in(net::Request request, store::Officer officer, std::string way, bool meets) {
  // Whoever was signed in with this browser before is not any more.
  const std::string former = cookie_in(request, session_cookie);
  const std::optional<store::Session> session = co_await sessions_.find(former);
  if (session) {
    const base::Result<api::Answer> ended = co_await sessions_.end(former, session->officer);
    if (!ended) co_return refusal(request, ended.error().status(), ended.error().detail);
  }
  const base::Result<std::string> cookie = co_await sessions_.begin(std::move(officer), std::move(way), meets);
  if (!cookie) co_return refusal(request, cookie.error().status(), cookie.error().detail);
  net::Response response = web::redirect("/");
  set_cookie(response, session_cookie, *cookie);
  clear_cookie(response, attempt_cookie);
  co_return response;
}

awaitable<net::Response> Door::sign_in_from_list(net::Request request) {
  const auto form = web::Form::read(request);
  const auto chosen = form ? chosen_officer(form->value("officer")) : std::nullopt;
  if (!chosen) co_return refusal(request, 400, "Choose one of the officers of the list.");
  auto officer = co_await store::find_officer(services_.writer_pool, chosen->authority, chosen->id);
  if (!officer || officer->is_disabled) co_return refusal(request, 403, "This officer is not in the directory.");
  co_return co_await let_in(std::move(request), std::move(*officer), "sandbox", false);
}

awaitable<net::Response> Door::sign_in_by_certificate(net::Request request) {
  const base::Result<api::Person> person = co_await api_.person_of(request.peer);
  if (!person) co_return refusal(request, person.error().status(), person.error().detail);
  if (person->caller.kind != certs::CallerKind::officer) {
    co_return refusal(request, 403, "Only the certificate of an officer signs in here.");
  }
  auto officer = co_await store::find_officer(services_.writer_pool, person->caller.authority, person->caller.officer);
  if (!officer || officer->is_disabled) co_return refusal(request, 403, "This officer is not in the directory.");
  base::log_warning("somebody signed in with a certificate",
                    {{"authority", officer->authority}, {"officer", officer->id}});
  co_return co_await let_in(std::move(request), std::move(*officer), "certificate", false);
}

awaitable<net::Response> Door::send_to_provider(net::Request request) {
  const std::string* name = request.query_value("with");
  for (const auto& provider : providers_) {
    if (name == nullptr || provider->settings().name != *name) continue;
    const SignInAttempt attempt = new_attempt(*name, random_);
    const base::Result<std::string> address = co_await provider->address_to_go(attempt);
    if (!address) co_return refusal(request, 503, address.error().detail);
    net::Response response = web::redirect(*address);
    set_cookie(response, attempt_cookie, text_of(attempt), attempt_time);
    co_return response;
  }
  co_return refusal(request, 404, "There is no such account here.");
}

awaitable<net::Response> Door::come_from_provider(net::Request request) {
  const auto attempt = read_attempt(cookie_in(request, attempt_cookie));
  const std::string* state = request.query_value("state");
  if (!attempt || state == nullptr || !is_same_secret(*state, attempt->state)) {
    co_return refusal(request, 400, "This sign-in was not begun in this browser, or too long ago.");
  }
  for (const auto& provider : providers_) {
    if (provider->settings().name != attempt->provider) continue;
    base::Result<store::Officer> officer = co_await provider->officer_of(*attempt, request);
    if (!officer) {
      base::log_warning("a sign-in was refused", {{"provider", attempt->provider}, {"why", officer.error().detail}});
      co_return refusal(request, officer.error().status(), officer.error().detail);
    }
    const auto known = co_await store::find_officer(services_.writer_pool, officer->authority, officer->id);
    if (known && known->is_disabled) co_return refusal(request, 403, "Your account is disabled in Waymark.");
    if (known && !known->subject.empty() && known->subject != officer->subject) {
      co_return refusal(request, 403, "Your id belongs to another account in Waymark. Ask your coordinator.");
    }
    net::Response response =
        co_await let_in(std::move(request), std::move(*officer), "provider " + attempt->provider, true);
    if (response.status == 303) set_cookie(response, provider_cookie, attempt->provider);
    co_return response;
  }
  co_return refusal(request, 400, "There is no such account here.");
}

net::Response Door::show_ways_out(const net::Request& request, const store::Session& session) const {
  web::Frame frame = {.title = "Sign out", .section = "/sign-out"};
  frame.content
      << "<h1 class=\"govuk-heading-l\">Sign out</h1>\n"_html
      << paragraph(
             "You can sign out here, or in every browser in which you are signed in, for example after you "
             "have lost a telephone or left a machine unlocked.")
      << "<form method=\"post\" action=\"/sign-out\">\n<div class=\"govuk-button-group\">\n"
         "<button type=\"submit\" class=\"govuk-button\" data-module=\"govuk-button\">Sign out</button>\n"
         "<button type=\"submit\" class=\"govuk-button govuk-button--secondary\" data-module=\"govuk-button\" "
         "name=\"where\" value=\"everywhere\">Sign out everywhere</button>\n</div>\n</form>\n"_html;
  const web::Visitor visitor = visitor_of(session, settings_.is_sandbox);
  return web::html_response(request, 200, web::document(frame, &visitor));
}

awaitable<net::Response> Door::sign_out(net::Request request, std::optional<store::Session> session) {
  if (!session) co_return web::redirect("/sign-in");
  if (request.method != "POST") co_return show_ways_out(request, *session);
  const std::string cookie = cookie_in(request, session_cookie);
  const auto form = web::Form::read(request);
  const bool is_everywhere = form && form->value("where") == "everywhere";
  base::Result<api::Answer> ended = api::Answer{};
  if (is_everywhere) {
    ended = co_await sessions_.end_all(session->officer);
  } else {
    ended = co_await sessions_.end(cookie, session->officer);
  }
  if (!ended) co_return refusal(request, ended.error().status(), ended.error().detail);
  const std::string by = cookie_in(request, provider_cookie);
  std::optional<std::string> leads_to;
  for (const auto& provider : providers_) {
    if (provider->settings().name == by) leads_to = co_await provider->address_to_leave();
  }
  net::Response response = leads_to ? lead_on(request, *leads_to) : web::redirect("/sign-in");
  clear_cookie(response, session_cookie);
  clear_cookie(response, provider_cookie);
  response.headers.add("Clear-Site-Data", "\"cache\", \"storage\"");
  co_return response;
}

}  // namespace broker::signin
