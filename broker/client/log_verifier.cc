#include "broker/client/log_verifier.h"

#include <algorithm>
#include <istream>
#include <map>
#include <optional>
#include <ostream>
#include <stdexcept>

#include "broker/audit/head.h"
#include "broker/audit/log_checker.h"
#include "broker/audit/proof.h"
#include "broker/base/text.h"
#include "broker/client/command.h"
#include "broker/client/json.h"
#include "broker/client/witness.h"
#include "certs/files.h"

namespace broker::client {
namespace {

using audit::Hash;

constexpr std::string_view head_line = R"({"head":)";

Json granted(const Answer& answer) {
  if (!answer.is_granted()) throw std::runtime_error(refusal_in_words(answer));
  Json json = parse_json(answer.body);
  if (!json.is_object()) throw std::runtime_error("the broker's answer is no JSON object");
  return json;
}

Hash hash_of(const std::string& base64) {
  const auto bytes = base::from_base64(base64);
  const auto hash = bytes ? audit::hash_from(*bytes) : std::nullopt;
  if (!hash) throw std::runtime_error("a hash is no hash");
  return *hash;
}

audit::Proof proof_of(const Json& json) {
  audit::Proof proof;
  for (const Json& one : list_of(json, "proof")) {
    proof.push_back(hash_of(one.is_string() ? one.get<std::string>() : ""));
  }
  return proof;
}

// Calls `take(item)` for each item of all pages, until it says that it has enough.
template <typename Take>
void each_item(Api& api, const std::string& target, Take take) {
  std::string next_target = target;
  while (true) {
    const Json list = granted(api.get(next_target));
    for (const Json& item : items_of(list)) {
      if (!take(item)) return;
    }
    const std::string next = text_at(list, "/next");
    if (next.empty()) return;
    next_target = target + "&after=" + net::percent_encoded(next);
  }
}

// One reading of a log, from wherever it comes, held against a head and against witnesses.
class Check {
 public:
  explicit Check(const VerifyOptions& options) : options_(options) {
    if (!options.witness.empty()) witness_ = read_witness(options.witness);
    earlier_ = witness_.heads;
    for (const auto& file : options.against) {
      const Witness other = read_witness(file);
      if (other.heads.empty()) throw std::runtime_error(file.string() + " does not exist");
      earlier_.insert(earlier_.end(), other.heads.begin(), other.heads.end());
    }
    for (const auto& head : earlier_) result_.continues = std::max(result_.continues, head.head.size);
  }

  uint64_t witnessed() const { return witness_.size(); }
  const Verification& result() const { return result_; }
  uint64_t size() const { return head_.head.size; }
  bool has_failed() const { return !result_.fault.empty(); }

  // The head that the log is read up to, and others that were kept on the way.
  bool begin(const Json& head, std::vector<audit::SignedHead> published) {
    head_ = decode_head(head);
    published_ = std::move(published);
    result_.size = head_.head.size;
    result_.key_id = head_.key_id;
    std::string pem = options_.public_key.empty() ? witness_.public_key : certs::read_file(options_.public_key);
    if (pem.empty()) pem = text_at(head, "/public_key");
    auto key = audit::PublicKey::from_pem(pem);
    if (!key) return fail("there is no public key to check the head of the log with");
    if (witness_.public_key.empty()) witness_.public_key = pem;
    std::vector<audit::PublicKey> keys;
    keys.push_back(std::move(*key));
    if (!audit::verify_head(keys, head_)) return fail("the head of the log is not signed by the broker's key");
    std::vector<audit::SignedHead> heads = earlier_;
    heads.insert(heads.end(), published_.begin(), published_.end());
    heads.push_back(head_);
    result_.heads = heads.size();
    checker_.emplace(std::move(heads), std::move(keys));
    return true;
  }

  bool add(uint64_t position, const Hash& leaf, const std::optional<std::string>& entry) {
    if (position != checker_->size()) return fail("entry " + std::to_string(checker_->size()) + " is missing");
    if (const auto finding = checker_->add_leaf(leaf, entry)) return fail(audit::sentence_of(*finding));
    if (!entry) return true;
    ++result_.entries_read;
    last_own_ = position;
    last_own_leaf_ = leaf;
    return true;
  }
  bool miss(uint64_t position) { return fail("entry " + std::to_string(position) + " was removed"); }
  bool is_read() const { return checker_->size() == head_.head.size; }

  bool finish() {
    if (const auto finding = checker_->finish()) return fail(audit::sentence_of(*finding));
    return true;
  }

  // The proofs that the broker hands out to those who do not read the whole log.
  bool check_proofs(Api& api) {
    const std::string size = std::to_string(head_.head.size);
    if (last_own_) {
      const Json json = granted(api.get("/v1/audit/proof?entry=" + std::to_string(*last_own_) + "&size=" + size));
      if (!audit::verify_inclusion(head_.head.size, *last_own_, last_own_leaf_, proof_of(json), head_.head.root)) {
        return fail("the proof that entry " + std::to_string(*last_own_) + " is in the log does not prove it");
      }
    }
    for (const audit::SignedHead& old : earlier_) {
      if (old.head.size != result_.continues) continue;
      const std::string from = std::to_string(old.head.size);
      const Json json = granted(api.get("/v1/audit/consistency?from=" + from + "&to=" + size));
      if (!audit::verify_consistency(old.head.size, head_.head.size, old.head.root, head_.head.root, proof_of(json))) {
        return fail("the proof that the log continues the head of " + from + " entries does not prove it");
      }
    }
    return true;
  }

