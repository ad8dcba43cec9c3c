// Who is signed in at the pages: begins, finds and ends sessions. The cookie carries 256 random bits; the database
// keeps their digest, so that who reads it can't sign in with it.
#pragma once

#include <optional>
#include <string>

#include "broker/api/call.h"
#include "broker/base/random.h"
#include "broker/store/officers.h"

namespace broker::signin {

// So many random bytes, in base64url.
std::string random_token(base::Random& random, size_t bytes = 32);

class Sessions {
 public:
  Sessions(api::Services& services, base::Random& random) : services_(services), random_(random) {}

  // Signs the officer in, by the way that the log names: gives what the cookie holds. With `meets`, name, roles, school
  // and account are first kept in the directory as given, and a disabled officer stays disabled.
  boost::asio::awaitable<base::Result<std::string>> begin(store::Officer officer, std::string way, bool meets);

  boost::asio::awaitable<std::optional<store::Session>> find(std::string cookie);
  boost::asio::awaitable<base::Result<api::Answer>> end(std::string cookie, store::Officer officer);
  // Ends the officer's sessions in every browser.
  boost::asio::awaitable<base::Result<api::Answer>> end_all(store::Officer officer);

 private:
  api::Services& services_;
  base::Random& random_;
};

}  // namespace broker::signin
