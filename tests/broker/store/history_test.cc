// Events are the truth: whatever happened, the kept state of a case and of its enquiries is what they add up to.
#include <gtest/gtest.h>

#include "broker/message/state.h"
#include "tests/broker/domain/world.h"
#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using base::Result;
using domain::Outcome;
using support::officer;
using Task = support::EventLoop::Task<Result<Answer>>;

constexpr const char* authorities[] = {"314", "318", "319"};
constexpr const char* officers[] = {"ada", "ben"};

// Every member filled, so that one that is lost on the way is missed.
matcher::PupilRecord full_child(int n) {
  matcher::PupilRecord child = support::child(n);
  child.former_upns = {support::child(n + 500).upn};
  child.middle_names = "Ilir Émile";
  child.former_surname = "Ó \"Quote\"";
  child.preferred_forename = "Ze\\b";
  child.address = {{"4 Orchard Way", "Flat 2"}, "Sutton", "SM1 1AA", "100023336956", n % 3 == 0};
  child.previous_addresses = {{{"1 Old Lane"}, "Kingston", "KT1 1AA", "", false}};
  child.guardians = {{"Ana Exempla", "020 7946 0000"}};
  child.siblings = {{"Mo", "Exempla", {2015, 4, 0}, "Hill School"}};
  child.school = {"3144001", "", "Hill School"};
  return child;
}

class Histories : public testing::TestWithParam<int> {
 protected:
  template <size_t size>
  const char* one_of(const char* const (&values)[size]) {
    return values[random.next() % size];
  }
  std::string one_of(const std::vector<std::string>& values) {
    return values.empty() ? "00000000-0000-7000-8000-000000000000" : values[random.next() % values.size()];
  }
  domain::Actor somebody() { return officer(one_of(authorities), one_of(officers)); }

  domain::Answer some_answer() {
    static constexpr Outcome outcomes[] = {Outcome::on_roll,
                                           Outcome::on_roll,
                                           Outcome::home_educated,
                                           Outcome::other_provision,
                                           Outcome::resident_not_in_education,
                                           Outcome::application_in_hand,
                                           Outcome::moved_on,
                                           Outcome::not_located,
                                           Outcome::checks_in_progress,
                                           Outcome::information_needed,
                                           Outcome::withheld,
                                           Outcome::died};
    domain::Answer answer = domain::testing::complete(outcomes[random.next() % std::size(outcomes)]);
    if (answer.outcome == Outcome::on_roll) answer = support::attending();
    answer.checks = {"GP list", "admissions"};
    return answer;
  }

  Write something() {
    const std::string id = one_of(cases);
    switch (random.next() % 16) {
      case 0: return support::opening(one_of(authorities), full_child(next_child++));
      case 1:
      case 2:
      case 3: {
        domain::SendEnquiries command;
        command.to = {one_of(authorities)};
        command.message = "Is the child with you?";
        return support::on_case(id, somebody(), command);
      }
      case 4: return support::on_enquiry(one_of(enquiries), somebody(), domain::Acknowledge{one_of(enquiries)});
      case 5:
      case 6:
      case 7: {
        const std::string enquiry = one_of(enquiries);
        return support::on_enquiry(enquiry, somebody(), domain::AnswerEnquiry{enquiry, some_answer()});
      }
      case 8: {
        const std::string enquiry = one_of(enquiries);
        return support::on_enquiry(enquiry, somebody(), domain::AddInformation{enquiry, "Known as Mo."});
      }
      case 9: {
        const std::string enquiry = one_of(enquiries);
        return support::on_enquiry(enquiry, somebody(), domain::WithdrawEnquiry{enquiry, "Found out otherwise."});
      }
      case 10: return support::on_case(id, somebody(), domain::Confirm{some_answer()});
      case 11: return support::on_case(id, somebody(), domain::Dispute{"", "Not so."});
      case 12: return support::on_case(id, somebody(), domain::Close{});
      case 13: return support::on_case(id, somebody(), domain::Reopen{"It was not so."});
      case 14:
        if (random.next() % 2 == 0) return support::on_case(id, somebody(), domain::RequestEnd{});
        return support::on_case(id, somebody(), domain::ApproveEnd{});
      default: {
        domain::PermitRemoval removal;
        removal.ground = 'B';
        return support::on_case(id, somebody(), removal);
      }
    }
  }

