#include "tests/broker/api/api_fixture.h"

#include "broker/base/text.h"

namespace broker::api {
namespace {

std::string der_of(const std::string& pem) {
  const auto certificate = certs::certificate_from_pem(pem);
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

std::string identity_of(const std::string& who) {
  const std::string urn = "urn:waymark:";
  if (who.find(':') != std::string::npos) return urn + who;
  return urn + (who.size() == 3 ? "authority:" : "school:") + who;
}

}  // namespace

const certs::Issued& ApiTest::issued(const std::string& identity) {
  const auto known = issued_.find(identity);
  if (known != issued_.end()) return known->second;
  return issued_.emplace(identity, authority.issue(identity)).first->second;
}

std::shared_ptr<const net::Peer> ApiTest::peer(const std::string& who) {
  std::shared_ptr<const net::Peer>& known = peers_[who];
  if (known) return known;
  auto made = std::make_shared<net::Peer>();
  made->address = "192.0.2.1";
  if (who != "none") {
    const bool is_bad = who == "revoked" || who == "expired";
    made->shown = true;
    made->verified = !is_bad;
    if (is_bad) made->verify_error = "the certificate was " + who;
    made->der = der_of(issued(identity_of(is_bad ? "314" : who)).certificate_pem);
    made->fingerprint = base::to_hex(base::sha256(made->der));
  }
  return known = made;
}

net::Response ApiTest::send(const std::string& who, Sent what) {
  net::Request request;
  request.method = what.method;
  request.target = "/v1" + what.target;
  const auto target = net::parse_target(request.target);
  base::ensure(target.has_value());
  request.path = target->path;
  request.query = target->query;
  request.body = std::move(what.body);
  request.peer = peer(who);
  for (auto& [name, value] : what.headers) request.headers.add(name, value);
  const auto add = [&](const char* name, const std::string& value) {
    if (!request.headers.has(name)) request.headers.add(name, value);
  };
  if (what.method == "POST") {
    add("Content-Type", "application/json");
    add("Idempotency-Key", "key-" + std::to_string(++keys_));
    add("If-Match", "*");
    if (!who.starts_with("officer:")) add("Waymark-Officer", "a.obi");
  }
  return loop.run(api.answer(std::move(request)));
}

}  // namespace broker::api
