#include "broker/api/inbox_stream.h"

#include <algorithm>
#include <deque>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "broker/api/handlers.h"
#include "broker/base/log.h"
#include "broker/message/resource.h"

namespace broker::api {
namespace {

using base::refuse;
using boost::asio::awaitable;
using std::chrono::steady_clock;

constexpr int64_t max_most = 100;
constexpr int64_t lease_seconds_most = 3600;
// One who takes and does not acknowledge gets no more than this; what he acknowledges by POST counts when its lease
// has run out.
constexpr size_t unacknowledged_max = 1'000;
constexpr std::chrono::seconds claim_wait{20};
constexpr std::chrono::seconds pause_after_failure{1};

// The number of a query parameter, nothing when it is wrong.
std::optional<int64_t> number_in(const Call& call, const char* name, int64_t otherwise, int64_t most) {
  const std::string* text = call.request.query_value(name);
  if (text == nullptr) return otherwise;
  const auto number = base::parse_number(*text);
  return number && *number >= 1 && *number <= most ? number : std::nullopt;
}

// What the two coroutines of a stream share: one pushes, one hears.
struct Conversation {
  Services& services;
  InboxStream stream;
  std::shared_ptr<net::WebSocket> socket;
  boost::asio::steady_timer room;  // cancelled when something was acknowledged
  struct Pushed {
    steady_clock::time_point until;
    size_t count;
  };
  std::deque<Pushed> pushed;
  size_t unacknowledged = 0;

  void drop_expired() {
    while (!pushed.empty() && pushed.front().until <= steady_clock::now()) {
      unacknowledged -= std::min(unacknowledged, pushed.front().count);
      pushed.pop_front();
    }
  }
};

awaitable<void> pause(Conversation& talk, steady_clock::time_point until) {
  talk.room.expires_at(until);
  boost::system::error_code woken;
  co_await talk.room.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
}

awaitable<void> push_once(Conversation& talk) {
  const InboxStream& stream = talk.stream;
  const auto claim =
      co_await talk.services.inboxes.claim(stream.viewer, stream.actor, stream.max, stream.lease, claim_wait);
  if (!claim) {
    const auto later = steady_clock::now() + pause_after_failure;
    co_await pause(talk, later);
    co_return;
  }
  if (!*claim) {
    co_await talk.socket->ping();
    co_return;
  }
  const delivery::Claim& taken = **claim;
  message::ObjectWriter text;
  text.text("lease_id", taken.lease_id).json("items", message::encode_items(taken.envelopes));
  std::string body = text.done();
  talk.pushed.push_back({steady_clock::now() + stream.lease, taken.ids.size()});
  talk.unacknowledged += taken.ids.size();
  const bool is_sent = co_await talk.socket->send(std::move(body));
  if (is_sent) co_return;
  for (const std::string& id : taken.ids) {
    std::ignore = talk.services.inboxes.give_back(stream.viewer, taken.lease_id, id);
  }
}

awaitable<void> push_all(std::shared_ptr<Conversation> talk) {
  while (talk->socket->is_open()) {
    talk->drop_expired();
    if (talk->unacknowledged >= unacknowledged_max) {
      const auto until = talk->pushed.front().until;
      co_await pause(*talk, until);
      continue;
    }
    bool has_failed = false;
    try {
      co_await push_once(*talk);
    } catch (const std::exception&) {
      has_failed = true;  // the database is away; what is claimed then is nobody's
    }
    const auto later = steady_clock::now() + pause_after_failure;
    if (has_failed) co_await pause(*talk, later);
  }
}

// The answer to one text of the client.
awaitable<std::string> answer_to(Conversation& talk, std::string text) {
  auto request = message::decode_ack(text, true);
  if (!request) co_return message::encode_problem(request.error(), "");
  for (const std::string& id : request->ids) {
    if (!base::is_id(id)) co_return message::encode_problem(base::invalid_field("/ids", "must be ids of messages"), "");
  }
  std::string lease_id = request->lease_id;
  const auto done =
      co_await talk.services.inboxes.acknowledge(talk.stream.viewer, talk.stream.actor, lease_id, request->ids);
  if (!done) co_return message::encode_problem(done.error(), "");
  talk.unacknowledged -= std::min(talk.unacknowledged, *done);
  talk.room.cancel();
  message::ObjectWriter body;
  co_return body.text("lease_id", lease_id).number("acknowledged", static_cast<int64_t>(*done)).done();
}

}  // namespace

InboxStream inbox_stream(const Call& call) {
  InboxStream stream{call.viewer, call.actor};
  if (const std::string* officer = call.request.headers.find("Waymark-Officer")) stream.actor.officer = *officer;
  stream.max = static_cast<size_t>(number_in(call, "max", 10, max_most).value_or(1));
  stream.lease = std::chrono::seconds(number_in(call, "lease_seconds", 60, lease_seconds_most).value_or(1));
  return stream;
}

Reply stream_inbox(Services&, Call call) {
  if (auto refusal = unknown_parameters(call, {"max", "lease_seconds"})) co_return refuse(std::move(*refusal));
  if (!number_in(call, "max", 1, max_most)) {
    co_return refuse(base::invalid_field("/max", "must be a whole number from 1 to 100"));
  }
  if (!number_in(call, "lease_seconds", 1, lease_seconds_most)) {
    co_return refuse(base::invalid_field("/lease_seconds", "must be a whole number from 1 to 3600"));
  }
  auto accept = net::websocket_accept(call.request);
  if (!accept) {
    co_return refuse(base::problem(base::ProblemType::malformed_request,
                                   "This call opens a WebSocket of version 13; claim the inbox where you have none."));
  }
  Answer answer;
  answer.status = 101;
  answer.headers = {{"Upgrade", "websocket"}, {"Sec-WebSocket-Accept", std::move(*accept)}};
  co_return answer;
}

awaitable<void> run_inbox_stream(Services& services, InboxStream stream, std::shared_ptr<net::WebSocket> socket) {
  const auto executor = co_await boost::asio::this_coro::executor;
  // Owners: this coroutine and the one that pushes.
  auto talk = std::make_shared<Conversation>(services, std::move(stream), std::move(socket),
                                             boost::asio::steady_timer(executor));
  boost::asio::co_spawn(executor, push_all(talk), boost::asio::detached);
  while (true) {
    auto text = co_await talk->socket->receive();
    if (!text) break;
    bool has_failed = false;
    std::string answer;
    try {
      answer = co_await answer_to(*talk, std::move(*text));
    } catch (const std::exception&) {
      has_failed = true;
    }
    if (has_failed) answer = message::encode_problem(base::problem(base::ProblemType::store_unavailable, ""), "");
    co_await talk->socket->send(std::move(answer));
  }
  talk->room.cancel();
}

}  // namespace broker::api