  // What the events of a case add up to.
  domain::CaseFile folded(const std::string& case_id) {
    const auto rows = database.ask(
        "select type, time, authority, officer, school, body, sequence from event "
        "where case_id = '" +
        case_id + "' order by sequence");
    domain::CaseFile file;
    int64_t sequence = 0;
    for (const postgres::Row row : rows) {
      EXPECT_EQ(row.integer("sequence"), ++sequence);
      const domain::Event event{case_id,
                                {row.text("authority"), row.text("officer"), row.text("school")},
                                row.time("time"),
                                message::decode_event(row.view("type"), row.view("body"))};
      file = domain::apply(std::move(file), event);
    }
    return file;
  }

  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode nodes[2] = {support::StoreNode(database), support::StoreNode(database)};
  base::SeededRandom random{static_cast<uint64_t>(GetParam())};
  int next_child = 1;
  std::vector<std::string> cases;
  std::vector<std::string> enquiries;
};

TEST_P(Histories, AddUpToTheKeptState) {
  for (int i = 0; i < 3; ++i) {
    cases.push_back(nodes[0].write(support::opening(authorities[i], full_child(next_child++)))->body);
  }
  int granted = 0;
  for (int round = 0; round < 40; ++round) {
    std::vector<Task> tasks;
    for (int i = 0; i < 8; ++i) tasks.push_back(nodes[random.next() % 2].start(something()));
    for (Task& task : tasks) granted += loop.finish(std::move(task)).has_value() ? 1 : 0;
    cases = database.column("select id::text from case_state order by id");
    enquiries = database.column("select id::text from enquiry_state order by id");
  }
  EXPECT_GT(granted, 40) << "too little happened to prove anything";

  const auto states = database.ask("select id, state, owner, status, version, upn, parties::text from case_state");
  for (const postgres::Row row : states) {
    const domain::CaseFile file = folded(row.text("id"));
    EXPECT_EQ(file.record, message::decode_case_state(row.view("state"))) << row.text("id");
    EXPECT_EQ(file.record.owner, row.text("owner"));
    EXPECT_EQ(text_of(file.record.status), row.view("status"));
    EXPECT_EQ(file.record.version, row.integer("version"));
    EXPECT_EQ(file.record.child.upn, row.text("upn"));
    for (const domain::Enquiry& enquiry : file.enquiries) {
      const auto kept =
          database.ask("select state, status, version from enquiry_state where id = '" + enquiry.id + "'");
      ASSERT_EQ(kept.size(), 1);
      EXPECT_EQ(enquiry, message::decode_enquiry_state(kept.front().view("state")));
      EXPECT_EQ(text_of(enquiry.status), kept.front().view("status"));
      EXPECT_EQ(enquiry.version, kept.front().integer("version"));
    }
    // A child is looked for exactly while its case is open or located.
    const bool is_held = file.record.is_open_or_located();
    EXPECT_EQ(database.number("select count(*) from pupil_record r where case_id = '" + file.record.id +
                              "' and coalesce((select is_held from pupil_record_change c where c.key = r.key "
                              "order by position desc limit 1), true)"),
              is_held ? 1 : 0);
  }
  // At every moment exactly one case of a chain, or none that was ended, is anybody's to look after.
  EXPECT_EQ(database.number("select count(*) from (select chain from case_state where status in ('open', 'located') "
                            "group by chain having count(*) > 1) twice"),
            0);
  // What the work list is ordered by says the same as the state beside it.
  EXPECT_EQ(database.number("select count(*) from case_state where waits_for_second <> (status in ('open', 'located') "
                            "and strpos(state, '\"requested_by\":\"') > 0 and strpos(state, '\"approved_by\":\"') = 0) "
                            "or clock_from <> coalesce(substring(state from '\"missing_since\":\"([0-9-]{10})'), "
                            "substring(state from '\"opened\":\"([0-9-]{10})'))"),
            0);
  EXPECT_EQ(database.check_log({}), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Histories, testing::Range(1, 7));

}  // namespace
}  // namespace broker::store
