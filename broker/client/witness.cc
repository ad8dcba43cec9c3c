#include "broker/client/witness.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <stdexcept>
#include <utility>

#include "broker/base/text.h"
#include "certs/files.h"

namespace broker::client {
namespace {

using audit::SignedHead;

constexpr std::chrono::days all_are_kept_for{7};

Json encode(const SignedHead& head) {
  return {{"size", head.head.size},
          {"root", base::to_base64(audit::bytes_of(head.head.root))},
          {"time", base::format_time(head.head.time)},
          {"key_id", head.key_id},
          {"signature", base::to_base64(head.signature)}};
}

// By size; of one size and root one is enough.
std::vector<SignedHead> thinned(std::vector<SignedHead> heads) {
  std::ranges::sort(heads, {}, [](const SignedHead& one) { return std::pair(one.head.size, one.head.time); });
  std::vector<SignedHead> kept;
  std::map<std::chrono::sys_days, size_t> old_of_day;  // where it stands among the kept
  for (SignedHead& head : heads) {
    bool is_known = false;
    for (size_t i = kept.size(); i > 0 && kept[i - 1].head.size == head.head.size; --i) {
      is_known = is_known || kept[i - 1].head.root == head.head.root;
    }
    if (is_known) continue;
    const bool is_old = head.head.time + all_are_kept_for < heads.back().head.time;
    const auto day = std::chrono::floor<std::chrono::days>(head.head.time);
    const auto place = old_of_day.find(day);
    if (is_old && place != old_of_day.end()) {
      kept[place->second] = std::move(head);
      continue;
    }
    if (is_old) old_of_day[day] = kept.size();
    kept.push_back(std::move(head));
  }
  return kept;
}

}  // namespace

uint64_t Witness::size() const {
  uint64_t largest = 0;
  for (const SignedHead& head : heads) largest = std::max(largest, head.head.size);
  return largest;
}

SignedHead decode_head(const Json& json) {
  const auto size = base::parse_number(text_at(json, "/size"));
  const auto root_bytes = base::from_base64(text_at(json, "/root"));
  const auto root = root_bytes ? audit::hash_from(*root_bytes) : std::nullopt;
  const auto time = base::parse_time(text_at(json, "/time"));
  const auto signature = base::from_base64(text_at(json, "/signature"));
  if (!size || !root || !time || !signature) throw std::runtime_error("this is no signed head of a log");
  return {{static_cast<uint64_t>(*size), *root, *time}, text_at(json, "/key_id"), *signature};
}

Witness read_witness(const std::filesystem::path& file) {
  Witness witness;
  if (!std::filesystem::exists(file)) return witness;
  const Json json = parse_json(certs::read_file(file));
  if (!json.is_object()) throw std::runtime_error(file.string() + " is no witness of a log");
  witness.public_key = text_at(json, "/public_key");
  if (json.contains("size")) witness.heads.push_back(decode_head(json));
  for (const Json& one : list_of(json, "heads")) witness.heads.push_back(decode_head(one));
  if (witness.heads.empty()) throw std::runtime_error(file.string() + " holds no head of a log");
  return witness;
}

void update_witness(const std::filesystem::path& file, Witness witness, const std::vector<SignedHead>& heads) {
  witness.heads.insert(witness.heads.end(), heads.begin(), heads.end());
  Json json = {{"public_key", witness.public_key}, {"heads", Json::array()}};
  for (const SignedHead& head : thinned(std::move(witness.heads))) json["heads"].push_back(encode(head));
  certs::write_file(file, json.dump(1) + "\n", 0644);
}

}  // namespace broker::client
