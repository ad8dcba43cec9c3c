// Makes zip files for tests: stored members of any name, also names that no honest program writes, and encrypted ones.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace support {

inline uint32_t crc32_of(const std::string& bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1 ^ 0xEDB88320U : crc >> 1;
  }
  return ~crc;
}

inline std::string make_zip(const std::vector<std::pair<std::string, std::string>>& members,
                            bool is_encrypted = false) {
  const auto number = [](uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
    return text;
  };
  std::string zip, directory;
  for (const auto& [name, content] : members) {
    const std::string fields = number(20, 2) + number(is_encrypted ? 1 : 0, 2) + number(0, 6) +
                               number(crc32_of(content), 4) + number(content.size(), 4) + number(content.size(), 4) +
                               number(name.size(), 2) + number(0, 2);
    directory += "PK\1\2" + number(20, 2) + fields + number(0, 10) + number(zip.size(), 4) + name;
    zip += "PK\3\4" + fields + name + content;
  }
  const std::string count = number(members.size(), 2);
  return zip + directory + "PK\5\6" + number(0, 4) + count + count + number(directory.size(), 4) +
         number(zip.size(), 4) + number(0, 2);
}

}  // namespace support
