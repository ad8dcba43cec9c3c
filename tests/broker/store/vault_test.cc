#include "broker/store/vault.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/scratch.h"

namespace broker::store {
namespace {

class VaultTest : public testing::Test {
 protected:
  std::string file(const std::string& name) { return (scratch_.path() / name).string(); }
  std::string key_file(const std::string& name, char digit) {
    std::ofstream(file(name)) << std::string(64, digit) << "\n";
    std::filesystem::permissions(file(name), std::filesystem::perms::owner_read);
    return file(name);
  }

  support::Scratch scratch_;
};

TEST_F(VaultTest, OpensWhatItSealedAndNothingThatWasChanged) {
  const Vault vault = Vault::load({file("made")});
  const SealedFile sealed = vault.seal("<CTfile/>", "digest");
  EXPECT_EQ(sealed.body.find("CTfile"), std::string::npos);
  EXPECT_EQ(vault.open(sealed, "digest"), "<CTfile/>");
  EXPECT_FALSE(vault.open(sealed, "another"));
  for (std::string SealedFile::* part : {&SealedFile::wrapped_key, &SealedFile::body, &SealedFile::key_id}) {
    SealedFile changed = sealed;
    char& byte = (changed.*part)[(changed.*part).size() / 2];
    byte = static_cast<char>(byte ^ 1);
    EXPECT_FALSE(vault.open(changed, "digest"));
    (changed.*part).clear();
    EXPECT_FALSE(vault.open(changed, "digest"));
  }
}

TEST_F(VaultTest, GivesEachFileAKeyOfItsOwn) {
  const Vault vault = Vault::load({file("made")});
  const SealedFile first = vault.seal("same", "digest");
  const SealedFile second = vault.seal("same", "digest");
  EXPECT_NE(first.body, second.body);
  const SealedFile mixed{first.key_id, first.wrapped_key, second.body};
  EXPECT_FALSE(vault.open(mixed, "digest"));
}

TEST_F(VaultTest, RotatesByWrappingKeysAnew) {
  const std::string old_file = key_file("old", '1');
  const std::string new_file = key_file("new", '2');
  const SealedFile sealed = Vault::load({old_file}).seal("file", "digest");
  const Vault both = Vault::load({new_file, old_file});
  EXPECT_EQ(both.open(sealed, "digest"), "file");
  const auto wrapped = both.rewrap(sealed, "digest");
  ASSERT_TRUE(wrapped);
  EXPECT_EQ(wrapped->body, sealed.body);
  const Vault only_new = Vault::load({new_file});
  EXPECT_EQ(only_new.open(*wrapped, "digest"), "file");
  EXPECT_FALSE(only_new.open(sealed, "digest"));
  EXPECT_FALSE(only_new.rewrap(sealed, "digest"));
}

TEST_F(VaultTest, RefusesKeysThatAreNone) {
  EXPECT_THROW(Vault::load({}), std::runtime_error);
  EXPECT_THROW(Vault::load({file("missing"), file("missing too")}), std::exception);
  std::ofstream(file("short")) << "abc\n";
  std::filesystem::permissions(file("short"), std::filesystem::perms::owner_read);
  EXPECT_THROW(Vault::load({file("short")}), std::runtime_error);
  const std::string open_file = key_file("open", '3');
  std::filesystem::permissions(open_file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  EXPECT_THROW(Vault::load({open_file}), std::runtime_error);
}

TEST_F(VaultTest, MakesAMissingKeyOnce) {
  const std::string id = Vault::load({file("made")}).current_key_id();
  EXPECT_EQ(Vault::load({file("made")}).current_key_id(), id);
}

}  // namespace
}  // namespace broker::store
