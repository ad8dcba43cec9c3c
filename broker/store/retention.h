// What is not kept for ever.
#pragma once

#include <cstdint>

#include "broker/postgres/pool.h"
#include "broker/store/writer.h"

namespace broker::store {

// Answers kept under idempotency keys are forgotten after 7 days. Gives how many were. Needs the writer's pool.
boost::asio::awaitable<int64_t> forget_old_answers(postgres::Pool& writer_pool);

// Cases that were closed or ended are kept for the years that their owner has set (case_retention_years), and then
// forgotten with all that is held of them: enquiries, messages, matches, looks, what callers signed. In their place the
// log has one entry each, `case.deleted`, with which the owner can prove it. A bounded number at once; gives how many
// were. Needs the writer's pool; throws what the writer throws.
boost::asio::awaitable<int64_t> forget_old_cases(postgres::Pool& writer_pool, Writer& writer, base::Time now);

// What is held of children outside of cases is kept for the days that whose it is has set (record_retention_days): rows
// of files from when a file last named them, queries, notices from their end, messages without a case, and the entries
// of files none of whose rows is left. Nothing goes that a case is kept with, or whose transfer file still waits. The
// log has one entry for each file, query and notice: `record.deleted`, `upload.deleted`, `query.deleted`,
// `notice.deleted`. A bounded number at once; gives how many were. Needs the writer's pool; throws what the writer
// throws.
boost::asio::awaitable<int64_t> forget_old_records(postgres::Pool& writer_pool, Writer& writer, base::Time now);

// Both; nothing is left for now when it gives 0.
boost::asio::awaitable<int64_t> forget_old_cases_and_records(postgres::Pool& writer_pool, Writer& writer,
                                                             base::Time now);

}  // namespace broker::store
