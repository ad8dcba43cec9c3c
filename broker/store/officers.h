// The directory of officers and the sessions in which they are signed in at the pages. What changes them goes through
// the writer, as the queries below.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "broker/domain/role.h"
#include "broker/store/read.h"

namespace broker::store {

struct Officer {
  std::string authority;  // empty for an operator
  std::string id;
  std::string name;
  domain::Roles roles = 0;
  std::string school;   // LAESTAB, of those with the role school
  std::string subject;  // issuer and subject of the account that signed in first; empty until then
  bool is_disabled = false;
  base::Time changed;
};

boost::asio::awaitable<std::optional<Officer>> find_officer(postgres::Pool& writer_pool, std::string authority,
                                                            std::string id);
// By id, within one authority.
boost::asio::awaitable<Listed<Officer>> list_officers(postgres::Pool& writer_pool, std::string authority, Page page);
// Everybody who may sign in, for the sandbox's list. At most 500.
boost::asio::awaitable<std::vector<Officer>> all_officers(postgres::Pool& writer_pool);

// Keeps an account that was bound before.
postgres::Query put_officer(const Officer& officer, base::Time now);

// Of an account that has just signed in: as put_officer, but who is disabled stays so.
postgres::Query meet_officer(const Officer& officer, base::Time now);

// A session ends after this time without a request, and after that in any case.
inline constexpr std::chrono::minutes session_idle_time{30};
inline constexpr std::chrono::hours session_time{8};

struct Session {
  Officer officer;
  std::string csrf;  // what its forms carry
  base::Time began;
};

// The session with this digest if it still runs and its officer is not disabled; marks it as seen. `now` is the
// caller's clock, so that tests own the time.
boost::asio::awaitable<std::optional<Session>> find_session(postgres::Pool& writer_pool, std::string id_hash,
                                                            base::Time now);
postgres::Query begin_session(const std::string& id_hash, const Officer& officer, const std::string& csrf,
                              base::Time now);
postgres::Query end_session(const std::string& id_hash);
postgres::Query end_sessions_of(const std::string& authority, const std::string& officer);
// Gives how many had run out.
boost::asio::awaitable<int64_t> forget_old_sessions(postgres::Pool& writer_pool, base::Time now);

}  // namespace broker::store
