#include "broker/signin/sessions.h"

#include "broker/base/text.h"

namespace broker::signin {
namespace {

using boost::asio::awaitable;

constexpr size_t cookie_length = 43;  // of 32 bytes in base64url

domain::Actor actor_of(const store::Officer& officer) {
  return {officer.authority, officer.id, officer.school};
}

}  // namespace

std::string random_token(base::Random& random, size_t bytes) {
  std::string raw;
  while (raw.size() < bytes) {
    const uint64_t chunk = random.next();
    raw.append(reinterpret_cast<const char*>(&chunk), std::min(sizeof chunk, bytes - raw.size()));
  }
  return base::to_base64url(raw);
}

awaitable<base::Result<std::string>> Sessions::begin(store::Officer officer, std::string way, bool meets) {
  const std::string cookie = random_token(random_);
  const std::string csrf = random_token(random_);
  store::Write write;
  write.decide = [=](store::World& world) -> base::Result<store::Answer> {
    if (meets) world.write(store::meet_officer(officer, world.now()));
    world.write(store::begin_session(base::sha256(cookie), officer, csrf, world.now()));
    world.audit(actor_of(officer), "officer.signed_in", officer.authority + ":" + officer.id, way);
    return store::Answer{};
  };
  const base::Result<store::Answer> written = co_await services_.writer.submit(std::move(write));
  if (!written) co_return base::refuse(written.error());
  co_return cookie;
}

awaitable<std::optional<store::Session>> Sessions::find(std::string cookie) {
  if (cookie.size() != cookie_length) co_return std::nullopt;
  std::string hash = base::sha256(cookie);
  co_return co_await store::find_session(services_.writer_pool, std::move(hash), services_.clock.now());
}

awaitable<base::Result<api::Answer>> Sessions::end(std::string cookie, store::Officer officer) {
  store::Write write;
  write.decide = [=](store::World& world) -> base::Result<store::Answer> {
    world.write(store::end_session(base::sha256(cookie)));
    world.audit(actor_of(officer), "officer.signed_out", officer.authority + ":" + officer.id, "");
    return store::Answer{};
  };
  co_return co_await services_.writer.submit(std::move(write));
}

awaitable<base::Result<api::Answer>> Sessions::end_all(store::Officer officer) {
  store::Write write;
  write.decide = [=](store::World& world) -> base::Result<store::Answer> {
    world.write(store::end_sessions_of(officer.authority, officer.id));
    world.audit(actor_of(officer), "officer.signed_out_everywhere", officer.authority + ":" + officer.id, "");
    return store::Answer{};
  };
  co_return co_await services_.writer.submit(std::move(write));
}

}  // namespace broker::signin
