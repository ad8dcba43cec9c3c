// Reads in one round trip what a batch of commands needs. Used by the writer alone.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "broker/postgres/connection.h"
#include "broker/store/world.h"

namespace broker::store {

// A write that may have been made before: the same caller and key with the same route and body is answered again.
struct Idempotency {
  std::string caller;
  std::string key;
  std::string route;
  std::string body_hash;  // SHA-256, raw
};

struct KeptAnswer {
  Idempotency made_by;
  Answer answer;
};

// Where the logs end; the next entry of each has this place.
struct Heads {
  int64_t audit = 0;
  int64_t message = 1;
};

struct LoadedBatch {
  World::Loaded state;
  Heads heads;
  std::vector<KeptAnswer> kept;
};

// Begins the transaction, takes the lock that makes this process the only writer until commit, and reads.
boost::asio::awaitable<LoadedBatch> begin_and_load(postgres::Connection& connection, Needs needs,
                                                   std::vector<std::pair<std::string, std::string>> keys, int year);

}  // namespace broker::store
