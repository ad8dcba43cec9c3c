// The files of deploy/samples as they were compiled in: what the demo uploads. Every child in them is invented.
#pragma once

#include <filesystem>
#include <string_view>

namespace broker::client {

struct Sample {
  std::string_view name;
  std::string_view text;
};

inline constexpr std::string_view sample_arrivals_name = "319-arrivals.csv";
inline constexpr std::string_view sample_lost_csv_name = "314-lost-pupils.csv";
inline constexpr std::string_view sample_lost_ctf_name = "3144002_CTF_XXXXXXX_001.xml";

Sample sample_arrivals();
Sample sample_lost_csv();
Sample sample_lost_ctf();

// Writes the sample below the directory under its own name, and gives its path.
std::filesystem::path write_sample(const Sample& sample, const std::filesystem::path& directory);

}  // namespace broker::client
