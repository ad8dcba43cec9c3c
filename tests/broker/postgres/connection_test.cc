#include "broker/postgres/connection.h"

#include <gtest/gtest.h>

#include "broker/postgres/binary_array.h"
#include "tests/support/event_loop.h"
#include "tests/support/private_cluster.h"

namespace broker::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Statement echo_text{"echo_text", "select $1::text"};
constexpr Statement make_table{"make_table",
                               "create table item (id bigint primary key, name text not null check (name <> 'bad'))"};
constexpr Statement add_item{"add_item", "insert into item (id, name) values ($1, $2)"};
constexpr Statement count_items{"count_items", "select count(*) from item"};

class ConnectionTest : public testing::Test {
 protected:
  support::EventLoop loop;
  std::unique_ptr<Connection> db =
      loop.run(Connection::connect(loop.executor(), support::fresh_database(), deadline_in(5s)));

  std::string echoed(const std::string& text) { return loop.run(db->execute(echo_text, Params(text))).front().text(0); }

  DatabaseError failure_of(boost::asio::awaitable<Rows> work) {
    try {
      loop.run(std::move(work));
    } catch (const DatabaseError& error) {
      return error;
    }
    throw std::logic_error("no error");
  }
};

TEST_F(ConnectionTest, GivesTextBackAsItWas) {
  for (const std::string text :
       {"", "plain", "Zoë Ó Séaghdha 李 𝒳", "quote ' and \" and \\ and ; --", "line\nbreak\ttab"}) {
    EXPECT_EQ(echoed(text), text);
  }
}

TEST_F(ConnectionTest, TellsNullFromEmpty) {
  constexpr Statement pair{"pair", "select $1::text as absent, $2::text as empty"};
  const Rows rows = loop.run(db->execute(pair, Params(std::nullopt, "")));
  EXPECT_TRUE(rows.front().is_null("absent"));
  EXPECT_EQ(rows.front().text_or_null("absent"), std::nullopt);
  EXPECT_EQ(rows.front().text_or_null("empty"), "");
  EXPECT_THROW(rows.front().text("absent"), DatabaseError);
}

TEST_F(ConnectionTest, GivesEveryTypeBack) {
  constexpr Statement types{"types",
                            "select $1::bigint as i, $2::bool as b, $3::double precision as d, $4::bytea as y,"
                            " $5::timestamptz as t, $6::date as day"};
  const std::string bytes("\0\xff\\'x", 5);
  const base::Time time = *base::parse_time("2026-11-13T09:30:00.123456Z");
  const base::Date day = *base::parse_date("2014-02-28");
  const Rows rows =
      loop.run(db->execute(types, Params(int64_t{-9'223'372'036'854'775'807}, true, 0.1, Bytes{bytes}, time, day)));
  const Row row = rows.front();
  EXPECT_EQ(row.integer("i"), -9'223'372'036'854'775'807);
  EXPECT_TRUE(row.boolean("b"));
  EXPECT_EQ(row.number("d"), 0.1);
  EXPECT_EQ(row.bytes("y"), bytes);
  EXPECT_EQ(row.time("t"), time);
  EXPECT_EQ(row.date("day"), day);
  EXPECT_THROW(row.integer("b"), DatabaseError);
}

TEST_F(ConnectionTest, UnnestsArraysWithEveryAwkwardElement) {
  constexpr Statement unnest{
      "unnest_all", "select * from unnest($1::text[], $2::bigint[], $3::bool[], $4::bytea[]) as x(t, i, b, y)"};
  const std::vector<std::optional<std::string>> texts = {"a,b",  "\"q\"", "\\",         "{}",
                                                         "NULL", "",      std::nullopt, " Zoë\n"};
  const std::vector<int64_t> numbers = {1, -2, 3, 4, 5, 6, 7, 8};
  const std::vector<bool> truths = {true, false, true, false, true, false, true, false};
  const std::vector<Bytes> bytes(8, Bytes{std::string("\0\\\"", 3)});
  const Rows rows = loop.run(db->execute(unnest, Params(texts, numbers, truths, bytes)));
  ASSERT_EQ(rows.size(), 8);
  for (int place = 0; place < rows.size(); ++place) {
    EXPECT_EQ(rows[place].text_or_null("t"), texts[static_cast<size_t>(place)]);
    EXPECT_EQ(rows[place].integer("i"), numbers[static_cast<size_t>(place)]);
    EXPECT_EQ(rows[place].boolean("b"), place % 2 == 0);
    EXPECT_EQ(rows[place].bytes("y"), bytes[0].value);
  }
}

