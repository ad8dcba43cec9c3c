#include "broker/delivery/upload_steps.h"

#include <algorithm>

#include "broker/base/text.h"
#include "broker/delivery/transfer_steps.h"
#include "broker/domain/reference/directory.h"
#include "broker/domain/reference/schools.h"
#include "broker/message/state.h"
#include "broker/store/uploads.h"

namespace broker::delivery {
namespace {

using domain::RecordKind;
namespace reference = domain::reference;

constexpr size_t warnings_max = 200;  // of one upload; more say nothing new

PreparedTransfer sealed(std::string_view bytes, std::string name, const store::Vault& vault) {
  std::string digest = base::sha256(bytes);
  store::SealedFile file = vault.seal(bytes, digest);
  return {std::move(file), std::move(digest), static_cast<int64_t>(bytes.size()), std::move(name)};
}

// Where a file for this destination goes today, or why it goes nowhere.
struct Destination {
  std::string party;
  std::string code;    // of the refusal
  std::string reason;  // of the refusal, or a warning
};

Destination authority_destination(const std::string& code) {
  if (reference::is_known_authority(code)) return {code, "", ""};
  const auto* facts = reference::find_authority(code);
  if (facts == nullptr)
    return {"", std::string(adapters::file_code::destination_unknown), "No authority has the code of the destination."};
  if (facts->successors.size() == 1) {
    const std::string& now = facts->successors.front();
    return {now, "", "The authority " + code + " is no longer in being; the file goes to " + now + "."};
  }
  return {"", std::string(adapters::file_code::destination_closed),
          "The authority " + code + " is no longer in being; name one of its successors."};
}

Destination destination_of(const adapters::CtfParty& party) {
  if (party.kind() == adapters::PartyKind::authority) return authority_destination(party.lea);
  const std::string laestab = party.text();
  const auto standing = reference::schools().standing_of(laestab);
  using Kind = reference::Schools::Standing::Kind;
  switch (standing.kind) {
    case Kind::open: return {laestab, "", ""};
    case Kind::succeeded:
      return {standing.now, "",
              "The school " + laestab + " has closed; the file goes to its successor " + standing.now + "."};
    case Kind::closed:
      return {"", std::string(adapters::file_code::destination_closed),
              "The school " + laestab + " has closed, and no one school succeeded it."};
    case Kind::unknown: break;
  }
  if (!reference::is_known_authority(party.lea)) {
    return {"", std::string(adapters::file_code::destination_unknown), "No authority has the code of the destination."};
  }
  return {laestab, "", "The school " + laestab + " is not in our table of schools; the file waits under its number."};
}

// A school sends its own files, an authority those of its schools; under a number that it succeeded, too.
bool is_from(const adapters::CtfParty& source, const Sender& sender) {
  if (sender.school.empty()) return source.lea == sender.authority;
  return source.text() == sender.school || reference::schools().standing_of(source.text()).now == sender.school;
}

void prepare_file(PreparedPart& prepared, adapters::AddressedFile file, const Sender& sender,
                  const store::Vault& vault) {
  Destination destination = destination_of(file.header.destination);
  if (!is_from(file.header.source, sender)) {
    destination = {"", std::string(adapters::file_code::source_not_yours),
                   "The header names another sender than the one whose certificate this is."};
  }
  if (!destination.code.empty()) {
    ++prepared.rejected;
    prepared.errors.push_back({0, "Header", destination.code, destination.reason, file.member, ""});
    return;
  }
  if (!destination.reason.empty()) prepared.warnings.push_back(destination.reason);
  prepared.files.push_back({sealed(file.bytes, file.name, vault), destination.party, std::move(file.upns)});
}

store::TransferRow transfer_row(store::World& world, const store::UploadRow& upload, const PreparedTransfer& transfer) {
  store::TransferRow row;
  row.id = world.next_id();
  row.upload_id = upload.id;
  row.authority = upload.authority;
  row.school = upload.school;
  row.filename = transfer.name;
  row.digest = transfer.digest;
  row.bytes = transfer.bytes;
  row.status = "sealed";
  row.created = world.now();
  return row;
}

// The day on which the child left; nothing when the file does not say it to the day.
std::optional<base::Date> day_left(const matcher::PupilRecord& pupil) {
  const matcher::PartialDate& left = pupil.leaving_date;
  return left.is_full() ? base::parse_date(left.text()) : std::nullopt;
}

void record_as_sender(store::World& world, const store::UploadRow& upload, const std::string& case_id,
                      const domain::Command& command) {
  const domain::Actor sender{upload.authority, upload.officer, upload.school};
  const auto events = domain::decide(*world.file(case_id), sender, command, world.context(case_id));
  // Another school's child, as far as the case knows.
  if (!events || events->empty()) return;
  world.record(*events);
  for (const domain::Event& event : *events) {
    world.audit(sender, std::string(type_of(event.body)), case_id, message::encode_event(event.body));
  }
}

// What a file about leavers says of a child for whom there is a case: when it left its school. Of the school's own file
// also that it has left the roll, maybe before it might, and that its transfer file is on its way.
void note_leaver(store::World& world, const store::UploadRow& upload, const PreparedRow& row,
                 const std::vector<std::string>& cases, const std::string& transfer_id) {
  if (row.pupil.upn.empty()) return;
  const auto left = day_left(row.pupil);
  for (const std::string& id : cases) {
    const domain::CaseFile* file = world.file(id);
    if (file == nullptr || file->record.child.upn != row.pupil.upn) continue;
    if (left) record_as_sender(world, upload, id, domain::ReportAbsence{row.pupil.school.laestab, *left, upload.id});
    if (upload.school.empty()) continue;
    if (left) record_as_sender(world, upload, id, domain::ReportRemoval{*left, upload.id});
    if (!transfer_id.empty()) record_as_sender(world, upload, id, domain::SendTransfer{transfer_id});
  }
}

void write_row(store::World& world, store::UploadRow& upload, const PreparedRow& row,
               const std::vector<std::string>& cases) {
  if (world.is_known_digest(row.digest)) {
    world.see_again(row.digest);
    ++upload.duplicates;
    return;
  }
  ++upload.accepted;
  store::HeldRecord record;
  record.side = domain::MatchSide{.authority = upload.authority,
                                  .school = upload.school,
                                  .kind = upload.kind == "arrivals" ? RecordKind::arrival : RecordKind::lost,
                                  .upload_id = upload.id,
                                  .row = row.row};
  record.digest = row.digest;
  record.pupil = row.pupil;
  const int64_t key = world.hold(std::move(record));
  if (!row.transfer) {
    note_leaver(world, upload, row, cases, "");
    return;
  }
  store::TransferRow transfer = transfer_row(world, upload, *row.transfer);
  transfer.kind = "lost";
  transfer.record_key = key;
  transfer.upn = row.pupil.upn;
  const std::string transfer_id = transfer.id;
  world.add_transfer(std::move(transfer), row.transfer->sealed);
  note_leaver(world, upload, row, cases, transfer_id);
}

// The transfer file of a child that its school has removed is on its way to where it is known to be.
void note_sent(store::World& world, const store::UploadRow& upload, const PreparedFile& sent,
               const std::vector<std::string>& cases, const std::string& transfer_id) {
  if (upload.school.empty()) return;
  for (const std::string& id : cases) {
    const domain::CaseFile* file = world.file(id);
    if (file == nullptr || std::ranges::find(sent.upns, file->record.child.upn) == sent.upns.end()) continue;
    record_as_sender(world, upload, id, domain::SendTransfer{transfer_id});
  }
}

void write_file(store::World& world, store::UploadRow& upload, const PreparedFile& file,
                const std::vector<std::string>& cases, const domain::Calendar& calendar) {
  if (world.is_sent(upload.authority, file.transfer.digest)) {
    ++upload.duplicates;
    return;
  }
  ++upload.accepted;
  store::TransferRow transfer = transfer_row(world, upload, file.transfer);
  transfer.kind = "addressed";
  transfer.destination = file.destination;
  const std::string id = transfer.id;
  world.add_transfer(std::move(transfer), file.transfer.sealed);
  make_available(world, id, {file.destination}, reminder_time(calendar, world.now(), file.destination.substr(0, 3)));
  note_sent(world, upload, file, cases, id);
}

}  // namespace

std::optional<adapters::FilePurpose> purpose_of(const std::string& kind) {
  if (kind == "lost_pupils") return adapters::FilePurpose::lost;
  if (kind == "arrivals") return adapters::FilePurpose::arrivals;
  if (kind == "transfer") return adapters::FilePurpose::transfer;
  return std::nullopt;
}

PreparedPart prepare_part(adapters::FilePart part, const Sender& sender, const store::Vault& vault) {
  PreparedPart prepared;
  prepared.received = part.received;
  prepared.rejected = part.rejected;
  prepared.warnings = std::move(part.warnings);
  prepared.is_last = part.is_last;
  const RecordKind kind = sender.kind == "arrivals" ? RecordKind::arrival : RecordKind::lost;
  for (adapters::FileRow& row : part.rows) {
    if (row.pupil.school.is_empty()) row.pupil.school.laestab = sender.school;
    if (row.pupil.la_code.empty()) row.pupil.la_code = sender.authority;
    PreparedRow ready{row.row, std::move(row.pupil), "", std::nullopt};
    ready.digest = store::digest_of(sender.authority, kind, message::encode_pupil(ready.pupil));
    if (!row.transfer_file.empty()) ready.transfer = sealed(row.transfer_file, row.transfer_name, vault);
    prepared.rows.push_back(std::move(ready));
  }
  for (adapters::FileRefusal& one : part.refusals) {
    prepared.errors.push_back({static_cast<int64_t>(one.error.row), std::move(one.error.column),
                               std::move(one.error.code), std::move(one.error.reason), std::move(one.member),
                               std::move(one.text)});
  }
  for (adapters::AddressedFile& file : part.files) prepare_file(prepared, std::move(file), sender, vault);
  return prepared;
}

std::vector<std::string> upns_of_leavers(const PreparedPart& part, const Sender& sender) {
  std::vector<std::string> upns;
  for (const PreparedFile& file : part.files) upns.insert(upns.end(), file.upns.begin(), file.upns.end());
  if (sender.kind != "lost_pupils") return upns;
  for (const PreparedRow& row : part.rows) {
    if (!row.pupil.upn.empty()) upns.push_back(row.pupil.upn);
  }
  return upns;
}

boost::asio::awaitable<std::vector<std::string>> cases_of_leavers(postgres::Pool& writer_pool,
                                                                  std::vector<std::string> upns,
                                                                  std::string authority) {
  if (upns.empty()) co_return std::vector<std::string>();
  std::vector<std::string> cases = co_await store::cases_of_children(writer_pool, authority, upns);
  co_return cases;
}

store::Needs needs_of(const PreparedPart& part, const Sender& sender) {
  store::Needs needs;
  needs.cases = part.cases;
  for (const PreparedRow& row : part.rows) needs.record_digests.push_back(row.digest);
  for (const PreparedFile& file : part.files) {
    needs.transfer_digests.emplace_back(sender.authority, file.transfer.digest);
  }
  return needs;
}

std::vector<store::UploadError> write_part(store::World& world, store::UploadRow& upload, const PreparedPart& part,
                                           const domain::Calendar& calendar) {
  upload.received += part.received;
  upload.rejected += part.rejected;
  upload.bytes_read = std::max(upload.bytes_read, part.bytes_read);
  for (const std::string& warning : part.warnings) {
    if (upload.warnings.size() < warnings_max) upload.warnings.push_back(warning);
  }
  for (const PreparedRow& row : part.rows) write_row(world, upload, row, part.cases);
  for (const PreparedFile& file : part.files) write_file(world, upload, file, part.cases, calendar);
  return part.errors;
}

}  // namespace broker::delivery
