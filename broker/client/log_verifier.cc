#include "broker/client/log_verifier.h"

#include <optional>
#include <stdexcept>
#include <vector>

#include "broker/audit/head.h"
#include "broker/audit/proof.h"
#include "broker/base/text.h"
#include "broker/client/command.h"
#include "broker/client/json.h"
#include "certs/files.h"

namespace broker::client {
namespace {

using audit::Hash;

Json granted(const Answer& answer) {
  if (!answer.is_granted()) throw std::runtime_error(refusal_in_words(answer));
  Json json = parse_json(answer.body);
  if (!json.is_object()) throw std::runtime_error("the broker's answer is no JSON object");
  return json;
}

uint64_t number_at(const Json& json, const std::string& pointer) {
  const auto number = base::parse_number(text_at(json, pointer));
  if (!number) throw std::runtime_error("the broker's answer has no number at " + pointer);
  return static_cast<uint64_t>(*number);
}

Hash hash_of(const std::string& base64) {
  const auto bytes = base::from_base64(base64);
  const auto hash = bytes ? audit::hash_from(*bytes) : std::nullopt;
  if (!hash) throw std::runtime_error("the broker's answer holds a hash that is none");
  return *hash;
}

audit::Proof proof_of(const Json& json) {
  audit::Proof proof;
  for (const Json& one : list_of(json, "proof")) {
    proof.push_back(hash_of(one.is_string() ? one.get<std::string>() : ""));
  }
  return proof;
}

audit::SignedHead head_of(const Json& json) {
  audit::SignedHead head;
  head.head.size = number_at(json, "/size");
  head.head.root = hash_of(text_at(json, "/root"));
  const auto time = base::parse_time(text_at(json, "/time"));
  const auto signature = base::from_base64(text_at(json, "/signature"));
  if (!time || !signature) throw std::runtime_error("the head of the log has no time or signature");
  head.head.time = *time;
  head.key_id = text_at(json, "/key_id");
  head.signature = *signature;
  return head;
}

// One run over the log as it stood at its head.
class Check {
 public:
  Check(Api& api, const VerifyOptions& options) : api_(api), options_(options) {}

  Verification run() {
    const Json json = granted(api_.get("/v1/audit/head"));
    head_ = head_of(json);
    result_.size = head_.head.size;
    result_.key_id = head_.key_id;
    const bool holds = check_signature(json) && read_kept_head() && rebuild_tree() && check_proofs();
    if (holds && !options_.kept_head.empty()) certs::write_file(options_.kept_head, dump(json) + "\n", 0644);
    return result_;
  }

 private:
  bool fail(std::string fault) {
    result_.fault = std::move(fault);
    return false;
  }

  bool check_signature(const Json& json) {
    const std::string pem =
        options_.public_key.empty() ? text_at(json, "/public_key") : certs::read_file(options_.public_key);
    auto key = audit::PublicKey::from_pem(pem);
    if (!key) return fail("there is no public key to check the head of the log with");
    keys_.push_back(std::move(*key));
    if (!audit::verify_head(keys_, head_)) return fail("the head of the log is not signed by the broker's key");
    return true;
  }

  bool read_kept_head() {
    if (options_.kept_head.empty() || !std::filesystem::exists(options_.kept_head)) return true;
    kept_ = head_of(parse_json(certs::read_file(options_.kept_head)));
    if (!audit::verify_head(keys_, *kept_)) return fail("the head that was kept is not signed by the broker's key");
    if (kept_->head.size > head_.head.size) {
      return fail("the log was truncated: it had " + std::to_string(kept_->head.size) + " entries and has " +
                  std::to_string(head_.head.size));
    }
    return true;
  }

  // Builds the tree anew from the first entry on. Of entries that are not the caller's only the hash is shown.
  bool rebuild_tree() {
    std::string target = "/v1/audit/entries?limit=500&from=0";
    while (tree_.size() < head_.head.size) {
      const Json list = granted(api_.get(target));
      for (const Json& entry : items_of(list)) {
        // Entries written since the head was signed belong to a later one.
        if (tree_.size() == head_.head.size) break;
        if (!add_entry(entry)) return false;
      }
      const std::string next = text_at(list, "/next");
      if (next.empty()) break;
      target = "/v1/audit/entries?limit=500&after=" + net::percent_encoded(next);
    }
    if (tree_.size() < head_.head.size) return fail("the log has fewer entries than its head counts");
    if (tree_.root() != head_.head.root) return fail("the entries are not those that the head was signed over");
    return true;
  }

  bool add_entry(const Json& entry) {
    const uint64_t index = tree_.size();
    const std::string place = "entry " + std::to_string(index);
    if (number_at(entry, "/position") != index) return fail(place + " is missing");
    const Hash leaf = hash_of(text_at(entry, "/leaf"));
    const Json& text = member_of(entry, "entry");
    if (text.is_string()) {
      if (audit::leaf_hash(text.get_ref<const std::string&>()) != leaf) {
        return fail(place + " is not what its hash was made from");
      }
      ++result_.entries_read;
      last_own_ = index;
      last_own_leaf_ = leaf;
    }
    tree_.append(leaf);
    if (kept_ && tree_.size() == kept_->head.size && tree_.root() != kept_->head.root) {
      return fail("the log was rewritten: it does not continue the head that was kept");
    }
    return true;
  }

  // The proofs that the broker hands out to those who do not read the whole log.
  bool check_proofs() {
    const std::string size = std::to_string(head_.head.size);
    if (last_own_) {
      const Json json = granted(api_.get("/v1/audit/proof?entry=" + std::to_string(*last_own_) + "&size=" + size));
      if (!audit::verify_inclusion(head_.head.size, *last_own_, last_own_leaf_, proof_of(json), head_.head.root)) {
        return fail("the proof that entry " + std::to_string(*last_own_) + " is in the log does not prove it");
      }
    }
    if (!kept_) return true;
    const std::string from = std::to_string(kept_->head.size);
    const Json json = granted(api_.get("/v1/audit/consistency?from=" + from + "&to=" + size));
    if (!audit::verify_consistency(kept_->head.size, head_.head.size, kept_->head.root, head_.head.root,
                                   proof_of(json))) {
      return fail("the proof that the log continues the head that was kept does not prove it");
    }
    result_.continues = kept_->head.size;
    return true;
  }

  Api& api_;
  const VerifyOptions& options_;
  audit::SignedHead head_;
  std::optional<audit::SignedHead> kept_;
  std::vector<audit::PublicKey> keys_;
  audit::CompactTree tree_;
  std::optional<uint64_t> last_own_;
  Hash last_own_leaf_{};
  Verification result_;
};

}  // namespace

Verification verify_log(Api& api, const VerifyOptions& options) {
  return Check(api, options).run();
}

}  // namespace broker::client
