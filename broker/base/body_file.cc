#include "broker/base/body_file.h"

#include <system_error>
#include <utility>

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "broker/base/ensure.h"

namespace broker::base {
namespace {

[[noreturn]] void failed(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

using Context = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

}  // namespace

struct BodyFile::Digest {
  Context context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

BodyFile::BodyFile(const std::string& directory) : digest_(std::make_unique<Digest>()) {
  file_ = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ < 0) {
    // Not every file system makes files without a name.
    std::string name = directory + "/waymark-XXXXXX";
    file_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (file_ < 0) failed("no file can be made for a large body");
    ::unlink(name.c_str());
  }
  ensure(EVP_DigestInit_ex(digest_->context.get(), EVP_sha256(), nullptr) == 1);
}

BodyFile::~BodyFile() {
  if (file_ >= 0) ::close(file_);
}

BodyFile::BodyFile(BodyFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), size_(other.size_), digest_(std::move(other.digest_)) {}

void BodyFile::append(std::string_view bytes) {
  ensure(EVP_DigestUpdate(digest_->context.get(), bytes.data(), bytes.size()) == 1);
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) failed("a large body can't be written");
    bytes.remove_prefix(static_cast<size_t>(written));
    size_ += static_cast<uint64_t>(written);
  }
}

std::string BodyFile::sha256() const {
  const Context copy(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string digest(32, '\0');
  unsigned size = 0;
  ensure(EVP_MD_CTX_copy_ex(copy.get(), digest_->context.get()) == 1);
  ensure(EVP_DigestFinal_ex(copy.get(), reinterpret_cast<unsigned char*>(digest.data()), &size) == 1 && size == 32);
  return digest;
}

std::string BodyFile::read(uint64_t offset, size_t count) const {
  std::string bytes(count, '\0');
  size_t got = 0;
  while (got < count) {
    const ssize_t size = ::pread(file_, bytes.data() + got, count - got, static_cast<off_t>(offset + got));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) failed("a large body can't be read");
    if (size == 0) break;
    got += static_cast<size_t>(size);
  }
  bytes.resize(got);
  return bytes;
}

}  // namespace broker::base
