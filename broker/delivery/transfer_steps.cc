#include "broker/delivery/transfer_steps.h"

#include <algorithm>

#include "broker/audit/jws.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/message/resource.h"

namespace broker::delivery {
namespace {

using base::ProblemType;
using base::refuse;
using base::Result;
using store::TransferRow;
using store::World;

// The name under which the broker itself acts in the log.
constexpr const char* broker_officer = "waymark";

bool contains(const std::vector<std::string>& parties, const std::string& party) {
  return std::ranges::find(parties, party) != parties.end();
}

const std::string& sender_of(const TransferRow& transfer) {
  return transfer.school.empty() ? transfer.authority : transfer.school;
}

message::ObjectWriter words_of(const TransferRow& transfer) {
  message::ObjectWriter data;
  data.text("transfer_id", transfer.id).text("kind", transfer.kind).text("filename", transfer.filename);
  data.text("from", transfer.authority);
  if (!transfer.school.empty()) data.text("from_school", transfer.school);
  if (transfer.available) data.text("available", base::format_time(*transfer.available));
  return data;
}

void tell(World& world, const std::string& type, const std::string& recipient, const std::string& sender,
          std::string data) {
  if (recipient == sender) return;
  message::Outgoing message;
  message.type = type;
  message.sender = sender;
  message.recipient = recipient;
  message.data = std::move(data);
  world.send(std::move(message));
}

// The school that sent it, and its authority.
void tell_sender(World& world, const TransferRow& transfer, const std::string& type, const std::string& from,
                 const std::string& data) {
  tell(world, type, transfer.authority, from, data);
  if (!transfer.school.empty()) tell(world, type, transfer.school, from, data);
}

Result<TransferRow> found_for(World& world, const std::string& id, const std::string& party) {
  const TransferRow* transfer = world.transfer(id);
  if (transfer == nullptr || !contains(transfer->parties, party)) return refuse(base::not_found());
  if (transfer->status == "deleted") {
    return refuse(base::problem(ProblemType::conflict, "The file was deleted; its sender can send it again."));
  }
  return *transfer;
}

// The broker speaks to a sender in the name of the first who should have collected the file.
const std::string& counterpart(const TransferRow& transfer) {
  static const std::string nobody = broker_officer;
  return transfer.parties.empty() ? nobody : transfer.parties.front();
}

void report(World& world, TransferRow transfer) {
  transfer.reported = world.now();
  auto data = words_of(transfer);
  data.text("reason", transfer.parties.empty() ? "nobody_found" : "not_collected");
  if (!transfer.parties.empty()) data.texts("to", transfer.parties);
  tell_sender(world, transfer, "transfer.expired", counterpart(transfer), data.done());
  world.audit({transfer.authority, broker_officer, ""}, "transfer.expired", transfer.id, "");
  world.put_transfer(std::move(transfer));
}

void remind(World& world, TransferRow transfer) {
  transfer.reminded = world.now();
  const std::string data = words_of(transfer).done();
  for (const std::string& party : transfer.parties) {
    tell(world, "transfer.reminder", party, sender_of(transfer), data);
  }
  tell_sender(world, transfer, "transfer.reminder", counterpart(transfer), data);
  world.audit({transfer.authority, broker_officer, ""}, "transfer.reminder", transfer.id, "");
  world.put_transfer(std::move(transfer));
}

// What was destroyed, when and why, signed with the key of the audit log; holds no particulars.
std::string certificate_of(const TransferRow& transfer, const std::string& reason, base::Time now,
                           const audit::SigningKey& key) {
  message::ObjectWriter statement;
  statement.text("deleted", base::format_time(now)).text("reason", reason);
  statement.text("sha256", base::to_hex(transfer.digest));
  statement.text("statement", "The file's key was destroyed; no copy of the file can be read.");
  statement.text("transfer_id", transfer.id);
  std::string text = statement.done();
  message::ObjectWriter certificate;
  certificate.text("signature", audit::sign_detached_jws(key, text)).text("statement", text);
  return certificate.done();
}

void delete_file(World& world, TransferRow transfer, const std::string& reason, const audit::SigningKey& key) {
  transfer.status = "deleted";
  transfer.deleted = world.now();
  transfer.certificate = certificate_of(transfer, reason, world.now(), key);
  auto data = words_of(transfer);
  data.text("reason", reason).json("certificate", transfer.certificate);
  tell_sender(world, transfer, "transfer.deleted", counterpart(transfer), data.done());
  world.audit({transfer.authority, broker_officer, ""}, "transfer.deleted", transfer.id, transfer.certificate);
  world.put_transfer(std::move(transfer));
}

}  // namespace

std::string encode_transfer(const TransferRow& transfer, const std::string& viewer) {
  const bool is_party = contains(transfer.parties, viewer);
  message::ObjectWriter body;
  body.text("id", transfer.id).text("kind", transfer.kind).text("status", transfer.status);
  body.text("filename", transfer.filename).number("bytes", transfer.bytes).text("from", transfer.authority);
  if (!transfer.school.empty()) body.text("from_school", transfer.school);
  // Who else may have it is the sender's to know.
  body.texts("to", is_party ? std::vector<std::string>{viewer} : transfer.parties);
  if (!transfer.destination.empty()) body.text("destination", transfer.destination);
  if (!is_party) body.text("upload_id", transfer.upload_id);
  body.text("created", base::format_time(transfer.created));
  if (transfer.available) body.text("available", base::format_time(*transfer.available));
  if (transfer.claimed) body.text("claimed", base::format_time(*transfer.claimed));
  if (transfer.received) body.text("received", base::format_time(*transfer.received));
  if (!transfer.received_by.empty()) body.text("received_by", transfer.received_by);
  if (transfer.deleted) body.text("deleted", base::format_time(*transfer.deleted));
  if (!transfer.certificate.empty() && !is_party) body.json("certificate", transfer.certificate);
  body.text("file", "/v1/transfers/" + transfer.id + "/file").number("version", transfer.version);
  return body.done();
}

base::Time reminder_time(const domain::Calendar& calendar, base::Time now, const std::string& authority) {
  const base::Date today = base::date_in_england(now);
  const auto due = calendar.add_school_days(today, remind_school_days, authority);
  if (!due) {
    // Reminded in plain days rather than not at all.
    base::log_error("no calendar covers this date", {{"date", base::format_date(today)}});
    return now + std::chrono::days(3 * 7);
  }
  return now + (std::chrono::sys_days(due->date) - std::chrono::sys_days(today));
}

void make_available(World& world, const std::string& id, const std::vector<std::string>& parties,
                    base::Time remind_at) {
  const TransferRow* found = world.transfer(id);
  if (found == nullptr || found->status == "received" || found->status == "deleted") return;
  TransferRow transfer = *found;
  std::vector<std::string> added;
  for (const std::string& party : parties) {
    if (!contains(transfer.parties, party) && !contains(added, party)) added.push_back(party);
  }
  if (added.empty()) return;
  if (transfer.status == "sealed") transfer.status = "available";
  if (!transfer.available) {
    transfer.available = world.now();
    transfer.remind_at = remind_at;
  }
  for (const std::string& party : added) {
    transfer.parties.push_back(party);
    tell(world, "transfer.available", party, sender_of(transfer), words_of(transfer).done());
  }
  world.audit({transfer.authority, broker_officer, ""}, "transfer.available", id, "");
  world.put_transfer(std::move(transfer));
}

Result<TransferRow> claim_transfer(World& world, const std::string& id, const std::string& party,
                                   const domain::Actor& by) {
  Result<TransferRow> transfer = found_for(world, id, party);
  if (!transfer || contains(transfer->claimed_by, party)) return transfer;
  transfer->claimed_by.push_back(party);
  if (!transfer->claimed) transfer->claimed = world.now();
  if (transfer->status == "available") transfer->status = "claimed";
  world.audit(by, "transfer.claimed", id, "");
  world.put_transfer(*transfer);
  return *world.transfer(id);
}

Result<TransferRow> receive_transfer(World& world, const std::string& id, const std::string& party,
                                     const domain::Actor& by, const std::string& note) {
  Result<TransferRow> transfer = found_for(world, id, party);
  if (!transfer) return transfer;
  if (!contains(transfer->claimed_by, party)) {
    return refuse(base::problem(ProblemType::conflict, "Claim the file first, and read it; then give its receipt."));
  }
  if (transfer->status == "received") return transfer;
  transfer->status = "received";
  transfer->received = world.now();
  transfer->received_by = party;
  auto data = words_of(*transfer);
  data.text("received_by", party).text("received", base::format_time(world.now()));
  if (!note.empty()) data.text("note", note);
  tell_sender(world, *transfer, "transfer.received", party, data.done());
  world.audit(by, "transfer.received", id, note);
  world.put_transfer(*transfer);
  return *world.transfer(id);
}

void keep_time(World& world, const std::string& id, const audit::SigningKey& key) {
  const auto is_past = [&](base::Time time, int days) { return time + std::chrono::days(days) < world.now(); };
  const TransferRow* transfer = world.transfer(id);
  if (transfer == nullptr || transfer->status == "deleted") return;
  if (transfer->status == "received") {
    if (is_past(*transfer->received, received_kept_days)) delete_file(world, *transfer, "received", key);
    return;
  }
  if (transfer->remind_at && !transfer->reminded && *transfer->remind_at <= world.now()) {
    remind(world, *transfer);
    transfer = world.transfer(id);
  }
  const bool is_waiting = transfer->status == "available" && is_past(*transfer->available, report_after_days);
  const bool is_old = is_past(transfer->created, world.settings(transfer->authority).transfer_file_retention_days);
  if ((is_waiting || is_old) && !transfer->reported) return report(world, *transfer);
  // Never uncollected without a report that its sender had time to act on.
  if (is_old && is_past(*transfer->reported, notice_days)) delete_file(world, *transfer, "not_collected", key);
}

}  // namespace broker::delivery
