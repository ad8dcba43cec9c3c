#include "broker/web/components/html.h"

#include <gtest/gtest.h>

#include "broker/web/form.h"
#include "broker/web/layout.h"
#include "broker/web/response.h"
#include "broker/web/words.h"

namespace broker::web {
namespace {

using namespace components;

net::Request post(std::string type, std::string body) {
  net::Request request;
  request.method = "POST";
  request.headers.add("Content-Type", std::move(type));
  request.body = std::move(body);
  return request;
}

TEST(Html, EscapesTextInContentAndAttributes) {
  const std::string hostile = R"(<script>alert("x" + 'y')</script> & more)";
  const std::string escaped = "&lt;script&gt;alert(&quot;x&quot; + &#39;y&#39;)&lt;/script&gt; &amp; more";
  EXPECT_EQ(join("<p>"_html, hostile, "</p>"_html).markup(), "<p>" + escaped + "</p>");
  EXPECT_EQ(attribute("value"_html, hostile).markup(), " value=\"" + escaped + "\"");
  // A literal without its suffix is text too.
  EXPECT_EQ(join("<b>").markup(), "&lt;b&gt;");
}

TEST(Layout, PutsTheErrorsFirstAndSaysSoInTheTitle) {
  Frame frame = {.title = "New case", .content = "<p>content</p>"_html};
  frame.errors.push_back({"surname", "Enter a surname"});
  const std::string page = document(frame, nullptr);
  EXPECT_NE(page.find("<title>Error: New case - Waymark"), std::string::npos);
  EXPECT_LT(page.find("<a href=\"#surname\">Enter a surname</a>"), page.find("<p>content</p>"));
  EXPECT_EQ(page.find("style="), std::string::npos);
}

TEST(Form, ReadsFieldsWithTheirLinesAndCharacters) {
  const auto form =
      Form::read(post("application/x-www-form-urlencoded", "name=Zo%C3%AB+O%27Neill&note=a%0D%0Ab&box=1&box=2"));
  ASSERT_TRUE(form);
  EXPECT_EQ(form->value("name"), "Zoë O'Neill");
  EXPECT_EQ(form->value("note"), "a\nb");
  EXPECT_EQ(form->values("box"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(form->value("absent"), "");
}

TEST(Form, ReadsAFileBesideItsFields) {
  const std::string body =
      "--xyz\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\narrivals\r\n"
      "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n"
      "one,two\r\n1,2\r\n\r\n--xyz--\r\n";
  const auto form = Form::read(post("multipart/form-data; boundary=xyz", body));
  ASSERT_TRUE(form);
  EXPECT_EQ(form->value("kind"), "arrivals");
  ASSERT_TRUE(form->file());
  EXPECT_EQ(form->file()->name, "a.csv");
  EXPECT_EQ(form->file()->body, "one,two\r\n1,2\r\n");
}

TEST(Form, ReadsTheBeginningOfOneThatHasNotAllCome) {
  const std::string body =
      "--xyz\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc\r\n"
      "--xyz\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\narrivals\r\n"
      "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\none,tw";
  for (size_t size = 0; size <= body.size(); ++size) {
    const Form form = Form::read_beginning(post("multipart/form-data; boundary=xyz", body.substr(0, size)));
    // Never a part of a value.
    EXPECT_TRUE(form.value("token").empty() || form.value("token") == "abc") << size;
    EXPECT_FALSE(form.file()) << size;
  }
  EXPECT_EQ(Form::read_beginning(post("multipart/form-data; boundary=xyz", body)).value("kind"), "arrivals");
  EXPECT_FALSE(Form::read_beginning(post("application/x-www-form-urlencoded", "token=abc")).has("token"));
}

TEST(Form, RefusesWhatIsNoForm) {
  EXPECT_FALSE(Form::read(post("application/json", "{}")));
  EXPECT_FALSE(Form::read(post("application/x-www-form-urlencoded", "a=%C3%28")));
  EXPECT_FALSE(Form::read(post("application/x-www-form-urlencoded", "a=%zz")));
  EXPECT_FALSE(Form::read(post("multipart/form-data; boundary=xyz", "--xyz\r\nContent-Disposition: form-data")));
}

TEST(Response, MasksTheTokenAndKnowsItAgain) {
  const std::string token = "0123456789abcdef";
  const std::string masked = masked_token(token);
  EXPECT_NE(masked, masked_token(token));
  EXPECT_TRUE(is_token(masked, token));
  EXPECT_FALSE(is_token(masked, "0123456789abcdeF"));
  EXPECT_FALSE(is_token("", token));
  EXPECT_FALSE(is_token("", ""));
}

TEST(Response, MakesNoFormulaInACsv) {
  EXPECT_EQ(csv_field("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
  EXPECT_EQ(csv_field("-1"), "'-1");
  EXPECT_EQ(csv_field("Amara"), "Amara");
}

TEST(Words, SayDatesAndTimesAsPeopleDo) {
  EXPECT_EQ(weekday_words_of(*base::parse_date("2026-11-13")), "Friday 13 November 2026");
  EXPECT_EQ(words_of(*base::parse_time("2026-11-12T09:14:00Z")), "12 November 2026 at 9:14am");
  EXPECT_EQ(words_of(*base::parse_time("2026-07-01T23:05:00Z")), "2 July 2026 at 12:05am");
  EXPECT_EQ(words_of(*matcher::parse_partial_date("2014-05")), "May 2014");
}

}  // namespace
}  // namespace broker::web
