#include "broker/store/world.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/base/ensure.h"
#include "broker/base/text.h"
#include "broker/domain/schedule.h"
#include "broker/message/state.h"

namespace broker::store {
namespace {

using base::ensure;
using namespace domain;

template <typename Map>
auto* find_in(Map& map, const typename std::remove_const_t<Map>::key_type& id) {
  const auto found = map.find(id);
  return found == map.end() ? nullptr : &found->second;
}

std::pair<int64_t, int64_t> ordered(int64_t a, int64_t b) {
  return {std::min(a, b), std::max(a, b)};
}

// The enquiry that an event concerns, empty when it concerns the case as a whole.
std::string enquiry_of(const EventBody& body) {
  return std::visit(
      [](const auto& e) -> std::string {
        if constexpr (requires { e.enquiry_id; }) return e.enquiry_id;
        if constexpr (requires { e.enquiry.id; }) return e.enquiry.id;
        return {};
      },
      body);
}

// A case may have hundreds of enquiries, with long texts.
CaseFile with_one_enquiry(const CaseFile& file, const std::string& enquiry_id) {
  CaseFile copy{.record = file.record};
  if (const Enquiry* enquiry = file.enquiry(enquiry_id)) copy.enquiries.push_back(*enquiry);
  return copy;
}

// What a caller signed is shown to the recipient when all of it is said to him anyway: a question, an answer, more
// information. Others hold a note or a reason of the sender's own. Of a restricted child, or an answer that names a
// restricted address, it is never shown.
bool is_shown_whole(const message::Outgoing& message, const CaseFile* file) {
  constexpr std::string_view addressed[] = {"enquiry.opened", "enquiry.replied", "enquiry.information"};
  if (std::ranges::find(addressed, message.type) == std::end(addressed)) return false;
  // Canonical JSON: no blanks, and no quotation mark of a text that is not escaped.
  const std::string& payload = message.caller_signature->payload;
  if (payload.find(R"("restricted":true)") != std::string::npos) return false;
  const size_t to = payload.find(R"("to":[)");
  const bool names_others = to != std::string::npos && payload.find(',', to) < payload.find(']', to);
  if (names_others) return false;
  return file != nullptr && !file->record.child.address.restricted;
}

}  // namespace

World::World(const Context& surroundings, base::IdMaker& ids) : surroundings_(surroundings), ids_(ids) {}

CaseFile* World::file(const std::string& case_id) {
  return find_in(loaded.files, case_id);
}

CaseFile* World::file_of_enquiry(const std::string& enquiry_id) {
  const std::string* case_id = find_in(loaded.case_of_enquiry, enquiry_id);
  return case_id == nullptr ? nullptr : file(*case_id);
}

CaseFile* World::file_of_confirmation(const std::string& confirmation_id) {
  const std::string* case_id = find_in(loaded.case_of_confirmation, confirmation_id);
  return case_id == nullptr ? nullptr : file(*case_id);
}

Match* World::match(const std::string& id) {
  return find_in(loaded.matches, id);
}

const UploadRow* World::upload(const std::string& id) const {
  return find_in(loaded.uploads, id);
}

bool World::is_known_digest(const std::string& digest) const {
  return loaded.digests.contains(digest);
}

bool World::is_announced(int64_t a, int64_t b) const {
  return loaded.announced.contains(ordered(a, b));
}

bool World::is_held(int64_t key) const {
  const auto found = loaded.held.find(key);
  return found != loaded.held.end() && found->second;
}

bool World::has_receipt(const std::string& message_id, const std::string& kind) const {
  return loaded.receipts.contains({message_id, kind});
}

const Settings& World::settings(const std::string& authority) const {
  static const Settings defaults;
  const auto found = loaded.settings.find(authority);
  return found == loaded.settings.end() ? defaults : found->second;
}

const DeadlineRow* World::deadline(const DeadlineKey& key) const {
  const auto found = loaded.deadlines.find(key);
  return found == loaded.deadlines.end() ? nullptr : &found->second;
}

const Delivery* World::delivery(const std::string& message_id) const {
  return find_in(loaded.deliveries, message_id);
}

const message::WebhookRow* World::webhook(const message::WebhookKey& key) const {
  return find_in(loaded.webhooks, key);
}

QueriesMade World::queries_made(const Actor& by) const {
  const auto found = loaded.queries.find({by.authority, by.officer});
  return found == loaded.queries.end() ? QueriesMade() : found->second;
}

Context World::context(const std::string& case_id) const {
  Context context = surroundings_;
  auto* self = const_cast<World*>(this);  // the two makers below advance counters of the batch
  context.settings = [this](const std::string& authority) { return settings(authority); };
  context.next_id = [self] { return self->ids_.next(); };
  context.next_reference = [self](const std::string& authority) { return self->next_reference(authority); };
  context.open_case_for = [this, case_id](const std::string& authority, const std::string& upn) -> std::string {
    const auto found = loaded.open_cases.find({authority, upn});
    if (found == loaded.open_cases.end()) return {};
    for (const std::string& id : found->second) {
      if (id != case_id) return id;
    }
    return {};
  };
  context.open_in_chain = [this, case_id]() -> std::string {
    const auto file = loaded.files.find(case_id);
    if (file == loaded.files.end()) return {};
    const auto found = loaded.open_in_chain.find(file->second.record.chain);
    if (found == loaded.open_in_chain.end()) return {};
    for (const std::string& id : found->second) {
      if (id != case_id) return id;
    }
    return {};
  };
  return context;
}

std::string World::next_reference(const std::string& authority) {
  const int year = static_cast<int>(surroundings_.today.year());
  int& last = loaded.numbers[{authority, year}];
  ++last;
  changes.numbers.push_back({authority, {year, last}});
  return fmt::format("{}-{:02}-{:05}", authority, year % 100, last);
}

void World::record(const std::vector<Event>& events) {
  for (const Event& event : events) apply_one(event);
}

void World::apply_one(const Event& event) {
  CaseFile& file = loaded.files[event.case_id];
  const bool was_open = file.record.is_open_or_located() && !file.record.id.empty();
  const std::string enquiry_id = enquiry_of(event.body);
  const CaseFile before = with_one_enquiry(file, enquiry_id);
  file = domain::apply(std::move(file), event);
  const Case& record = file.record;

  changes.cases.insert(record.id);
  if (std::holds_alternative<CaseOpened>(event.body)) changes.new_cases.insert(record.id);
  if (!enquiry_id.empty() && file.enquiry(enquiry_id) != nullptr) changes.enquiries.insert(enquiry_id);
  if (std::holds_alternative<EnquiryOpened>(event.body)) {
    changes.new_enquiries.insert(enquiry_id);
    loaded.case_of_enquiry[enquiry_id] = record.id;
  }
  if (const auto* confirmed = std::get_if<LocationConfirmed>(&event.body)) {
    changes.confirmations.emplace_back(confirmed->confirmation.id, record.id);
    loaded.case_of_confirmation[confirmed->confirmation.id] = record.id;
  }
  changes.events.push_back({event, record.owner, enquiry_id, record.sequence});
  for (message::Outgoing& message : message::messages_for(event, file)) send(std::move(message));

  auto& open = loaded.open_cases[{record.owner, record.child.upn}];
  auto& in_chain = loaded.open_in_chain[record.chain];
  if (record.is_open_or_located()) {
    open.insert(record.id);
    in_chain.insert(record.id);
  } else {
    open.erase(record.id);
    in_chain.erase(record.id);
  }
  if (was_open != record.is_open_or_located()) follow_child(event, file);
  follow_clock(before, file, enquiry_id);
}

// Deadlines follow the state: whatever moves the next one moves its row.
void World::follow_clock(const CaseFile& before, const CaseFile& after, const std::string& enquiry_id) {
  const std::string& case_id = after.record.id;
  // The detail is whose settings matter when it is acted on.
  const auto follow = [&](DeadlineKey key, std::optional<base::Time> was, std::optional<base::Time> is,
                          const std::string& detail) {
    if (was == is) return;
    if (is) {
      set_deadline({std::move(key), case_id, *is, detail});
    } else {
      drop_deadline(key);
    }
  };
  follow({"case", case_id}, next_deadline(before.record), next_deadline(after.record), after.record.owner);
  if (const Enquiry* enquiry = after.enquiry(enquiry_id)) {
    const Enquiry* was = before.enquiry(enquiry_id);
    const auto before_it = was == nullptr ? std::nullopt : next_deadline(*was);
    follow({"enquiry", enquiry_id}, before_it, next_deadline(*enquiry), enquiry->to);
  }
}

// A child is looked for exactly while its case is open or located.
void World::follow_child(const Event& event, const CaseFile& file) {
  const Case& record = file.record;
  if (std::holds_alternative<CaseOpened>(event.body)) {
    HeldRecord held;
    held.side = MatchSide{.authority = record.owner, .kind = RecordKind::case_child, .case_id = record.id};
    held.pupil = record.child;
    held.digest = digest_of(record.owner, RecordKind::case_child, record.id);
    hold(std::move(held));
    return;
  }
  hold_again(record.id, record.is_open_or_located());
}

void World::hold_again(const std::string& case_id, bool is_held) {
  for (const int64_t key : loaded.records_of_case[case_id]) {
    changes.held.emplace_back(key, is_held);
    if (is_held) changes.rematched.push_back(key);
    loaded.held[key] = is_held;
  }
}

void World::send(message::Outgoing message) {
  message.caller_signature = signed_by;
  message.traceparent = traceparent;
  if (signed_by && !is_shown_whole(message, file(message.case_id))) message.caller_signature->payload.clear();
  changes.messages.push_back(std::move(message));
}

int64_t World::hold(HeldRecord record) {
  record.key = loaded.next_record_key++;
  record.side.record_key = record.key;
  loaded.held[record.key] = true;
  loaded.digests.insert(record.digest);
  if (!record.side.case_id.empty()) loaded.records_of_case[record.side.case_id].push_back(record.key);
  changes.records.push_back(std::move(record));
  return changes.records.back().key;
}

void World::see_again(const std::string& digest) {
  changes.seen_again.push_back(digest);
}

void World::put_upload(UploadRow upload, std::vector<UploadError> errors) {
  const int64_t first = upload.errors + 1;
  upload.errors += static_cast<int64_t>(errors.size());
  if (!errors.empty()) changes.upload_errors.emplace_back(upload.id, first, std::move(errors));
  changes.uploads.insert(upload.id);
  const std::string id = upload.id;
  loaded.uploads[id] = std::move(upload);
}

const TransferRow* World::transfer(const std::string& id) const {
  return find_in(loaded.transfers, id);
}

bool World::is_sent(const std::string& authority, const std::string& digest) const {
  return loaded.sent.contains({authority, digest});
}

void World::add_transfer(TransferRow transfer, SealedFile file) {
  if (transfer.kind == "addressed") loaded.sent.insert({transfer.authority, transfer.digest});
  changes.transfers.insert(transfer.id);
  changes.transfer_files.emplace_back(transfer.id, std::move(file));
  const std::string id = transfer.id;
  loaded.transfers[id] = std::move(transfer);
}

void World::put_transfer(TransferRow transfer) {
  ++transfer.version;
  changes.transfers.insert(transfer.id);
  const std::string id = transfer.id;
  loaded.transfers[id] = std::move(transfer);
}

void World::put_match(Match match) {
  const std::string id = match.id;
  if (!loaded.matches.contains(id)) changes.new_matches.insert(id);
  if (match.seeker.record_key != 0) {
    loaded.announced.insert(ordered(match.seeker.record_key, match.holder.record_key));
  }
  changes.matches.insert(id);
  loaded.matches[id] = std::move(match);
}

void World::add_query(QueryRow query) {
  QueriesMade& made = loaded.queries[{query.by.authority, query.by.officer}];
  if (made.count++ == 0) made.first = now();
  changes.queries.push_back(std::move(query));
}

void World::add_receipt(ReceiptRow receipt) {
  if (loaded.receipts.insert({receipt.message_id, receipt.kind}).second) changes.receipts.push_back(std::move(receipt));
}

void World::set_deadline(DeadlineRow row) {
  const DeadlineKey key = row.key;
  loaded.deadlines[key] = row;
  changes.deadlines[key] = std::move(row);
}

void World::drop_deadline(const DeadlineKey& key) {
  loaded.deadlines.erase(key);
  changes.deadlines[key] = std::nullopt;
}

void World::put_settings(const std::string& authority, Settings settings) {
  loaded.settings[authority] = std::move(settings);
  changes.settings.insert(authority);
}

void World::put_webhook(message::WebhookRow row) {
  loaded.webhooks[row.key] = row;
  changes.webhooks[row.key] = std::move(row);
}

void World::drop_webhook(const message::WebhookKey& key) {
  loaded.webhooks.erase(key);
  changes.webhooks[key] = std::nullopt;
}

void World::deliver(const std::string& message_id, const std::string& recipient, Delivery delivery) {
  const Delivery* last = this->delivery(message_id);
  delivery.recipient = recipient;
  delivery.number = last == nullptr ? 1 : last->number + 1;
  if (has_receipt(message_id, "delivered")) {
    changes.redeliveries.emplace_back(message_id, delivery);
  } else {
    add_receipt({message_id, "delivered", recipient, delivery});
  }
  loaded.deliveries[message_id] = std::move(delivery);
}

void World::finish_match_task(MatchTask task) {
  changes.finished_tasks.push_back(task);
}

void World::write(postgres::Query statement) {
  changes.statements.push_back(std::move(statement));
}

void World::audit(const Actor& by, const std::string& action, const std::string& subject, const std::string& detail) {
  changes.audit.push_back({by, action, subject, detail, {}, {}, signed_by});
}

void World::look(const Actor& by, Look look) {
  changes.audit.push_back({by, std::move(look.action), std::move(look.subject), std::move(look.answer),
                           std::move(look.shown), std::move(look.children)});
}

SeenChild seen_child(const MatchSide& side) {
  return {side.case_id.empty() ? side.upload_id : side.case_id, side.authority, side.record_key};
}

std::string digest_of(const std::string& authority, RecordKind kind, const std::string& encoded_pupil) {
  return base::sha256(authority + "\n" + std::string(text_of(kind)) + "\n" + encoded_pupil);
}

}  // namespace broker::store
