#include "broker/store/schema.h"

#include <array>

namespace broker::store {
namespace {

constexpr char first[] = {
#embed "broker/store/migrations/0001_first.sql"
    , '\0'};

constexpr std::array all = {postgres::Migration{1, "first", first}};

}  // namespace

std::span<const postgres::Migration> migrations() {
  return all;
}

}  // namespace broker::store
