// Sealed transfer files: their rows as a caller may read them, the files themselves, and what the transfer worker looks
// for. The loader and the saver of the writer use the first two.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/store/read.h"
#include "broker/store/world.h"

namespace broker::store {

extern const postgres::Statement select_transfers;
TransferRow transfer_of(const postgres::Row& row);
void save_transfers(const World& world, std::vector<postgres::Query>& queries);

struct TransferFilter {
  std::string status;     // empty: any
  std::string direction;  // sent, received; empty: both
};
boost::asio::awaitable<std::optional<TransferRow>> find_transfer(postgres::Pool& pool, Viewer viewer, std::string id);
boost::asio::awaitable<Listed<TransferRow>> list_transfers(postgres::Pool& pool, Viewer viewer, TransferFilter filter,
                                                           Page page);

// What follows needs the writer's pool. Nothing for a file that was deleted.
boost::asio::awaitable<std::optional<SealedFile>> read_sealed_file(postgres::Pool& writer_pool, std::string id);

// Who may have the file of a lost pupil: the authority that confirmed where the child is, or accepted the match, and
// the school that it names. Of this transfer, or (empty id) of all that nobody has received.
struct Grant {
  std::string transfer_id;
  std::string party;
};
boost::asio::awaitable<std::vector<Grant>> find_grants(postgres::Pool& writer_pool, std::string id);

// Transfers of which something is due: those not collected, to be reported to their sender or to be reminded of, and
// those past their time, to be deleted. Read a bounded number at once.
struct TransferTimes {
  base::Time now;
  base::Time report_before;    // available since earlier: not collected
  base::Time received_before;  // received earlier: deleted
  // Made longer ago than its sender's authority keeps it, and not received: reported, and deleted when that was
  // reported earlier than this.
  base::Time told_before;
  int64_t kept_days;  // where the authority has set nothing
};
struct DueTransfer {
  std::string id;
  std::string authority;  // the sender's
};
boost::asio::awaitable<std::vector<DueTransfer>> find_due_transfers(postgres::Pool& writer_pool, TransferTimes times);

// Wraps the keys of all files anew that another key than the vault's current one wrapped. Gives how many; those that no
// key of the vault opens are counted in `left`.
struct Rewrapped {
  int64_t done = 0;
  int64_t left = 0;
};
boost::asio::awaitable<Rewrapped> rewrap_files(postgres::Pool& writer_pool, const Vault& vault);

}  // namespace broker::store
