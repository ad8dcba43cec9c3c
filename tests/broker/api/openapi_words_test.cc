// The words of the document are the words of the code: problems, row errors, enumerations, and examples that are taken.
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>

#include <gtest/gtest.h>

#include "broker/base/problem.h"
#include "broker/domain/match.h"
#include "broker/domain/register.h"
#include "broker/message/case.h"
#include "broker/message/enquiry.h"
#include "broker/message/match.h"
#include "broker/message/notice.h"
#include "broker/message/officer.h"
#include "broker/message/resource.h"
#include "broker/message/settings.h"
#include "broker/message/webhook.h"
#include "tests/broker/api/document.h"

namespace broker::api::testing {
namespace {

using Names = std::set<std::string>;

const Json& schema(const std::string& name) {
  return document().at("components").at("schemas").at(name);
}

// The words that a schema names one by one.
Names words_of(const Json& value) {
  const Json& known = resolved(value);
  if (known.contains("enum")) return known.at("enum").get<Names>();
  Names words;
  for (const Json& one : known.at("oneOf")) words.insert(one.at("const"));
  return words;
}

template <typename Enum>
Names table_of() {
  Names words;
  for (const auto& [value, word] : domain::Names<Enum>::table) words.emplace(word);
  return words;
}

template <size_t... Index>
Names types_of_events(std::index_sequence<Index...>) {
  return {std::string(domain::type_of(std::variant_alternative_t<Index, domain::EventBody>{}))...};
}

Names codes_in(const std::string& header) {
  std::ifstream file(header);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  static const std::regex code(R"(inline constexpr std::string_view \w+ = "([a-z0-9-]+)\")");
  Names codes;
  for (std::sregex_iterator it(text.begin(), text.end(), code), end; it != end; ++it) codes.insert((*it)[1]);
  return codes;
}

}  // namespace

TEST(TheDocumentsProblems, AreThoseOfTheTableWithTheirTitlesAndStatuses) {
  std::map<std::string, std::pair<std::string, int>> documented, known;
  for (const Json& one : schema("Problem").at("properties").at("type").at("oneOf")) {
    documented[one.at("const")] = {one.at("title"), one.at("x-status")};
  }
  for (const base::ProblemKind& kind : base::problem_kinds()) {
    known["urn:waymark:problem:" + std::string(kind.name)] = {std::string(kind.title), kind.status};
  }
  EXPECT_EQ(documented, known);
}

TEST(TheDocumentsProblems, AreNamedByCallsThatDocumentTheirStatus) {
  std::map<std::string, int> statuses;
  for (const base::ProblemKind& kind : base::problem_kinds()) statuses[std::string(kind.name)] = kind.status;
  for (const auto& [name, operation] : operations()) {
    for (const Json& problem : operation.value("x-problems", Json::array())) {
      SCOPED_TRACE(name.first + " " + name.second + " " + problem.get<std::string>());
      ASSERT_TRUE(statuses.contains(problem));
      EXPECT_TRUE(operation.at("responses").contains(std::to_string(statuses.at(problem))));
    }
  }
}

TEST(TheDocumentsRowErrors, AreTheCodesOfTheReaders) {
  Names codes = codes_in("adapters/row_error.h");
  codes.merge(codes_in("adapters/pupil_csv.h"));
  codes.merge(codes_in("adapters/ctf.h"));
  codes.merge(codes_in("adapters/zip.h"));
  codes.merge(codes_in("adapters/pupil_file.h"));
  ASSERT_GT(codes.size(), 12U);
  EXPECT_EQ(words_of(schema("RowError").at("properties").at("code")), codes);
}

TEST(TheDocumentsWords, AreThoseOfTheDomain) {
  const auto member = [](const char* name, const char* property) { return schema(name).at("properties").at(property); };
  EXPECT_EQ(words_of(schema("Role")), table_of<domain::Role>());
  EXPECT_EQ(words_of(schema("Outcome")), table_of<domain::Outcome>());
  EXPECT_EQ(words_of(schema("Priority")), table_of<domain::Priority>());
  EXPECT_EQ(words_of(schema("CaseStatus")), table_of<domain::CaseStatus>());
  EXPECT_EQ(words_of(schema("Rating")), table_of<domain::Rating>());
  EXPECT_EQ(words_of(schema("MatchStatus")), table_of<domain::MatchStatus>());
  EXPECT_EQ(words_of(schema("RecordKind")), table_of<domain::RecordKind>());
  EXPECT_EQ(words_of(member("Match", "band")), table_of<domain::MatchBand>());
  EXPECT_EQ(words_of(member("Removal", "status")), table_of<domain::RemovalStatus>());
  EXPECT_EQ(words_of(member("Confirmation", "state")), table_of<domain::ConfirmationState>());
  EXPECT_EQ(words_of(member("Enquiry", "clocks").at("items").at("properties").at("name")),
            table_of<domain::DeadlineKind>());
  EXPECT_EQ(words_of(member("NewEnd", "reason")), table_of<domain::EndReason>());
  EXPECT_EQ(words_of(member("NewEnquiries", "kind")), table_of<domain::EnquiryKind>());
  EXPECT_EQ(words_of(member("Case", "closure").at("properties").at("kind")), table_of<domain::ClosureKind>());
  // Delivered is shown, not kept: see encode_enquiry.
  Names statuses = table_of<domain::EnquiryStatus>();
  statuses.insert("delivered");
  EXPECT_EQ(words_of(schema("EnquiryStatus")), statuses);
}

TEST(TheDocumentsWords, AreTheTypesOfEventsAndMessages) {
  const Names types = types_of_events(std::make_index_sequence<std::variant_size_v<domain::EventBody>>());
  EXPECT_EQ(words_of(schema("TimelineItem").at("properties").at("type")), types);
  const Names told_beside_events = {"match.decided",   "record.found",     "authority.unreachable",
                                    "movement.notice", "webhook.disabled", "notice.expired"};
  for (const std::string& type : words_of(schema("Message").at("properties").at("type"))) {
    EXPECT_TRUE(types.contains(type) || told_beside_events.contains(type) || type.starts_with("transfer.")) << type;
  }
}

TEST(TheDocumentsExamples, AreTakenByTheReadersOfRequests) {
  using Read = std::function<bool(const std::string&)>;
  const std::map<std::string, Read> readers = {
      {"NewCase", [](const std::string& body) { return message::decode_open_case(body).has_value(); }},
      {"Reason", [](const std::string& body) { return message::decode_reopen(body).has_value(); }},
      {"NewAssignment", [](const std::string& body) { return message::decode_assign(body).has_value(); }},
      {"NewCheck", [](const std::string& body) { return message::decode_record_check(body).has_value(); }},
      {"NewEnd", [](const std::string& body) { return message::decode_request_end(body).has_value(); }},
      {"NewDispute", [](const std::string& body) { return message::decode_dispute(body).has_value(); }},
      {"NewRemoval", [](const std::string& body) { return message::decode_permit_removal(body).has_value(); }},
      {"NewRemovalConfirmation",
       [](const std::string& body) { return message::decode_confirm_removal(body, {}).has_value(); }},
      {"NewEnquiries", [](const std::string& body) { return message::decode_send_enquiries(body).has_value(); }},
      {"Answer", [](const std::string& body) { return message::decode_answer(body, "").has_value(); }},
      {"NewInformation", [](const std::string& body) { return message::decode_information(body, "").has_value(); }},
      {"NewWithdrawal", [](const std::string& body) { return message::decode_withdraw(body, "").has_value(); }},
      {"NewQuery", [](const std::string& body) { return message::decode_query(body).has_value(); }},
      {"NewDecision", [](const std::string& body) { return message::decode_decision(body).has_value(); }},
      {"NewWebhook", [](const std::string& body) { return message::decode_put_webhook(body).has_value(); }},
      {"NewReplay", [](const std::string& body) { return message::decode_replay(body).has_value(); }},
      {"NewNotice", [](const std::string& body) { return message::decode_notice(body).has_value(); }},
      {"NewOfficer", [](const std::string& body) { return message::decode_officer(body, ~0U).has_value(); }},
      {"NewClaim", [](const std::string& body) { return message::decode_claim(body).has_value(); }},
      {"NewSettings", [](const std::string& body) { return message::decode_settings(body).has_value(); }},
      {"Lease", [](const std::string& body) { return message::decode_ack(body, false).has_value(); }},
      {"Leases", [](const std::string& body) { return message::decode_ack(body, true).has_value(); }},
  };
  for (const auto& [name, read] : readers) {
    ASSERT_FALSE(schema(name).at("examples").empty());
    for (const Json& example : schema(name).at("examples")) EXPECT_TRUE(read(example.dump())) << name << example;
  }
}

// The readers know each member that the schema names: one that they did not know would be refused as unknown.
TEST(TheDocumentsRequests, NameMembersThatTheReadersKnow) {
  using Read = std::function<std::string(const std::string&)>;
  const auto unknown_of = [](const auto& decoded) {
    std::string unknown;
    if (decoded) return unknown;
    for (const auto& one : decoded.error().errors) {
      if (one.detail == "is not a member that this call knows") unknown += one.pointer + " ";
    }
    return unknown;
  };
  const std::map<std::string, Read> readers = {
      {"NewCase", [&](const std::string& body) { return unknown_of(message::decode_open_case(body)); }},
      {"Child",
       [&](const std::string& body) { return unknown_of(message::decode_open_case(R"({"child":)" + body + "}")); }},
      {"Address",
       [&](const std::string& body) {
         return unknown_of(message::decode_open_case(R"({"child":{"address":)" + body + "}}"));
       }},
      {"Location",
       [&](const std::string& body) { return unknown_of(message::decode_answer(R"({"location":)" + body + "}", "")); }},
      {"Note", [&](const std::string& body) { return unknown_of(message::decode_close(body)); }},
      {"Reason", [&](const std::string& body) { return unknown_of(message::decode_reopen(body)); }},
      {"NewAssignment", [&](const std::string& body) { return unknown_of(message::decode_assign(body)); }},
      {"NewCheck", [&](const std::string& body) { return unknown_of(message::decode_record_check(body)); }},
      {"NewEnd", [&](const std::string& body) { return unknown_of(message::decode_request_end(body)); }},
      {"NewDispute", [&](const std::string& body) { return unknown_of(message::decode_dispute(body)); }},
      {"NewRemoval", [&](const std::string& body) { return unknown_of(message::decode_permit_removal(body)); }},
      {"NewRemovalConfirmation",
       [&](const std::string& body) { return unknown_of(message::decode_confirm_removal(body, {})); }},
      {"NewEnquiries", [&](const std::string& body) { return unknown_of(message::decode_send_enquiries(body)); }},
      {"Answer", [&](const std::string& body) { return unknown_of(message::decode_answer(body, "")); }},
      {"NewInformation", [&](const std::string& body) { return unknown_of(message::decode_information(body, "")); }},
      {"NewWithdrawal", [&](const std::string& body) { return unknown_of(message::decode_withdraw(body, "")); }},
      {"NewQuery", [&](const std::string& body) { return unknown_of(message::decode_query(body)); }},
      {"NewDecision", [&](const std::string& body) { return unknown_of(message::decode_decision(body)); }},
      {"NewOfficer", [&](const std::string& body) { return unknown_of(message::decode_officer(body, ~0U)); }},
      {"NewClaim", [&](const std::string& body) { return unknown_of(message::decode_claim(body)); }},
      {"NewSettings", [&](const std::string& body) { return unknown_of(message::decode_settings(body)); }},
      {"Lease", [&](const std::string& body) { return unknown_of(message::decode_ack(body, false)); }},
      {"Leases", [&](const std::string& body) { return unknown_of(message::decode_ack(body, true)); }},
  };
  for (const auto& [name, read] : readers) {
    Json body = Json::object();
    for (const auto& [member, property] : schema(name).at("properties").items()) body[member] = 1;
    EXPECT_EQ(read(body.dump()), "") << name;
    body["colour"] = 1;
    EXPECT_NE(read(body.dump()), "") << name;
  }
}

}  // namespace broker::api::testing
