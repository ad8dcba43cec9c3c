// Reading as one caller: every query runs in a transaction whose row-level security shows that caller's rows only.
#pragma once

#include <string>
#include <vector>

#include "broker/postgres/pool.h"

namespace broker::store {

struct Viewer {
  std::string authority;
  std::string school;  // LAESTAB, empty unless the caller is a school
  bool is_auditor = false;

  // Whose inbox it reads.
  const std::string& inbox() const { return school.empty() ? authority : school; }
};

// The queries in one round trip and one snapshot, as this viewer. Throws as Connection::pipeline does.
boost::asio::awaitable<std::vector<postgres::Rows>> read_as(postgres::Pool& pool, Viewer viewer,
                                                            std::vector<postgres::Query> queries);
boost::asio::awaitable<postgres::Rows> read_one_as(postgres::Pool& pool, Viewer viewer, postgres::Query query);

// Where a list goes on: at most `limit` items after the one named.
struct Page {
  std::string after;  // empty: from the beginning
  int64_t limit = 50;

  // For lists by id: below every id there is. As a parameter of its own type it bounds the scan of an index, which an
  // expression over text would not, since row-level security is looked at first.
  std::string after_id() const { return after.empty() ? "00000000-0000-0000-0000-000000000000" : after; }
};

template <typename T>
struct Listed {
  std::vector<T> items;
  std::string next;  // the `after` of the next page, empty when this is the last
};

}  // namespace broker::store
