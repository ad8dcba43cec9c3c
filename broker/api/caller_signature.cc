#include "broker/api/caller_signature.h"

#include "broker/audit/jws.h"
#include "broker/message/canonical.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;

constexpr size_t keys_max = 10'000;

// The key of the certificate that the caller shows, read once.
const audit::CallerKey* key_of(Services& services, const net::Peer& peer) {
  auto known = services.caller_keys.find(peer.fingerprint);
  if (known == services.caller_keys.end()) {
    auto key = audit::CallerKey::from_certificate_der(peer.der);
    if (!key) return nullptr;
    if (services.caller_keys.size() > keys_max) services.caller_keys.clear();
    known = services.caller_keys.emplace(peer.fingerprint, std::move(*key)).first;
  }
  return &known->second;
}

bool is_json(const net::Request& request) {
  const std::string* type = request.headers.find("Content-Type");
  return request.body.empty() || (type != nullptr && base::lowered(*type).starts_with("application/json"));
}

}  // namespace

std::optional<base::Problem> read_signature(Services& services, Call& call) {
  const std::string* jws = call.request.headers.find("Waymark-Signature");
  if (jws == nullptr || !call.idempotency) return std::nullopt;
  const auto& peer = call.request.peer;
  const audit::CallerKey* key = peer ? key_of(services, *peer) : nullptr;
  if (key == nullptr) return problem(ProblemType::signature_invalid, "The key of this certificate signs nothing here.");
  const std::string& body = call.request.body;
  std::optional<std::string> payload = body;
  if (is_json(call.request)) payload = message::canonical_json(body.empty() ? "{}" : body);
  if (!payload) return std::nullopt;  // no JSON: for the handler to refuse, with the reason
  const auto verified = audit::verify_detached_jws(*key, *payload, *jws);
  if (!verified) {
    return problem(ProblemType::signature_invalid,
                   "Over the canonical form of the body: " + std::string(audit::words_of(verified.error())) + ".");
  }
  call.signature = message::CallerSignature{*jws, base::to_base64(peer->der), std::move(*payload)};
  return std::nullopt;
}

}  // namespace broker::api
