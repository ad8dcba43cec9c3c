#include "broker/net/socket_bio.h"

#include <cerrno>
#include <cstdint>
#include <new>

#include <openssl/bio.h>
#include <sys/socket.h>

namespace broker::net {
namespace {

int descriptor_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio)));
}

bool is_passing(ssize_t done) {
  return done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

int write_some(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t done = ::send(descriptor_of(bio), data, static_cast<size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (is_passing(done)) BIO_set_retry_write(bio);
  return static_cast<int>(done);
}

int read_some(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t done = ::recv(descriptor_of(bio), data, static_cast<size_t>(size), MSG_DONTWAIT);
  if (is_passing(done)) BIO_set_retry_read(bio);
  if (done == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(done);
}

long control(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    default: return 0;
  }
}

BIO_METHOD* make_method() {
  BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "waymark socket");
  if (!method || !BIO_meth_set_write(method, write_some) || !BIO_meth_set_read(method, read_some) ||
      !BIO_meth_set_ctrl(method, control)) {
    throw std::bad_alloc();
  }
  return method;
}

}  // namespace

BIO* make_socket_bio(int descriptor) {
  static BIO_METHOD* const method = make_method();  // for the whole process
  BIO* const bio = BIO_new(method);
  if (!bio) throw std::bad_alloc();
  // OpenSSL has room for a pointer, and a descriptor fits. NOLINTNEXTLINE(performance-no-int-to-ptr)
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(descriptor)));
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace broker::net
