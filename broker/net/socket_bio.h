// OpenSSL's way to a non-blocking socket that never raises SIGPIPE; its own socket BIO does.
#pragma once

using BIO = struct bio_st;

namespace broker::net {

// Reads and writes `descriptor` and never closes it.
BIO* make_socket_bio(int descriptor);

}  // namespace broker::net
