// Messages as they wait for a recipient, and what became of those that were sent.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "broker/store/read.h"

namespace broker::store {

struct WaitingMessage {
  int64_t position = 0;
  std::string id;
  std::string case_id;
  bool is_immediate = false;
};

// Messages to this viewer after `position`, and after its cursor, that it has not acknowledged, in the order of the
// log.
boost::asio::awaitable<std::vector<WaitingMessage>> waiting_after(postgres::Pool& pool, Viewer viewer, int64_t position,
                                                                  int64_t limit);
// Up to where everything of an inbox is acknowledged; whoever reads it begins there. Late is harmless.
struct InboxCursor {
  std::string recipient;
  int64_t position = 0;
};
// Needs the writer's pool. They are asked for once there is a connection: who reaches another database server with it
// has been told by then, and what was acknowledged at the one before may not be there. A cursor never goes back.
boost::asio::awaitable<void> save_cursors(postgres::Pool& writer_pool,
                                          std::function<std::vector<InboxCursor>()> cursors);

// The envelopes of these messages, in the order asked; only the viewer's.
boost::asio::awaitable<std::vector<std::string>> envelopes(postgres::Pool& pool, Viewer viewer,
                                                           std::vector<std::string> ids);
// What waits, without taking it: envelopes of messages that were not acknowledged.
struct StoredEnvelope {
  std::string id;
  std::string case_id;  // empty when it is about none
  std::string body;
};
boost::asio::awaitable<Listed<StoredEnvelope>> list_inbox(postgres::Pool& pool, Viewer viewer, Page page);
boost::asio::awaitable<std::optional<StoredEnvelope>> find_envelope(postgres::Pool& pool, Viewer viewer,
                                                                    std::string id);

struct Tracking {
  std::string id;
  std::string type;
  std::string recipient;
  base::Time accepted;
  std::optional<base::Time> delivered;
  std::optional<base::Time> acknowledged;
  std::optional<base::Time> expired;
};
// Of a message that the viewer sent.
boost::asio::awaitable<std::optional<Tracking>> find_tracking(postgres::Pool& pool, Viewer viewer, std::string id);

}  // namespace broker::store
