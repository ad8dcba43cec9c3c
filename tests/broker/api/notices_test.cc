// A notice reaches the authority that it is for, shows a restricted child to nobody else, and is looked for from then
// on. And the trace of a call is in the messages that it makes.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/broker/api/api_fixture.h"

namespace broker::api {
namespace {

using nlohmann::json;

class NoticesTest : public ApiTest {
 protected:
  json message_of(const std::string& type) {
    return json::parse(database.text("select body from message where type = '" + type + "'"));
  }
  static json notice() {
    return {{"to", "319"},
            {"children",
             {{{"surname", "Hill"}, {"forename", "Zoe"}, {"dob", "2015-01-09"}},
              {{"surname", "Hill"}, {"forename", "Ben"}, {"dob", "2012-02-03"}}}},
            {"expected_from", "2026-11-30"},
            {"place", "The site at Mill Lane"}};
  }
};

}  // namespace

TEST_F(NoticesTest, ReachTheAuthorityWhereTheFamilyIsExpected) {
  const net::Response sent = send("314", {"POST", "/notices", notice().dump()});
  ASSERT_EQ(sent.status, 201) << sent.body;
  const json message = message_of("movement.notice");
  EXPECT_EQ(message.at("recipient"), "319");
  EXPECT_EQ(message.at("data").at("notice").at("children").size(), 2U);
  EXPECT_EQ(message.at("data").at("notice").at("place"), "The site at Mill Lane");
  const std::string id = json::parse(sent.body).at("id");
  EXPECT_EQ(send("319", {"GET", "/notices/" + id, ""}).status, 200);
  EXPECT_EQ(send("318", {"GET", "/notices/" + id, ""}).status, 404);
  const auto items = [&](const std::string& who, const std::string& direction) {
    return json::parse(send(who, {"GET", "/notices?direction=" + direction, ""}).body).at("items").size();
  };
  EXPECT_EQ(items("314", "sent"), 1U);
  EXPECT_EQ(items("314", "received"), 0U);
  EXPECT_EQ(items("319", "received"), 1U);
  EXPECT_EQ(items("318", "received"), 0U);
  EXPECT_EQ(database.number("select count(*) from pupil_record where kind = 'expected'"), 2);
  EXPECT_EQ(database.number("select count(*) from match_task"), 2) << "each child is looked for";
  // A second notice of the same family makes no second search.
  ASSERT_EQ(send("314", {"POST", "/notices", notice().dump()}).status, 201);
  EXPECT_EQ(database.number("select count(*) from pupil_record where kind = 'expected'"), 2);
}

TEST_F(NoticesTest, HideWhereARestrictedChildGoes) {
  json body = notice();
  body["children"][0]["address"] = {{"postcode", "SE9 9ZZ"}, {"restricted", true}};
  const net::Response sent = send("314", {"POST", "/notices", body.dump()});
  ASSERT_EQ(sent.status, 201) << sent.body;
  const std::string shown =
      send("319", {"GET", "/notices/" + json::parse(sent.body).at("id").get<std::string>(), ""}).body;
  for (const std::string& text : {shown, message_of("movement.notice").dump()}) {
    EXPECT_EQ(text.find("SE9 9ZZ"), std::string::npos) << text;
    EXPECT_EQ(text.find("Mill Lane"), std::string::npos) << text;
  }
}

TEST_F(NoticesTest, EndOnTheMorningAfterTheLastDayOnWhichTheFamilyIsExpected) {
  ASSERT_EQ(send("314", {"POST", "/notices", notice().dump()}).status, 201);
  EXPECT_EQ(database.number("select count(*) from deadline where kind = 'notice'"), 0) << "no day was named";
  json body = notice();
  body["expected_until"] = "2026-12-04";
  const json sent = json::parse(send("314", {"POST", "/notices", body.dump()}).body);
  EXPECT_EQ(sent.at("status"), "expected");
  EXPECT_EQ(database.text("select (due at time zone 'UTC')::text from deadline where kind = 'notice' and subject = '" +
                          sent.at("id").get<std::string>() + "'"),
            "2026-12-05 07:00:00");
}

TEST_F(NoticesTest, AreRefusedToOneselfToNobodyAndWithoutAChild) {
  for (const char* wrong :
       {R"({"to":"314","children":[{"surname":"Hill","forename":"Zoe"}]})",
        R"({"to":"999","children":[{"surname":"Hill","forename":"Zoe"}]})", R"({"to":"319","children":[]})",
        R"({"to":"319"})",
        R"({"to":"319","children":[{"surname":"Hill","forename":"Zoe"}],"expected_from":"2026-12-02",)"
        R"("expected_until":"2026-12-01"})"}) {
    EXPECT_EQ(send("314", {"POST", "/notices", wrong}).status, 422) << wrong;
  }
}

TEST_F(NoticesTest, CarryTheTraceOfTheCallWhereItIsOne) {
  const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  ASSERT_EQ(send("314", {"POST", "/notices", notice().dump(), {{"traceparent", trace}}}).status, 201);
  EXPECT_EQ(message_of("movement.notice").at("traceparent"), trace);
  database.ask("delete from message");
  for (const char* wrong : {"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "x",
                            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}) {
    ASSERT_EQ(send("314", {"POST", "/notices", notice().dump(), {{"traceparent", wrong}}}).status, 201);
    EXPECT_FALSE(message_of("movement.notice").contains("traceparent")) << wrong;
    database.ask("delete from message");
  }
}

// A school's leaver file for a child whose removal nobody has permitted.
TEST_F(NoticesTest, OfASchoolThatRemovedAChildTooEarlyGoToTheCasesOwner) {
  const char* opening = R"({"child":{"surname":"Vale","forename":"Rosie","upn":"E314204823001","dob":"2014-05-03",)"
                        R"("school":{"laestab":"3144001"}}})";
  ASSERT_EQ(send("314", {"POST", "/cases", opening}).status, 201);
  const std::string row = "record_id,upn,surname,forename,dob,leaving_date\n1,E314204823001,Vale,Rosie,2014-05-03,";
  const auto upload = [&](const std::string& school, const std::string& day) {
    return send(school, {"POST", "/uploads?kind=lost_pupils", row + day + "\n", {{"Content-Type", "text/csv"}}}).status;
  };
  EXPECT_EQ(upload("3144002", "2026-11-01"), 202);  // not the school that the case names
  EXPECT_EQ(upload("3144001", "2026-11"), 202);     // says no day
  EXPECT_EQ(database.number("select count(*) from message where type = 'removal.too_early'"), 0);
  EXPECT_EQ(upload("3144001", "2026-11-02"), 202);
  EXPECT_EQ(upload("3144001", "2026-11-03"), 202);
  ASSERT_EQ(database.number("select count(*) from message where type = 'removal.too_early'"), 1) << "told once";
  const json message = message_of("removal.too_early");
  EXPECT_EQ(message.at("recipient"), "314");
  EXPECT_EQ(message.at("data").at("removed_on"), "2026-11-02");
}

// A case that its owner has closed waits for the file all the same; sent to where the child is known to be, it is sent.
TEST_F(NoticesTest, OfATransferFileThatIsDueEndWithTheFileOnItsWayToAKnownSchool) {
  const char* opening = R"({"child":{"surname":"Vale","forename":"Rosie","upn":"E314204823001","dob":"2014-05-03",)"
                        R"("school":{"laestab":"3144001"}}})";
  const std::string id = json::parse(send("314", {"POST", "/cases", opening}).body).at("id");
  const auto removal = [&](const std::string& who, const std::string& path, const char* body) {
    const std::string version =
        json::parse(send(who, {"GET", "/cases/" + id + "/removal", ""}).body).at("version").dump();
    return send(who, {"POST", "/cases/" + id + path, body, {{"If-Match", '"' + version + '"'}}}).status;
  };
  ASSERT_EQ(removal("314", "/removal", R"({"ground":"B"})"), 200);
  ASSERT_EQ(removal("3144001", "/removal/confirm", R"({"date":"2026-11-13"})"), 200);
  database.ask("update case_state set status = 'closed'");
  ASSERT_EQ(database.number("select count(*) from deadline where kind = 'case'"), 1);
  const auto file = [](const std::string& from) {
    return "<CTfile><Header><CTFversion>25.0</CTFversion><SourceSchool><LEA>314</LEA><Estab>" + from +
           "</Estab></SourceSchool><DestSchool><LEA>319</LEA><Estab>4001</Estab></DestSchool></Header><CTFpupilData>"
           "<Pupil><UPN>E314204823001</UPN><Surname>Vale</Surname></Pupil></CTFpupilData></CTfile>";
  };
  const auto sent = [this] { return database.number("select count(*) from event where type = 'transfer.sent'"); };
  const auto upload = [&](const std::string& school, const std::string& body) {
    return send(school, {"POST", "/uploads?kind=transfer", body, {{"Content-Type", "application/xml"}}}).status;
  };
  EXPECT_EQ(upload("3144002", file("4002")), 202);
  EXPECT_EQ(sent(), 0) << "another school's file of the same child";
  EXPECT_EQ(upload("3144001", file("4001")), 202);
  EXPECT_EQ(upload("3144001", file("4001") + "\n"), 202);
  EXPECT_EQ(sent(), 1);
  EXPECT_EQ(database.number("select count(*) from deadline where kind = 'case'"), 0) << "nobody is reminded any more";
}

}  // namespace broker::api
