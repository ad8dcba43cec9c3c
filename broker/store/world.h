// What a batch of commands has loaded, and what it changes. Decisions read and write it in memory, one after the other,
// while the store's lock makes this process the only writer: no decision ever sees a state that another one is
// changing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "broker/base/ids.h"
#include "broker/base/result.h"
#include "broker/domain/decide.h"
#include "broker/domain/match.h"
#include "broker/message/envelope.h"
#include "broker/message/webhook.h"
#include "broker/postgres/connection.h"
#include "broker/store/vault.h"

namespace broker::store {

// At most one a subject: the next moment at which the broker has to act on it.
struct DeadlineKey {
  std::string kind;     // "enquiry", "case", or what a worker calls its own
  std::string subject;  // an id
  auto operator<=>(const DeadlineKey&) const = default;
};
struct DeadlineRow {
  DeadlineKey key;
  std::string case_id;  // empty when it is about none
  base::Time due;
  std::string detail;
  bool operator==(const DeadlineRow&) const = default;
};

// Whose queries since a moment count towards a limit.
struct QueryMaker {
  std::string authority;
  std::string officer;
  base::Time since;
};
struct QueriesMade {
  int64_t count = 0;
  std::optional<base::Time> first;
};

// What a command has to have loaded before it can be decided.
struct Needs {
  std::vector<std::string> cases;
  std::vector<std::string> enquiries;                     // each with its case
  std::vector<std::string> confirmations;                 // each with its case
  std::vector<std::string> matches;                       // each with the case of its seeker
  std::vector<std::string> chains_of;                     // cases of whose chain the open one matters
  std::vector<std::pair<std::string, std::string>> upns;  // authority and UPN of a child that may have an open case
  // A case or an enquiry, and the authority that may have an open case of its own for the same child.
  std::vector<std::pair<std::string, std::string>> same_child;
  std::vector<std::string> openers;  // authorities that may open a case, and so need its number
  std::vector<std::string> uploads;
  std::vector<std::string> record_digests;         // raw, of rows of files
  std::vector<std::pair<int64_t, int64_t>> pairs;  // of records, that may have been announced
  std::vector<int64_t> records;                    // keys, still held?
  std::vector<std::string> receipts;               // message ids
  std::vector<std::string> settings;               // authorities whose settings matter; else the defaults hold
  std::vector<DeadlineKey> deadlines;              // that may still stand
  std::vector<std::string> transfers;
  // Authority and digest of files that are sent to a known destination, and may have been sent before.
  std::vector<std::pair<std::string, std::string>> transfer_digests;
  std::vector<QueryMaker> query_makers;
  std::vector<message::WebhookKey> webhooks;
};

// The answer of a write: kept under its idempotency key and given again for a repeat.
struct Answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool is_replay = false;
};

// A pupil record as the store holds it.
struct HeldRecord {
  int64_t key = 0;
  domain::MatchSide side;
  std::string digest;
  matcher::PupilRecord pupil;
  bool is_held = true;  // of interest now, as the reader's snapshot has it
};

// One record that is to be matched. A task is claimed until a moment, which tells this claim from any other.
struct MatchTask {
  int64_t key = 0;
  base::Time claimed_until;
};

struct UploadRow {
  std::string id;
  std::string authority;
  std::string school;
  std::string officer;
  std::string kind;
  std::string filename;
  std::string status;
  int64_t received = 0;
  int64_t accepted = 0;
  int64_t rejected = 0;
  int64_t duplicates = 0;
  std::vector<std::string> warnings;
  std::string digest;
  base::Time time;
  int64_t bytes = 0;                        // of the file
  int64_t bytes_read = 0;                   // so far
  int64_t parts_done = 0;                   // parts of the file that are written
  int64_t errors = 0;                       // rows of upload_error so far
  std::optional<base::Time> claimed_until;  // a worker reads it
};

struct UploadError {
  int64_t row = 0;
  std::string column;
  std::string code;
  std::string reason;
  std::string member;  // of a zip, empty otherwise
  std::string text;    // the row as it came, to be mended
};

// A sealed transfer file: whose it is, who may have it, and how far it has come.
struct TransferRow {
  std::string id;
  std::string upload_id;
  int64_t record_key = 0;  // of the lost pupil's held record; 0 for a file with a known destination
  std::string upn;
  std::string authority;    // the sender's
  std::string school;       // the sending school, empty when the authority itself sent it
  std::string kind;         // lost, addressed
  std::string destination;  // authority or LAESTAB; empty while nobody knows
  std::string filename;
  std::string digest;  // of the file, raw
  int64_t bytes = 0;
  std::string status;                   // sealed, available, claimed, received, deleted
  std::vector<std::string> parties;     // who may claim it: authorities and LAESTABs
  std::vector<std::string> claimed_by;  // of these, who did
  std::string received_by;
  base::Time created;
  std::optional<base::Time> available;
  std::optional<base::Time> remind_at;
  std::optional<base::Time> reminded;
  std::optional<base::Time> reported;  // the sender was told that nobody collects it
  std::optional<base::Time> claimed;
  std::optional<base::Time> received;
  std::optional<base::Time> deleted;
  std::string certificate;  // of the deletion: a signed statement
  int64_t version = 1;
};

