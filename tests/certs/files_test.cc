#include "certs/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/certs/test_authority.h"

namespace certs {

TEST(WriteFile, ReplacesTheTextAndTheModeAndLeavesNoDraft) {
  const TemporaryDirectory directory;
  const auto path = directory / "file";
  write_file(path, "first", public_mode);
  write_file(path, "second", private_mode);
  EXPECT_EQ(read_file(path), "second");
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path.parent_path())) ++files;
  EXPECT_EQ(files, 1U);
}

TEST(WriteFile, KeepsTheOldTextWhenTheNewOneCanNotBeWritten) {
  const TemporaryDirectory directory;
  EXPECT_THROW(write_file(directory / "absent/file", "text", public_mode), std::system_error);
  std::filesystem::create_directories(directory / "taken/inside");
  EXPECT_THROW(write_file(directory / "taken", "text", public_mode), std::system_error);
  EXPECT_TRUE(std::filesystem::is_directory(directory / "taken/inside"));
}

TEST(RemoveDrafts, TakesThoseOfTheDeadAndNothingElse) {
  const TemporaryDirectory directory;
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(dead, nullptr, 0), dead);
  const std::string left = "file." + std::to_string(dead) + ".draft";
  const std::vector<std::string> others = {"file", "file.draft", "a.12x.draft", std::to_string(dead) + ".draft",
                                           "file." + std::to_string(::getpid()) + ".draft"};
  write_file(directory / left, "ha", private_mode);
  for (const std::string& name : others) write_file(directory / name, "whole", private_mode);
  remove_drafts((directory / "file").parent_path());
  EXPECT_FALSE(std::filesystem::exists(directory / left));
  for (const std::string& name : others) EXPECT_TRUE(std::filesystem::exists(directory / name)) << name;
}

TEST(ReadFile, ThrowsWhenThereIsNone) {
  const TemporaryDirectory directory;
  EXPECT_THROW((void)read_file(directory / "absent"), std::system_error);
}

TEST(FileLock, IsHeldByOneAndGivenUpAtItsEnd) {
  const TemporaryDirectory directory;
  {
    const FileLock first(directory / "lock");
    EXPECT_THROW(FileLock(directory / "lock", std::chrono::milliseconds(1)), std::runtime_error);
  }
  EXPECT_NO_THROW(FileLock(directory / "lock", std::chrono::milliseconds(1)));
}

}  // namespace certs
