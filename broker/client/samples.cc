#include "broker/client/samples.h"

#include "certs/files.h"

namespace broker::client {
namespace {

constexpr char arrivals[] = {
#embed "../../deploy/samples/319-arrivals.csv"
};
constexpr char lost_csv[] = {
#embed "../../deploy/samples/314-lost-pupils.csv"
};
constexpr char lost_ctf[] = {
#embed "../../deploy/samples/3144002_CTF_XXXXXXX_001.xml"
};

}  // namespace

Sample sample_arrivals() {
  return {sample_arrivals_name, {arrivals, sizeof(arrivals)}};
}

Sample sample_lost_csv() {
  return {sample_lost_csv_name, {lost_csv, sizeof(lost_csv)}};
}

Sample sample_lost_ctf() {
  return {sample_lost_ctf_name, {lost_ctf, sizeof(lost_ctf)}};
}

std::filesystem::path write_sample(const Sample& sample, const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  const std::filesystem::path file = directory / sample.name;
  certs::write_file(file, sample.text, certs::public_mode);
  return file;
}

}  // namespace broker::client
