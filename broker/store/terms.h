// The term dates that authorities have imported, as they came. Read by the broker, which counts by them, and by the
// pages that show what has changed.
#pragma once

#include <string>
#include <vector>

#include "broker/domain/imported_terms.h"
#include "broker/store/read.h"

namespace broker::store {

struct TermsImport {
  std::string terms;
  std::string officer;
  base::Time imported;
};
// Those of the viewer's authority, the first of them first; at most the latest `terms_max`.
constexpr int64_t terms_max = 20;
boost::asio::awaitable<std::vector<TermsImport>> imports_of_terms(postgres::Pool& pool, Viewer viewer);
postgres::Query import_terms(const std::string& authority, const std::string& terms, const std::string& officer,
                             base::Time now);

// What is in force, of every authority. Needs the writer's pool.
boost::asio::awaitable<domain::ImportedTerms> terms_in_force(postgres::Pool& writer_pool);

}  // namespace broker::store