TEST_F(ConnectionTest, SendsColumnsAsTheServerKeepsThem) {
  constexpr Statement unnest{"unnest_columns",
                             "select * from unnest($1::text[], $2::uuid[], $3::bytea[], $4::bigint[], $5::boolean[], "
                             "$6::timestamptz[], $7::date[]) as x(t, u, y, i, b, at, day)"};
  const std::vector<std::string> texts = {"a,b", "NULL", ""};
  const std::vector<std::string> ids = {"01934e2c-0a7b-7c11-9d3e-5f60718293a4", "",
                                        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"};
  const std::vector<Bytes> bytes = {{std::string("\0\xff", 2)}, {""}, {"x"}};
  const std::vector<int64_t> numbers = {INT64_MIN, -1, INT64_MAX};
  const std::vector<bool> truths = {true, false, true};
  const std::vector<base::Time> times = {*base::parse_time("1970-01-01T00:00:00.000001Z"),
                                         *base::parse_time("2000-01-01T00:00:00Z"),
                                         *base::parse_time("2026-11-13T09:30:00.123456Z")};
  const std::vector<base::Date> days = {*base::parse_date("1999-12-31"), *base::parse_date("2000-01-01"),
                                        *base::parse_date("2024-02-29")};
  Params columns(text_array(texts), id_array(ids), bytes_array(bytes), number_array(numbers), boolean_array(truths),
                 time_array(times), date_array(days));
  const Rows rows = loop.run(db->execute(unnest, std::move(columns)));
  ASSERT_EQ(rows.size(), 3);
  for (int place = 0; place < rows.size(); ++place) {
    const auto at = static_cast<size_t>(place);
    EXPECT_EQ(rows[place].text("t"), texts[at]);
    EXPECT_EQ(rows[place].bytes("y"), bytes[at].value);
    EXPECT_EQ(rows[place].integer("i"), numbers[at]);
    EXPECT_EQ(rows[place].boolean("b"), truths[at]);
    EXPECT_EQ(rows[place].time("at"), times[at]);
    EXPECT_EQ(rows[place].date("day"), days[at]);
  }
  EXPECT_EQ(rows[0].text("u"), ids[0]);
  EXPECT_TRUE(rows[1].is_null("u"));
  EXPECT_EQ(rows[2].text("u"), "ffffffff-ffff-ffff-ffff-ffffffffffff");
  const std::vector<std::string> none;
  EXPECT_TRUE(loop.run(db->execute(unnest, Params(text_array(none), id_array(none), bytes_array({}), number_array({}),
                                                  boolean_array({}), time_array({}), date_array({}))))
                  .empty());
}

TEST(BinaryArray, RefusesWhatTheTypeCannotHold) {
  EXPECT_THROW(text_array({std::string("a\0b", 3)}), DatabaseError);
  for (const char* wrong : {"x", "01934e2c-0a7b-7c11-9d3e-5f60718293a", "01934e2c00a7b-7c11-9d3e-5f60718293a4",
                            "01934e2c-0a7b-7c11-9d3e-5f60718293ag", "01934e2c-0a7b-7c11-9d3e-5f60718293a4 "}) {
    EXPECT_THROW(id_array({wrong}), DatabaseError) << wrong;
  }
}

TEST_F(ConnectionTest, SendsLongTextsAsTheyAre) {
  constexpr Statement unnest{"unnest_long", "select t from unnest($1::text[]) with ordinality as x(t, i) order by i"};
  const LongTexts texts{{"a,b", "\"q\"", "\\", "{}", "NULL", "", " Zoë\n", std::string(100'000, 'x')}};
  const Rows rows = loop.run(db->execute(unnest, Params(texts)));
  ASSERT_EQ(static_cast<size_t>(rows.size()), texts.values.size());
  for (int place = 0; place < rows.size(); ++place) {
    EXPECT_EQ(rows[place].view("t"), texts.values[static_cast<size_t>(place)]);
  }
  EXPECT_TRUE(loop.run(db->execute(unnest, Params(LongTexts{}))).empty());
  EXPECT_THROW(Params(LongTexts{{std::string("a\0b", 3)}}), DatabaseError);
}

TEST_F(ConnectionTest, ReadsArraysBack) {
  constexpr Statement echo_array{"echo_array", "select $1::text[]"};
  const std::vector<std::optional<std::string>> texts = {"a,b", "\"q\"", "\\", "", std::nullopt, "NULL"};
  EXPECT_EQ(loop.run(db->execute(echo_array, Params(texts))).front().texts(0), texts);
  const std::vector<std::string> none;
  EXPECT_TRUE(loop.run(db->execute(echo_array, Params(none))).front().texts(0).empty());
}

TEST_F(ConnectionTest, CarriesAMegabyteBothWays) {
  std::string large(1'000'000, 'x');
  large[500'000] = '\'';
  EXPECT_EQ(echoed(large), large);
}

TEST_F(ConnectionTest, DoesNotBlockWhenBothSidesHaveMuchToSay) {
  std::vector<Query> queries;
  const std::string large(400'000, 'y');
  for (int count = 0; count < 40; ++count) queries.emplace_back(echo_text, Params(large));
  const auto answers = loop.run(db->pipeline(std::move(queries)));
  ASSERT_EQ(answers.size(), 40U);
  EXPECT_EQ(answers.back().front().view(0), large);
}

TEST_F(ConnectionTest, RunsAPipelineAsOneTransaction) {
  loop.run(db->execute(make_table));
  std::vector<Query> queries;
  queries.emplace_back(add_item, Params(1, "one"));
  queries.emplace_back(add_item, Params(1, "one again"));
  queries.emplace_back(add_item, Params(2, "two"));
  try {
    loop.run(db->pipeline(std::move(queries)));
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_TRUE(error.is_unique_violation());
    EXPECT_EQ(error.constraint(), "item_pkey");
  }
  EXPECT_TRUE(db->is_usable());
  EXPECT_EQ(loop.run(db->execute(count_items)).front().integer(0), 0);
}

TEST_F(ConnectionTest, AnswersEachQueryOfAPipelineInOrder) {
  loop.run(db->execute(make_table));
  std::vector<Query> queries;
  queries.emplace_back(add_item, Params(1, "one"));
  queries.emplace_back(count_items);
  queries.emplace_back(add_item, Params(2, "two"));
  queries.emplace_back(count_items);
  const auto answers = loop.run(db->pipeline(std::move(queries)));
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[0].affected(), 1);
  EXPECT_EQ(answers[1].front().integer(0), 1);
  EXPECT_EQ(answers[3].front().integer(0), 2);
  EXPECT_EQ(loop.run(db->pipeline(std::vector<Query>())).size(), 0U);
}

TEST_F(ConnectionTest, GoesOnAfterARefusedStatement) {
  constexpr Statement wrong{"wrong", "select no_such_column"};
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(failure_of(db->execute(wrong)).sqlstate(), "42703");
    EXPECT_EQ(echoed("still here"), "still here");
  }
}

TEST_F(ConnectionTest, NamesTheErrorButNeverTheValue) {
  loop.run(db->execute(make_table));
  loop.run(db->execute(add_item, Params(1, "Quilliam")));
  for (const DatabaseError& error :
       {failure_of(db->execute(add_item, Params(1, "Quilliam"))), failure_of(db->execute(add_item, Params(2, "bad"))),
        failure_of(db->execute(add_item, Params("Quilliam", "x"))),
        failure_of(db->execute(add_item, Params(3, std::nullopt))),
        failure_of(db->execute(echo_text, Params("Quilliam\xff")))}) {
    EXPECT_EQ(std::string(error.what()).find("Quilliam"), std::string::npos) << error.what();
    EXPECT_TRUE(error.is_bad_input()) << error.what();
    EXPECT_FALSE(error.is_unavailable());
  }
  EXPECT_TRUE(failure_of(db->execute(add_item, Params(2, "bad"))).is_check_violation());
}

TEST_F(ConnectionTest, RunsAScriptAndGoesBackToPipelines) {
  loop.run(db->run_script("create table a (i int); insert into a values (1), (2); -- done"));
  constexpr Statement count{"count_a", "select count(*) from a"};
  EXPECT_EQ(loop.run(db->execute(count)).front().integer(0), 2);
  EXPECT_THROW(loop.run(db->run_script("insert into a values (3); select 1/0")), DatabaseError);
  EXPECT_EQ(loop.run(db->execute(count)).front().integer(0), 2);
}

TEST_F(ConnectionTest, GivesUpWhenTheDeadlinePasses) {
  constexpr Statement sleep{"sleep", "select pg_sleep(60)"};
  db->set_timeout(50ms);
  const DatabaseError error = failure_of(db->execute(sleep));
  EXPECT_TRUE(error.is_timeout());
  EXPECT_TRUE(error.is_outcome_unknown());
  EXPECT_FALSE(db->is_usable());
  EXPECT_EQ(failure_of(db->execute(sleep)).sqlstate(), "08003");
}

TEST_F(ConnectionTest, TellsTheServerToGiveUpTooSoThatNothingRunsOnUnseen) {
  constexpr Statement limit{"limit", "select current_setting('statement_timeout')"};
  db->set_timeout(1500ms);
  EXPECT_EQ(loop.run(db->execute(limit)).front().text(0), "2s");
  db->set_timeout(2500ms);
  EXPECT_EQ(loop.run(db->execute(limit)).front().text(0), "3s");
}

TEST(Connection, SaysWhyItCannotConnect) {
  support::EventLoop loop;
  const std::string nowhere = "host=/nonexistent dbname=none";
  EXPECT_THROW(loop.run(Connection::connect(loop.executor(), nowhere, deadline_in(1s))), DatabaseError);
  const std::string absent = support::private_cluster().conninfo("no_such_database");
  try {
    loop.run(Connection::connect(loop.executor(), absent, deadline_in(5s)));
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_TRUE(error.is_connection_lost());
    EXPECT_NE(std::string(error.what()).find("no_such_database"), std::string::npos);
  }
}

TEST(Connection, DoesNotRepeatAnUnreadableConnectionString) {
  support::EventLoop loop;
  try {
    loop.run(Connection::connect(loop.executor(), "password=hunter2 nonsense", deadline_in(1s)));
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
  }
}

TEST(Connection, TriesTheNextHostWhenOneIsAway) {
  support::EventLoop loop;
  const std::string socket = support::private_cluster().socket_directory();
  const std::string hosts =
      "host=/nonexistent," + socket + " user=postgres dbname=waymark target_session_attrs=read-write";
  const auto db = loop.run(Connection::connect(loop.executor(), hosts, deadline_in(5s)));
  EXPECT_TRUE(db->is_usable());
}

}  // namespace
}  // namespace broker::postgres
