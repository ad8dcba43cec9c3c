#include "tests/support/store_node.h"

#include <deque>
#include <map>

#include "broker/base/text.h"
#include "broker/message/state.h"
#include "broker/postgres/migrate.h"
#include "broker/store/schema.h"
#include "matcher/identifiers.h"

namespace support {
namespace {

using namespace broker;
using namespace std::chrono_literals;
using base::Result;
using domain::Actor;
using domain::Command;
using store::Answer;
using store::World;
using store::Write;

postgres::PoolSettings settings_for(const StoreDatabase& database, const std::string& role) {
  postgres::PoolSettings settings;
  settings.conninfo = database.conninfo(role);
  settings.connections_max = 4;
  return settings;
}

const base::Clock& machine_clock() {
  static const base::SystemClock clock;
  return clock;
}

// The migrations take a while: one database is made with them, and the others are copies.
void make_template(EventLoop& loop) {
  private_cluster().run("postgres", "create database store_template");
  auto connection = loop.run(postgres::Connection::connect(
      loop.executor(), private_cluster().conninfo("store_template"), postgres::deadline_in(10s)));
  loop.run(postgres::migrate(*connection, store::migrations()));
}

Result<Answer> decided(World& world, const std::string& case_id, const domain::CaseFile& file, const Actor& by,
                       const Command& command) {
  auto events = domain::decide(file, by, command, world.context(case_id));
  if (!events) return base::refuse(std::move(events.error()));
  world.record(*events);
  world.audit(by, "test.command", case_id, "");
  Answer answer{200, {}, events->front().case_id};
  if (const auto* opened = std::get_if<domain::EnquiryOpened>(&events->front().body)) answer.body = opened->enquiry.id;
  return answer;
}

// Letters that say the number, so that two numbers make two names.
std::string name_of(int n, const char* first) {
  static constexpr const char* syllables[] = {"bra", "kel", "mi", "toz", "va", "shen", "gul", "pry", "do", "fex"};
  std::string name = first;
  for (int rest = n + 1000; rest > 0; rest /= 10) name += syllables[rest % 10];
  return name;
}

}  // namespace

domain::Context surroundings() {
  domain::Context context;
  context.is_known_authority = [](const std::string& code) { return code.size() == 3; };
  return context;
}

StoreDatabase::StoreDatabase(EventLoop& event_loop) : loop(event_loop) {
  static int count = 0;
  if (count == 0) make_template(loop);
  name_ = "store_" + std::to_string(++count);
  private_cluster().run("postgres", "create database " + name_ + " template store_template");
  superuser_ = connect("postgres");
}

std::string StoreDatabase::conninfo(const std::string& role) const {
  return private_cluster().conninfo(name_, role);
}

std::unique_ptr<postgres::Connection> StoreDatabase::connect(const std::string& role) {
  return loop.run(postgres::Connection::connect(loop.executor(), conninfo(role), postgres::deadline_in(10s)));
}

postgres::Rows StoreDatabase::ask(const std::string& sql) {
  if (!superuser_->is_alive()) superuser_ = connect("postgres");
  return run_sql(loop, *superuser_, sql);
}

std::vector<std::string> StoreDatabase::column(const std::string& sql) {
  const postgres::Rows rows = ask(sql);
  std::vector<std::string> values;
  for (const postgres::Row row : rows) values.push_back(row.text(0));
  return values;
}

std::optional<audit::Finding> StoreDatabase::check_log(std::vector<audit::SignedHead> heads) {
  std::vector<audit::PublicKey> keys;
  keys.push_back(*audit::PublicKey::from_pem(signing_key().public_key().pem()));
  audit::LogChecker checker(std::move(heads), std::move(keys));
  std::map<audit::NodeId, audit::Hash> nodes;
  const postgres::Rows stored = ask("select level, index, hash from audit_node");
  for (const postgres::Row row : stored) {
    nodes[{static_cast<unsigned>(row.integer(0)), static_cast<uint64_t>(row.integer(1))}] =
        *audit::hash_from(row.bytes(2));
  }
  const postgres::Rows entries = ask("select entry from audit_entry order by position");
  uint64_t index = 0;
  for (const postgres::Row row : entries) {
    std::vector<audit::Node> with_it;  // those whose subtree this entry completes
    for (unsigned level = 0; (index + 1) % (uint64_t{1} << level) == 0; ++level) {
      const audit::NodeId id{level, ((index + 1) >> level) - 1};
      const auto node = nodes.find(id);
      if (node != nodes.end()) with_it.push_back({id, node->second});
      nodes.erase(id);
    }
    if (auto finding = checker.add(row.text(0), with_it)) return finding;
    ++index;
  }
  if (auto finding = checker.finish()) return finding;
  // Nodes of entries that are not there.
  if (!nodes.empty()) return audit::Finding{audit::Fault::tree_changed, index, index};
  return std::nullopt;
}

audit::SignedHead StoreDatabase::signed_head() {
  audit::CompactTree tree;
  for (const std::string& entry : column("select entry from audit_entry order by position")) {
    tree.append(audit::leaf_hash(entry));
  }
  return audit::sign_head(signing_key(), {tree.size(), tree.root(), base::Time{}});
}

postgres::Rows run_sql(EventLoop& loop, postgres::Connection& connection, const std::string& sql) {
  // A connection prepares a statement once by its name, so each text gets one of its own.
  static std::map<std::string, std::string> names;
  const auto [known, is_new] = names.try_emplace(sql, "test_sql_" + std::to_string(names.size()));
  const postgres::Statement statement{known->second.c_str(), known->first.c_str()};
  return loop.run(connection.execute(statement));
}

const audit::SigningKey& signing_key() {
  static const Scratch scratch;
  static const audit::SigningKey key = audit::SigningKey::create(scratch.path() / "key.pem");
  return key;
}

StoreNode::StoreNode(StoreDatabase& database) : StoreNode(database, machine_clock()) {}

StoreNode::StoreNode(StoreDatabase& database, const base::Clock& test_clock)
    : loop(database.loop),
      clock(test_clock),
      pool(loop.executor(), settings_for(database, "waymark_api")),
      writer_pool(loop.executor(), settings_for(database, "waymark_writer")),
      writer(loop.executor(), writer_pool, clock, ids, signing_key(), surroundings(), metrics) {}

Result<Answer> StoreNode::write(Write what) {
  return loop.run(writer.submit(std::move(what)));
}

EventLoop::Task<Result<Answer>> StoreNode::start(Write what) {
  return loop.start(writer.submit(std::move(what)));
}

Write opening(const std::string& authority, matcher::PupilRecord child) {
  Write write;
  write.needs.openers.push_back(authority);
  write.needs.upns.emplace_back(authority, child.upn);
  domain::OpenCase command;
  command.child = std::move(child);
  write.decide = [by = officer(authority), command](World& world) {
    return decided(world, "", domain::CaseFile{}, by, command);
  };
  return write;
}

Write on_case(const std::string& case_id, const Actor& by, Command command) {
  Write write;
  write.needs.cases.push_back(case_id);
  write.needs.openers.push_back(by.authority);
  write.needs.chains_of.push_back(case_id);
  write.needs.same_child.emplace_back(case_id, by.authority);
  write.decide = [=](World& world) -> Result<Answer> {
    const domain::CaseFile* file = world.file(case_id);
    if (file == nullptr) return base::refuse(base::not_found());
    return decided(world, case_id, *file, by, command);
  };
  return write;
}

Write on_enquiry(const std::string& enquiry_id, const Actor& by, Command command) {
  Write write;
  write.needs.enquiries.push_back(enquiry_id);
  write.needs.openers.push_back(by.authority);
  write.needs.same_child.emplace_back(enquiry_id, by.authority);
  write.decide = [=](World& world) -> Result<Answer> {
    const domain::CaseFile* file = world.file_of_enquiry(enquiry_id);
    if (file == nullptr) return base::refuse(base::not_found());
    return decided(world, file->record.id, *file, by, command);
  };
  return write;
}

Write holding(const std::string& authority, domain::RecordKind kind, matcher::PupilRecord child) {
  Write write;
  const std::string digest = store::digest_of(authority, kind, message::encode_pupil(child));
  write.needs.record_digests.push_back(digest);
  write.decide = [=](World& world) -> Result<Answer> {
    if (world.is_known_digest(digest)) return base::refuse(base::not_found());
    store::HeldRecord record;
    record.side = domain::MatchSide{.authority = authority, .kind = kind};
    record.digest = digest;
    record.pupil = child;
    return Answer{200, {}, std::to_string(world.hold(std::move(record)))};
  };
  return write;
}

Write auditing(const std::string& authority, const std::string& subject) {
  Write write;
  write.decide = [=](World& world) -> Result<Answer> {
    world.audit(officer(authority), "test.noted", subject, "");
    return Answer{200, {}, subject};
  };
  return write;
}

Write sending(const std::string& recipient, const std::string& case_id, bool is_immediate, int count) {
  Write write;
  write.decide = [=](World& world) -> Result<Answer> {
    for (int i = 0; i < count; ++i) {
      message::Outgoing message{"case.closed", "314", recipient, case_id, "", "{}", is_immediate};
      message.data = "{\"number\":" + std::to_string(i) + "}";
      world.send(std::move(message));
    }
    return Answer{};
  };
  return write;
}

Write with_key(Write write, const std::string& key, const std::string& body, const std::string& route) {
  write.idempotency = store::Idempotency{"authority:314", key, route, base::sha256(body)};
  return write;
}

Actor officer(const std::string& authority, const std::string& name) {
  return {authority, name, ""};
}

matcher::PupilRecord child(int n) {
  matcher::PupilRecord record;
  const std::string number = std::to_string(n);
  const std::string twelve = "8012" + std::string(8 - number.size(), '0') + number;
  record.upn = *matcher::upn_check_letter(twelve) + twelve;
  record.surname = name_of(n, "Z");
  record.forename = name_of(n * 7 + 3, "J");
  record.dob = matcher::PartialDate{2009 + n % 9, 1 + n % 12, 1 + (n * 11) % 28};
  record.sex = n % 2 == 0 ? "F" : "M";
  return record;
}

domain::Answer attending() {
  domain::Answer answer;
  answer.outcome = domain::Outcome::on_roll;
  domain::Location location;
  location.living_in_area = true;
  location.school.laestab = "3194002";
  const base::Date today = base::date_in_england(base::SystemClock().now());
  location.attending_since = base::Date(std::chrono::sys_days(today) - std::chrono::days(2));
  answer.location = location;
  return answer;
}

}  // namespace support