struct QueryRow {
  std::string id;
  domain::Actor by;
  std::string purpose;
  matcher::PupilRecord child;
};

// The last time that a message was delivered: under which lease, by which broker, and until when it is nobody else's.
struct Delivery {
  std::string lease_id;
  std::string broker;
  base::Time leased_until;
  std::string recipient = {};
  int64_t number = 1;  // counted from 1
};

struct ReceiptRow {
  std::string message_id;
  std::string kind;
  std::string recipient;
  std::optional<Delivery> delivery = {};  // with the kind `delivered`
};

// A child as it is held: by its case, or by the upload or the query that names its record.
struct SeenChild {
  std::string held_by;
  std::string owner;       // empty for a case: the store knows whose it is
  int64_t record_key = 0;  // 0 when the case alone is named
  auto operator<=>(const SeenChild&) const = default;
};
SeenChild seen_child(const domain::MatchSide& side);

// What was shown to somebody: an entry of the log like any command, and news for the owners of the children.
struct Look {
  std::string action;              // `look.case`
  std::string subject;             // id of what was asked for, empty for a list
  std::vector<std::string> shown;  // ids of what a list or a lease held
  std::set<SeenChild> children;
  std::string answer;  // hashed, not kept
};

class World {
 public:
  World(const domain::Context& surroundings, base::IdMaker& ids);

  // What was loaded, or null where it does not exist.
  domain::CaseFile* file(const std::string& case_id);
  domain::CaseFile* file_of_enquiry(const std::string& enquiry_id);
  domain::CaseFile* file_of_confirmation(const std::string& confirmation_id);
  domain::Match* match(const std::string& id);
  const UploadRow* upload(const std::string& id) const;
  bool is_known_digest(const std::string& digest) const;
  bool is_announced(int64_t a, int64_t b) const;
  bool is_held(int64_t key) const;
  bool has_receipt(const std::string& message_id, const std::string& kind) const;
  const domain::Settings& settings(const std::string& authority) const;
  // The row as it stands; null when there is none, since somebody else has acted on it.
  const DeadlineRow* deadline(const DeadlineKey& key) const;
  // Null when it was never delivered.
  const Delivery* delivery(const std::string& message_id) const;

  const message::WebhookRow* webhook(const message::WebhookKey& key) const;
  // Those of the officer since the moment that was asked for, at all brokers.
  QueriesMade queries_made(const domain::Actor& by) const;

  // For decide(), about this case (empty for a new one).
  domain::Context context(const std::string& case_id) const;
  base::Time now() const { return surroundings_.now; }
  std::string next_id() { return ids_.next(); }

  // Applies the events, and makes the messages and, where a child is looked for no more or again, the changes of held
  // records that follow from them.
  void record(const std::vector<domain::Event>& events);
  // The caller's signature goes with it; what was signed is withheld where it may say what the recipient may not see.
  void send(message::Outgoing message);
  // Gives the record its key and asks for it to be matched.
  int64_t hold(HeldRecord record);
  // Of a known digest: a file names the record again, so that it is kept longer.
  void see_again(const std::string& digest);
  // New, or with what was read of it since.
  void put_upload(UploadRow upload, std::vector<UploadError> errors);
  const TransferRow* transfer(const std::string& id) const;
  bool is_sent(const std::string& authority, const std::string& digest) const;
  void add_transfer(TransferRow transfer, SealedFile file);
  void put_transfer(TransferRow transfer);  // with its next version
  void put_match(domain::Match match);
  void add_query(QueryRow query);
  void add_receipt(ReceiptRow receipt);
  // Sets when the broker acts on this subject next, or that it has not to.
  void set_deadline(DeadlineRow row);
  void drop_deadline(const DeadlineKey& key);
  void put_settings(const std::string& authority, domain::Settings settings);
  void put_webhook(message::WebhookRow row);  // with the version that it has
  void drop_webhook(const message::WebhookKey& key);
  // The first delivery is a receipt, every later one is kept beside it.
  void deliver(const std::string& message_id, const std::string& recipient, Delivery delivery);
  // Ends the task unless it was asked for again, or claimed by another, since this claim.
  void finish_match_task(MatchTask task);
  // A statement of its own for what no later command of the batch looks at: officers, sessions, calendars.
  void write(postgres::Query statement);
  // The command as the log keeps it: who did what to which of our ids; `detail` is hashed, not kept.
  void audit(const domain::Actor& by, const std::string& action, const std::string& subject, const std::string& detail);
  void look(const domain::Actor& by, Look look);

