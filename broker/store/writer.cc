#include "broker/store/writer.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "broker/audit/jws.h"
#include "broker/base/log.h"

namespace broker::store {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using base::problem;
using base::ProblemType;
using base::refuse;
using postgres::Statement;

constexpr std::chrono::milliseconds acquire_timeout{900};
constexpr int retry_after_seconds = 2;

constexpr Statement select_nodes{"select_nodes", R"(
select n.level, n.index, n.hash from audit_node n
join unnest($1::int[], $2::bigint[]) as wanted (level, index) on n.level = wanted.level and n.index = wanted.index)"};

base::Problem unavailable(const char* detail) {
  base::Problem answer = problem(ProblemType::store_unavailable, detail);
  answer.retry_after_seconds = retry_after_seconds;
  return answer;
}

template <typename T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

Needs merged(Needs a, const Needs& b) {
  append(a.cases, b.cases);
  append(a.enquiries, b.enquiries);
  append(a.confirmations, b.confirmations);
  append(a.matches, b.matches);
  append(a.chains_of, b.chains_of);
  append(a.upns, b.upns);
  append(a.same_child, b.same_child);
  append(a.openers, b.openers);
  append(a.uploads, b.uploads);
  append(a.record_digests, b.record_digests);
  append(a.pairs, b.pairs);
  append(a.records, b.records);
  append(a.receipts, b.receipts);
  append(a.settings, b.settings);
  append(a.deadlines, b.deadlines);
  append(a.transfers, b.transfers);
  append(a.transfer_digests, b.transfer_digests);
  append(a.query_makers, b.query_makers);
  append(a.webhooks, b.webhooks);
  return a;
}

// The kept answer for this key: given again to the same request, refused to another.
base::Result<Answer> repeated(const Idempotency& made_by, const Answer& kept, const Idempotency& now) {
  if (made_by.route != now.route || made_by.body_hash != now.body_hash) {
    return refuse(problem(ProblemType::idempotency_key_reused,
                          "This Idempotency-Key was used for another request. Use a new one."));
  }
  Answer answer = kept;
  answer.is_replay = true;
  return answer;
}

audit::CompactTree tree_at(uint64_t size, const postgres::Rows& nodes) {
  return audit::CompactTree(size, [&nodes](audit::NodeId id) {
    for (const postgres::Row row : nodes) {
      if (row.integer("level") != static_cast<int64_t>(id.level)) continue;
      if (row.integer("index") != static_cast<int64_t>(id.index)) continue;
      const auto hash = audit::hash_from(row.bytes("hash"));
      base::ensure(hash.has_value());
      return *hash;
    }
    base::stop_at(std::source_location::current());  // the log has entries without their tree
  });
}

}  // namespace

struct Writer::Pending : Waiting {
  Pending(const asio::any_io_executor& executor, Write what)
      : write(std::move(what)), done(executor, asio::steady_timer::time_point::max()) {
    caller = write.caller;
    is_immediate = write.is_immediate;
    bytes = write.bytes;
    rows = write.needs.record_digests.size();
  }
  Write write;
  uint64_t takeovers = 0;   // when it was submitted
  asio::steady_timer done;  // cancelled once there is an answer or a failure
  std::optional<base::Result<Answer>> answer;
  std::exception_ptr failure;

  void settle(base::Result<Answer> result) {
    answer = std::move(result);
    done.cancel();
  }
};

Writer::Writer(asio::any_io_executor executor, postgres::Pool& pool, const base::Clock& clock, base::IdMaker& ids,
               const audit::SigningKey& key, domain::Context surroundings, base::Metrics& metrics)
    : executor_(std::move(executor)),
      pool_(pool),
      clock_(clock),
      ids_(ids),
      key_(key),
      surroundings_(std::move(surroundings)),
      metrics_(metrics) {}

Writer::~Writer() = default;

