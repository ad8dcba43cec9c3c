// ECDSA signatures in the form of JOSE (r and s side by side) and of OpenSSL (ASN.1). Used by .cc files of this room.
#pragma once

#include <string>
#include <string_view>

namespace broker::audit {

std::string jose_from_asn1(std::string_view der);
// `raw` has signature_size bytes.
std::string asn1_from_jose(std::string_view raw);

}  // namespace broker::audit
