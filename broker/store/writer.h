// The one way by which anything is written. While one batch is on its way to the disk the next gathers, and leaves the
// moment the first has committed: a lone caller waits one commit, a crowd shares one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "broker/audit/merkle.h"
#include "broker/audit/signature.h"
#include "broker/base/ids.h"
#include "broker/base/metrics.h"
#include "broker/postgres/pool.h"
#include "broker/store/fair_queue.h"
#include "broker/store/load.h"
#include "broker/store/save.h"

namespace broker::store {

struct Write {
  std::optional<Idempotency> idempotency;
  Needs needs;
  std::optional<message::CallerSignature> signature;  // verified
  // Decides on the loaded world and records what follows. Called once for each attempt at the batch, in the order of
  // submission. What it refuses changes nothing.
  std::function<base::Result<Answer>(World&)> decide;
  std::string caller = {};  // in whose line it waits; empty: the broker's own work
  bool is_immediate = false;
  std::string traceparent = {};  // of the request, for the messages it makes
  size_t bytes = 0;              // of the request, for the limits of the queue
};

// What a committed batch left for others to do.
struct Committed {
  std::set<std::string> recipients;        // of new messages
  std::vector<CommittedMessage> messages;  // in the order of their positions, which have no gap
  bool has_records = false;                // new, or held again, or no more
  bool may_free_files = false;  // a confirmation, a decision or a new transfer: somebody may have a sealed file
};

class Writer {
 public:
  static constexpr size_t queue_max = 4096;  // more than this wait: the next is told to come back
  static constexpr size_t queue_bytes_max = size_t{256} << 20;
  static constexpr size_t batch_max = 256;  // commands in one transaction
  static constexpr size_t batch_bytes_max = size_t{8} << 20;
  // Rows of files in one transaction, unless one file alone has more: all others wait as long as it takes.
  static constexpr size_t rows_max = 4'000;

  // `calendar` and `is_known_authority` of the surroundings are used as given; the rest is filled for each batch. All
  // references outlive the writer.
  Writer(boost::asio::any_io_executor executor, postgres::Pool& pool, const base::Clock& clock, base::IdMaker& ids,
         const audit::SigningKey& key, domain::Context surroundings, base::Metrics& metrics);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Answers once the change is durable, or why it was refused. While the database is away: store_unavailable.
  boost::asio::awaitable<base::Result<Answer>> submit(Write write);

  // Called after each commit, before the callers of the batch are answered.
  void on_commit(std::function<void(const Committed&)> tell) { tell_ = std::move(tell); }

  // Forgets what it knows of the database, and refuses with store_unavailable what was submitted before: it may rest on
  // what was read from a server that another one has taken over from.
  void start_over();

  size_t waiting() const { return queue_.size(); }

 private:
  struct Pending;

  boost::asio::awaitable<void> drain();
  boost::asio::awaitable<void> write_batch(std::vector<std::shared_ptr<Pending>> batch);
  boost::asio::awaitable<Committed> attempt(std::vector<std::shared_ptr<Pending>> batch);
  void tell(const Committed& committed);

  boost::asio::any_io_executor executor_;
  postgres::Pool& pool_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  const audit::SigningKey& key_;
  domain::Context surroundings_;
  base::Metrics& metrics_;
  std::function<void(const Committed&)> tell_;
  // Owners of a Pending: the queue or batch, and the caller that waits for it.
  FairQueue queue_{{queue_max, queue_bytes_max}};
  bool is_draining_ = false;
  audit::CompactTree tree_;  // as of the last batch of ours
  uint64_t takeovers_ = 0;
};

}  // namespace broker::store