  // Filled by the loader, read by the saver; see writer.cc.
  struct Loaded {
    std::map<std::string, domain::CaseFile> files;
    std::map<std::string, std::string> case_of_enquiry;
    std::map<std::string, std::string> case_of_confirmation;
    std::map<std::string, domain::Match> matches;
    std::map<std::string, UploadRow> uploads;
    std::map<std::string, TransferRow> transfers;
    std::set<std::pair<std::string, std::string>> sent;                               // authority and digest
    std::map<std::pair<std::string, std::string>, std::set<std::string>> open_cases;  // by authority and UPN
    std::map<std::string, std::set<std::string>> open_in_chain;                       // by chain
    std::set<std::string> digests;
    std::set<std::pair<int64_t, int64_t>> announced;
    std::map<int64_t, bool> held;
    std::set<std::pair<std::string, std::string>> receipts;
    std::map<std::string, Delivery> deliveries;          // by message
    std::map<std::pair<std::string, int>, int> numbers;  // the last reference of an owner and year
    std::map<std::string, std::vector<int64_t>> records_of_case;
    std::map<std::string, domain::Settings> settings;
    std::map<DeadlineKey, DeadlineRow> deadlines;
    std::map<std::pair<std::string, std::string>, QueriesMade> queries;  // by authority and officer
    std::map<message::WebhookKey, message::WebhookRow> webhooks;
    int64_t next_record_key = 1;
  };
  struct EventRow {
    domain::Event event;
    std::string owner;
    std::string enquiry_id;
    int64_t sequence = 0;
  };
  struct AuditRow {
    domain::Actor by;
    std::string action;
    std::string subject;
    std::string detail;
    std::vector<std::string> shown = {};
    std::set<SeenChild> children = {};
    std::optional<message::CallerSignature> signed_by = {};
  };
  struct Changes {
    std::set<std::string> cases;
    std::set<std::string> new_cases;
    std::set<std::string> enquiries;
    std::set<std::string> new_enquiries;
    std::vector<std::pair<std::string, std::string>> confirmations;  // id, case
    std::vector<EventRow> events;
    std::vector<message::Outgoing> messages;
    std::vector<HeldRecord> records;
    std::vector<std::string> seen_again;         // digests
    std::vector<std::pair<int64_t, bool>> held;  // key, is held
    std::vector<int64_t> rematched;              // keys of records that are looked for again
    std::set<std::string> uploads;
    // Upload, number of the first, errors.
    std::vector<std::tuple<std::string, int64_t, std::vector<UploadError>>> upload_errors;
    std::set<std::string> transfers;
    std::vector<std::pair<std::string, SealedFile>> transfer_files;
    std::set<std::string> matches;
    std::set<std::string> new_matches;
    std::vector<QueryRow> queries;
    std::vector<ReceiptRow> receipts;
    std::vector<std::pair<std::string, Delivery>> redeliveries;  // message, and its next delivery
    std::vector<MatchTask> finished_tasks;
    std::vector<postgres::Query> statements;
    std::vector<AuditRow> audit;
    std::map<DeadlineKey, std::optional<DeadlineRow>> deadlines;  // nothing: none any more
    std::set<std::string> settings;
    std::map<message::WebhookKey, std::optional<message::WebhookRow>> webhooks;  // nothing: deleted
    std::vector<std::pair<std::string, std::pair<int, int>>> numbers;            // owner, year, number
  };
  Loaded loaded;
  Changes changes;
  std::optional<message::CallerSignature> signed_by;  // what the caller of the present command signed
  std::string traceparent;                            // of the present command, for its messages

 private:
  std::string next_reference(const std::string& authority);
  void apply_one(const domain::Event& event);
  void follow_clock(const domain::CaseFile& before, const domain::CaseFile& after, const std::string& enquiry_id);
  void follow_child(const domain::Event& event, const domain::CaseFile& file);
  void hold_again(const std::string& case_id, bool is_held);

  const domain::Context& surroundings_;
  base::IdMaker& ids_;
};

// The digest by which a repeated row is known: of authority, kind and everything the record says.
std::string digest_of(const std::string& authority, domain::RecordKind kind, const std::string& encoded_pupil);

}  // namespace broker::store
