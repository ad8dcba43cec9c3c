#include "broker/web/response.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <zlib.h>

#include "broker/base/ensure.h"
#include "broker/base/text.h"

namespace broker::web {
namespace {

constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";
constexpr size_t compress_from = 512;  // bytes; below this the header of gzip costs more than it saves
constexpr int window_bits_gzip = 15 + 16;
constexpr int level = 6;

}  // namespace

void add_security_headers(net::Response& response) {
  response.headers.add("Content-Security-Policy", std::string(policy));
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("X-Frame-Options", "DENY");
  response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.add("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.add("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  response.headers.add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
}

net::Response html_response(const net::Request& request, int status, std::string document) {
  net::Response response;
  response.status = status;
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Vary", "Accept-Encoding");
  add_security_headers(response);
  if (document.size() >= compress_from && takes_gzip(request)) {
    response.headers.add("Content-Encoding", "gzip");
    document = gzipped(document);
  }
  if (request.method == "HEAD") document.clear();
  response.body = std::move(document);
  return response;
}

net::Response csv_response(const std::string& filename, std::string body) {
  return download(filename, "text/csv; charset=utf-8", std::move(body));
}

net::Response download(const std::string& filename, const std::string& type, std::string body) {
  net::Response response;
  response.headers.add("Content-Type", type);
  response.headers.add("Content-Disposition", "attachment; filename=\"" + filename + "\"");
  response.headers.add("Cache-Control", "no-store");
  add_security_headers(response);
  response.body = std::move(body);
  return response;
}

net::Response redirect(const std::string& location) {
  net::Response response;
  response.status = 303;
  response.headers.add("Location", location);
  response.headers.add("Cache-Control", "no-store");
  add_security_headers(response);
  return response;
}

bool takes_gzip(const net::Request& request) {
  const std::string* accepted = request.headers.find("Accept-Encoding");
  if (accepted == nullptr) return false;
  for (const std::string_view coding : base::split(*accepted, ',')) {
    if (base::trimmed(coding) == "gzip") return true;
  }
  return false;
}

std::string gzipped(std::string_view text) {
  z_stream stream{};
  base::ensure(deflateInit2(&stream, level, Z_DEFLATED, window_bits_gzip, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  base::ensure(done == Z_STREAM_END);
  return out;
}

std::string masked_token(std::string_view token) {
  std::string masked(2 * token.size(), '\0');
  base::ensure(RAND_bytes(reinterpret_cast<unsigned char*>(masked.data()), static_cast<int>(token.size())) == 1);
  for (size_t i = 0; i < token.size(); ++i) {
    masked[token.size() + i] = static_cast<char>(masked[i] ^ token[i]);
  }
  return base::to_base64url(masked);
}

bool is_token(std::string_view masked, std::string_view token) {
  const auto bytes = base::from_base64url(masked);
  if (token.empty() || !bytes || bytes->size() != 2 * token.size()) return false;
  std::string plain(token.size(), '\0');
  for (size_t i = 0; i < token.size(); ++i) plain[i] = static_cast<char>((*bytes)[i] ^ (*bytes)[token.size() + i]);
  return CRYPTO_memcmp(plain.data(), token.data(), token.size()) == 0;
}

std::string csv_field(std::string_view value) {
  std::string field(value);
  // A spreadsheet takes these for the beginning of a formula.
  if (!field.empty() && std::string_view("=+-@\t\r").find(field.front()) != std::string_view::npos) {
    field.insert(0, 1, '\'');
  }
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace broker::web