  void keep_witness() {
    if (options_.witness.empty() || has_failed()) return;
    published_.push_back(head_);
    update_witness(options_.witness, std::move(witness_), published_);
  }

 private:
  bool fail(std::string fault) {
    result_.fault = std::move(fault);
    return false;
  }

  const VerifyOptions& options_;
  Witness witness_;
  std::vector<audit::SignedHead> earlier_;    // of all witnesses
  std::vector<audit::SignedHead> published_;  // of the broker, since
  audit::SignedHead head_;
  std::optional<audit::LogChecker> checker_;
  std::optional<uint64_t> last_own_;
  Hash last_own_leaf_{};
  Verification result_;
};

uint64_t position_of(const Json& json) {
  const auto position = base::parse_number(text_at(json, "/position"));
  if (!position) throw std::runtime_error("an entry of the log has no position");
  return static_cast<uint64_t>(*position);
}

std::optional<std::string> entry_of(const Json& item) {
  const Json& entry = member_of(item, "entry");
  return entry.is_string() ? std::optional(entry.get<std::string>()) : std::nullopt;
}

}  // namespace

Verification verify_log(Api& api, const VerifyOptions& options) {
  Check check(options);
  std::vector<audit::SignedHead> published;
  each_item(api, "/v1/audit/heads?limit=500&after=" + std::to_string(check.witnessed()), [&](const Json& head) {
    published.push_back(decode_head(head));
    return true;
  });
  // After the others, so that it is the largest.
  if (!check.begin(granted(api.get("/v1/audit/head")), std::move(published))) return check.result();
  // An operator is shown every entry: one that is not there was taken away.
  const bool sees_all = text_at(granted(api.get("/v1/whoami")), "/kind") == "operator";
  if (check.size() > 0) {
    each_item(api, "/v1/audit/entries?limit=500&from=0", [&](const Json& item) {
      const auto entry = entry_of(item);
      if (sees_all && !entry) return check.miss(position_of(item));
      return check.add(position_of(item), hash_of(text_at(item, "/leaf")), entry) && !check.is_read();
    });
  }
  if (check.has_failed() || !check.finish() || !check.check_proofs(api)) return check.result();
  check.keep_witness();
  return check.result();
}

void export_log(Api& api, uint64_t from, std::ostream& out) {
  const Json head = granted(api.get("/v1/audit/head"));
  const auto size = base::parse_number(text_at(head, "/size"));
  if (!size) throw std::runtime_error("the head of the log has no size");
  const auto last = static_cast<uint64_t>(*size);
  std::map<uint64_t, Json> heads;  // those that were kept on the way, by size
  each_item(api, "/v1/audit/heads?limit=500&after=" + std::to_string(from), [&](const Json& one) {
    const uint64_t size_then = decode_head(one).head.size;
    if (size_then < last) heads[size_then] = one;
    return true;
  });
  if (from < last) {
    each_item(api, "/v1/audit/entries?limit=500&from=" + std::to_string(from), [&](const Json& item) {
      const uint64_t position = position_of(item);
      if (position >= last) return false;
      const auto entry = entry_of(item);
      out << (entry ? *entry : dump({{"position", position}, {"leaf", text_at(item, "/leaf")}})) << '\n';
      if (const auto kept = heads.find(position + 1); kept != heads.end())
        out << dump({{"head", kept->second}}) << '\n';
      return position + 1 < last;
    });
  }
  out << dump({{"head", head}}) << '\n';
}

Verification verify_export(std::istream& in, const VerifyOptions& options) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines.push_back(std::move(line));
  }
  const Json last = lines.empty() ? Json() : parse_json(lines.back());
  if (member_of(last, "head").is_null()) throw std::runtime_error("the export does not end with the head of the log");
  lines.pop_back();
  std::vector<audit::SignedHead> heads;
  for (const std::string& line : lines) {
    if (line.starts_with(head_line)) heads.push_back(decode_head(parse_json(line).at("head")));
  }
  Check check(options);
  if (!check.begin(member_of(last, "head"), std::move(heads))) return check.result();
  for (const std::string& line : lines) {
    if (line.starts_with(head_line)) continue;
    const Json json = parse_json(line);
    const std::string leaf = text_at(json, "/leaf");
    const bool is_added = leaf.empty() ? check.add(position_of(json), audit::leaf_hash(line), line)
                                       : check.add(position_of(json), hash_of(leaf), std::nullopt);
    if (!is_added) return check.result();
  }
  if (check.finish()) check.keep_witness();
  return check.result();
}

}  // namespace broker::client