awaitable<base::Result<Answer>> Writer::submit(Write write) {
  auto pending = std::make_shared<Pending>(executor_, std::move(write));
  pending->takeovers = takeovers_;
  if (!queue_.push(pending)) co_return refuse(unavailable("Too many writes are waiting. Come back in a moment."));
  if (!is_draining_) {
    is_draining_ = true;
    asio::co_spawn(executor_, drain(), asio::detached);
  }
  boost::system::error_code woken;
  if (!pending->answer && !pending->failure) {
    co_await pending->done.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  if (pending->failure) std::rethrow_exception(pending->failure);
  if (!pending->answer) co_return refuse(unavailable("The write was given up. Repeat it with the same key."));
  co_return std::move(*pending->answer);
}

void Writer::start_over() {
  ++takeovers_;
  tree_ = {};
}

awaitable<void> Writer::drain() {
  // However this ends, the next to submit finds that nobody drains and begins anew.
  struct Draining {
    bool& flag;
    ~Draining() { flag = false; }
  };
  const Draining draining{is_draining_};
  while (!queue_.empty()) {
    std::vector<std::shared_ptr<Pending>> batch;
    for (auto& one : queue_.take({batch_max, rows_max, batch_bytes_max})) {
      batch.push_back(std::static_pointer_cast<Pending>(std::move(one)));
    }
    co_await write_batch(std::move(batch));
  }
}

// A batch that fails for a reason of its own is halved until the culprit stands alone.
awaitable<void> Writer::write_batch(std::vector<std::shared_ptr<Pending>> batch) {
  const auto started = std::chrono::steady_clock::now();
  std::exception_ptr failure;
  std::optional<base::Problem> away;
  Committed committed;
  try {
    committed = co_await attempt(batch);
  } catch (const postgres::Unavailable&) {
    away = unavailable("The database is away; nothing was accepted. Repeat with the same key.");
  } catch (const postgres::DatabaseError& error) {
    if (error.is_unavailable()) {
      away = unavailable(error.is_outcome_unknown()
                             ? "The database went away while writing. Repeat with the same key to learn the answer."
                             : "The database can't take it now; nothing was accepted. Repeat with the same key.");
    } else {
      failure = std::current_exception();
    }
  } catch (...) {
    // Whatever a command throws concerns that command alone.
    failure = std::current_exception();
  }
  metrics_.observe_seconds("waymark_commit_seconds",
                           std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  if (away) metrics_.count("waymark_commands", "result=\"unavailable\"", batch.size());
  if (away) {
    for (const auto& pending : batch) pending->settle(refuse(*away));
    co_return;
  }
  if (!failure) {
    metrics_.count("waymark_commands", "result=\"written\"", batch.size());
    tell(committed);
    for (const auto& pending : batch) pending->done.cancel();
    co_return;
  }
  if (batch.size() == 1) {
    metrics_.count("waymark_commands", "result=\"failed\"");
    batch.front()->failure = failure;
    batch.front()->done.cancel();
    co_return;
  }
  base::log_warning("a batch failed and is halved", {{"commands", batch.size()}});
  const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
  std::vector<std::shared_ptr<Pending>> first(batch.begin(), middle);
  std::vector<std::shared_ptr<Pending>> second(middle, batch.end());
  co_await write_batch(std::move(first));
  co_await write_batch(std::move(second));
}

// The batch is durable: a listener that fails must not make it look as if it were not.
void Writer::tell(const Committed& committed) {
  if (!tell_) return;
  try {
    tell_(committed);
  } catch (const std::exception& error) {
    base::log_error("telling of a commit failed", {{"error", error.what()}});
  }
}

awaitable<Committed> Writer::attempt(std::vector<std::shared_ptr<Pending>> batch) {
  domain::Context surroundings = surroundings_;
  surroundings.now = clock_.now();
  surroundings.today = base::date_in_england(surroundings.now);
  Needs needs;
  std::vector<std::pair<std::string, std::string>> keys;
  for (const auto& pending : batch) {
    needs = merged(std::move(needs), pending->write.needs);
    if (pending->write.idempotency)
      keys.emplace_back(pending->write.idempotency->caller, pending->write.idempotency->key);
  }
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await pool_.acquire(deadline);
  const uint64_t takeovers = takeovers_;
  for (const auto& pending : batch) {
    if (pending->takeovers != takeovers) throw postgres::Unavailable("another server has taken over");
  }
  const int year = static_cast<int>(surroundings.today.year());
  LoadedBatch loaded = co_await begin_and_load(*connection, std::move(needs), std::move(keys), year);

  audit::CompactTree tree = tree_;
  if (tree.size() != static_cast<uint64_t>(loaded.heads.audit)) {
    // Another broker has written, or we have just started: read the tree's edge.
    std::vector<int64_t> levels, indexes;
    for (const audit::NodeId& node : audit::nodes_of_root(static_cast<uint64_t>(loaded.heads.audit))) {
      levels.push_back(static_cast<int64_t>(node.level));
      indexes.push_back(static_cast<int64_t>(node.index));
    }
    postgres::Params wanted(levels, indexes);
    const postgres::Rows nodes = co_await connection->execute(select_nodes, std::move(wanted));
    tree = tree_at(static_cast<uint64_t>(loaded.heads.audit), nodes);
  }

  World world(surroundings, ids_);
  world.loaded = std::move(loaded.state);
  std::vector<NewAnswer> answers;
  answers.reserve(batch.size());
  std::vector<base::Result<Answer>> results;
  // The answer that is kept for a key: from before, or made by a command of this batch.
  std::map<std::pair<std::string, std::string>, std::pair<const Idempotency*, const Answer*>> kept;
  for (const KeptAnswer& one : loaded.kept) {
    kept[{one.made_by.caller, one.made_by.key}] = {&one.made_by, &one.answer};
  }
  for (const auto& pending : batch) {
    const Write& write = pending->write;
    if (!write.idempotency) {
      results.push_back(write.decide(world));
      continue;
    }
    const std::pair key(write.idempotency->caller, write.idempotency->key);
    if (const auto known = kept.find(key); known != kept.end()) {
      results.push_back(repeated(*known->second.first, *known->second.second, *write.idempotency));
      continue;
    }
    world.signed_by = write.signature;
    world.traceparent = write.traceparent;
    results.push_back(write.decide(world));
    if (!results.back()) continue;
    const NewAnswer& made = answers.emplace_back(*write.idempotency, *results.back());
    kept[key] = {&made.made_by, &made.answer};
  }

  const Sealing sealing{loaded.heads, surroundings.now, [this] { return ids_.next(); },
                        [this](const std::string& canonical) { return audit::sign_detached_jws(key_, canonical); }};
  Committed committed;
  std::vector<postgres::Query> statements = statements_of(world, answers, sealing, tree, committed.messages);
  co_await connection->pipeline(std::move(statements));
  for (size_t i = 0; i < batch.size(); ++i) batch[i]->answer = std::move(results[i]);
  // Committed at a server that was taken over from meanwhile: nobody is told, and all is read anew.
  if (takeovers != takeovers_) co_return Committed();
  tree_ = std::move(tree);
  for (const message::Outgoing& message : world.changes.messages) committed.recipients.insert(message.recipient);
  committed.has_records = !world.changes.records.empty() || !world.changes.held.empty();
  committed.may_free_files =
      !world.changes.confirmations.empty() || !world.changes.matches.empty() || !world.changes.transfers.empty();
  co_return committed;
}

}  // namespace broker::store
