#include "broker/audit/head.h"

#include <gtest/gtest.h>

#include "tests/certs/test_authority.h"

namespace broker::audit {
namespace {

Head some_head() {
  return {3, leaf_hash("root"), *base::parse_time("2026-11-13T09:30:00.5Z")};
}

}  // namespace

TEST(Head, HasOneTextFormThatIsReadBack) {
  EXPECT_EQ(text_of({0, empty_root(), *base::parse_time("2026-11-13T09:30:00Z")}),
            "waymark-log-v1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n2026-11-13T09:30:00.000000Z\n");
  EXPECT_EQ(parse_head(text_of(some_head())), some_head());
}

TEST(Head, IsReadInNoOtherForm) {
  const std::string root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  const std::string time = "2026-11-13T09:30:00.000000Z";
  ASSERT_TRUE(parse_head("waymark-log-v1\n7\n" + root + "\n" + time + "\n"));
  for (const std::string& text :
       {std::string(), std::string("waymark-log-v1"), "waymark-log-v2\n7\n" + root + "\n" + time + "\n",
        "waymark-log-v1\n07\n" + root + "\n" + time + "\n", "waymark-log-v1\n-7\n" + root + "\n" + time + "\n",
        "waymark-log-v1\n9223372036854775807\n" + root + "\n" + time + "\n",
        "waymark-log-v1\n7\n" + root.substr(4) + "\n" + time + "\n", "waymark-log-v1\n7\n\n" + time + "\n",
        "waymark-log-v1\n7\n" + root + "\n2026-11-13T09:30:00Z\n", "waymark-log-v1\n7\n" + root + "\n" + time,
        "waymark-log-v1\n7\n" + root + "\n" + time + "\n\n", "waymark-log-v1\r\n7\n" + root + "\n" + time + "\n"})
    EXPECT_FALSE(parse_head(text)) << text;
}

TEST(Head, IsVerifiedUnderItsSignersKeyAndNotWhenAnythingChanges) {
  const certs::TemporaryDirectory directory;
  const auto key = SigningKey::create(directory / "key.pem");
  const auto other = SigningKey::create(directory / "other.pem");
  std::vector<PublicKey> keys;
  keys.push_back(*PublicKey::from_pem(other.public_key().pem()));
  const auto signed_head = sign_head(key, some_head());
  EXPECT_FALSE(verify_head(keys, signed_head));
  keys.push_back(*PublicKey::from_pem(key.public_key().pem()));
  EXPECT_TRUE(verify_head(keys, signed_head));

  auto changed = signed_head;
  changed.head.size += 1;
  EXPECT_FALSE(verify_head(keys, changed));
  changed = signed_head;
  changed.head.root[0] ^= 1;
  EXPECT_FALSE(verify_head(keys, changed));
  changed = signed_head;
  changed.head.time += std::chrono::microseconds(1);
  EXPECT_FALSE(verify_head(keys, changed));
  changed = signed_head;
  changed.key_id = other.id();
  EXPECT_FALSE(verify_head(keys, changed));
  changed = signed_head;
  changed.signature.clear();
  EXPECT_FALSE(verify_head(keys, changed));
}

}  // namespace broker::audit
