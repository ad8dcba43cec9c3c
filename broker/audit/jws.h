// Detached JSON Web Signatures (RFC 7515, appendix F) over bytes that travel beside them: `header..signature`. Messages
// are signed this way by the broker with its key, and by callers with the key of their certificate.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "broker/audit/caller_key.h"
#include "broker/audit/signature.h"

namespace broker::audit {

enum class JwsError { malformed, unsupported_algorithm, unknown_key, bad_signature };

// One sentence that may be shown to the peer.
std::string_view words_of(JwsError error);

// The header is `{"alg":"ES256","kid":"<key id>"}`. Sign canonical bytes: whoever verifies has to arrive at the same.
std::string sign_detached_jws(const SigningKey& key, std::string_view payload);

// Gives the id of the key that made it. A header that names a key is held against that one alone; one without against
// all. Only ES256 is taken, and no header that demands understanding (`crit`) or brings a key of its own.
tl::expected<std::string, JwsError> verify_detached_jws(std::span<const PublicKey> keys, std::string_view payload,
                                                        std::string_view jws);

// By a caller: the header is `{"alg":...,"x5t#S256":"<thumbprint of the certificate>"}`.
std::string sign_detached_jws(const CallerSigner& signer, std::string_view payload);
// Against the key of the certificate that the caller is known by. A thumbprint may be left out; it can't name another.
tl::expected<void, JwsError> verify_detached_jws(const CallerKey& key, std::string_view payload, std::string_view jws);

}  // namespace broker::audit
