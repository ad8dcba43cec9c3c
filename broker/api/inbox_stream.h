// `GET /inbox/stream`: an inbox pushed over a WebSocket. Each text from here is what POST /inbox/claim would have
// given; each text from the client acknowledges, as the body of POST /inbox/ack does, and is answered.
#pragma once

#include <memory>

#include "broker/api/call.h"
#include "broker/net/websocket.h"

namespace broker::api {

// Whose inbox, and how it wants to be served.
struct InboxStream {
  store::Viewer viewer;
  domain::Actor actor;
  size_t max = 10;  // messages in one text
  std::chrono::seconds lease{60};
};

// What the request says; what it says wrongly is refused by stream_inbox.
InboxStream inbox_stream(const Call& call);

// Ends when the client goes, is cut, or the broker stops.
boost::asio::awaitable<void> run_inbox_stream(Services& services, InboxStream stream,
                                              std::shared_ptr<net::WebSocket> socket);

}  // namespace broker::api
