// A database with the store's tables, and the store's part of one broker over it: two of these are two brokers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/audit/log_checker.h"
#include "broker/base/random.h"
#include "broker/base/timers.h"
#include "broker/store/store.h"
#include "tests/support/event_loop.h"
#include "tests/support/private_cluster.h"
#include "tests/support/scratch.h"

namespace support {

class StoreDatabase {
 public:
  // A new one in the private cluster; `loop` outlives it.
  explicit StoreDatabase(EventLoop& loop);

  const std::string& name() const { return name_; }
  std::string conninfo(const std::string& role) const;
  // A connection of this role, e.g. `postgres`, who may do anything.
  std::unique_ptr<broker::postgres::Connection> connect(const std::string& role);

  // As the superuser. `sql` is the test's own text.
  broker::postgres::Rows ask(const std::string& sql);
  int64_t number(const std::string& sql) { return ask(sql).front().integer(0); }
  std::string text(const std::string& sql) { return ask(sql).front().text(0); }
  std::vector<std::string> column(const std::string& sql);

  // Reads the log from its first entry, and says where it is not what these heads vouch for.
  std::optional<broker::audit::Finding> check_log(std::vector<broker::audit::SignedHead> heads);
  broker::audit::SignedHead signed_head();

  EventLoop& loop;

 private:
  std::string name_;
  std::unique_ptr<broker::postgres::Connection> superuser_;
};

// What a decision is told of the world besides what it loads.
broker::domain::Context surroundings();

// Runs text that is no constant of the program, for tests alone.
broker::postgres::Rows run_sql(EventLoop& loop, broker::postgres::Connection& connection, const std::string& sql);

// The key that all nodes of the process sign with.
const broker::audit::SigningKey& signing_key();

struct StoreNode {
  explicit StoreNode(StoreDatabase& database);
  // With a clock that the test owns.
  StoreNode(StoreDatabase& database, const broker::base::Clock& test_clock);

  // Submits and waits. Throws what the writer throws.
  broker::base::Result<broker::store::Answer> write(broker::store::Write what);
  EventLoop::Task<broker::base::Result<broker::store::Answer>> start(broker::store::Write what);

  EventLoop& loop;
  const broker::base::Clock& clock;
  broker::base::SystemRandom random;
  broker::base::IdMaker ids{clock, random};
  broker::base::Metrics metrics;
  broker::postgres::Pool pool;         // waymark_api
  broker::postgres::Pool writer_pool;  // waymark_writer
  broker::store::Writer writer;
  broker::store::PostgresStore store{pool, writer_pool, writer};
  broker::base::AsioTimers timers{loop.executor()};
};

// What the API would submit. Each command leaves an audit entry; the answer's body is the id of its case, or of the
// enquiry that a SendEnquiries opened.
broker::store::Write opening(const std::string& authority, matcher::PupilRecord child);
broker::store::Write on_case(const std::string& case_id, const broker::domain::Actor& by,
                             broker::domain::Command command);
broker::store::Write on_enquiry(const std::string& enquiry_id, const broker::domain::Actor& by,
                                broker::domain::Command command);
// A row of a file; the answer's body is its key.
broker::store::Write holding(const std::string& authority, broker::domain::RecordKind kind, matcher::PupilRecord child);
// An entry in the log and nothing else.
broker::store::Write auditing(const std::string& authority, const std::string& subject);
// A message that is about no case, or about any.
broker::store::Write sending(const std::string& recipient, const std::string& case_id = "", bool is_immediate = false,
                             int count = 1);

broker::store::Write with_key(broker::store::Write write, const std::string& key, const std::string& body = "{}",
                              const std::string& route = "POST /cases");

broker::domain::Actor officer(const std::string& authority, const std::string& name = "ada");
// Child number `n`: invented, and unlike every other number in all that a matcher looks at.
matcher::PupilRecord child(int n);
// On roll since the day before yesterday, and so fit to close the case.
broker::domain::Answer attending();

}  // namespace support
