// Which certificates were shown, as the operator sees them.
#include "broker/store/certificates.h"

#include <gtest/gtest.h>

#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using namespace std::chrono_literals;

class CertificatesTest : public testing::Test {
 protected:
  void show(const std::string& urn, const std::string& fingerprint, base::Time expires, base::Time at) {
    certs::Caller caller = *certs::read_identity(urn);
    caller.fingerprint = fingerprint;
    caller.serial = "1f";
    caller.not_after = std::chrono::floor<std::chrono::seconds>(expires);
    loop.run(note_certificate(node.writer_pool, caller, at));
  }
  std::vector<std::string> seen() {
    std::vector<std::string> all;
    for (const SeenCertificate& one : loop.run(seen_certificates(node.writer_pool))) {
      all.push_back(one.kind + " " + one.authority + " " + one.holder + " " + one.fingerprint);
    }
    return all;
  }

  const base::Time start = *base::parse_time("2026-11-13T09:00:00Z");
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode node{database};
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_F(CertificatesTest, AreListedByWhatRunsOutFirstAndOneForEachHolder) {
  show("urn:waymark:authority:314", "aa", start + 90 * 24h, start);
  show("urn:waymark:school:3144001", "bb", start + 20 * 24h, start);
  show("urn:waymark:officer:314:a.obi", "cc", start + 30 * 24h, start);
  show("urn:waymark:operator:olu", "dd", start + 40 * 24h, start);
  show("urn:waymark:authority:314", "ee", start + 10 * 24h, start);  // the older of two that are valid
  EXPECT_EQ(seen(),
            (Lines{"school 314 3144001 bb", "officer 314 a.obi cc", "operator  olu dd", "authority 314 314 aa"}));
}

TEST_F(CertificatesTest, SayWhenTheyWereShownFirstAndLast) {
  show("urn:waymark:authority:314", "aa", start + 90 * 24h, start);
  show("urn:waymark:authority:314", "aa", start + 90 * 24h, start + 5h);
  show("urn:waymark:authority:314", "aa", start + 90 * 24h, start + 2h);  // another broker, whose word comes late
  const auto all = loop.run(seen_certificates(node.writer_pool));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().first_seen, start);
  EXPECT_EQ(all.front().last_seen, start + 5h);
  EXPECT_EQ(all.front().expires, start + 90 * 24h);
}

TEST_F(CertificatesTest, AreForgottenHalfAYearAfterTheyRanOut) {
  show("urn:waymark:authority:314", "aa", start - 181 * 24h, start - 200 * 24h);
  show("urn:waymark:authority:318", "bb", start - 179 * 24h, start - 200 * 24h);
  show("urn:waymark:authority:319", "cc", start + 24h, start);
  EXPECT_EQ(seen(), (Lines{"authority 318 318 bb", "authority 319 319 cc"}));
}

}  // namespace broker::store
