// Everything held about one child, for whoever answers a request: the API's document, whole to download, and in an
// order that is read and printed. What is in it and what is left out was judged there; here it is put into words.
#include <algorithm>
#include <functional>

#include "broker/base/text.h"
#include "broker/message/outline.h"
#include "broker/message/resource.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

using message::Outline;

const FieldNames field_names = {{"/child/surname", "surname|Surname"},
                                {"/child/forename", "forename|First name"},
                                {"/child/dob", "dob-day|Date of birth"},
                                {"/child/upn", "upn|UPN"}};
constexpr const char* asked_fields[] = {"surname", "forename", "dob-day", "dob-month", "dob-year", "upn"};

// Names of ours, whose underscores are no text of anybody's.
constexpr std::string_view named_by_us[] = {"status",    "kind",   "priority", "outcome", "reason_code",
                                            "agreement", "rating", "state",    "band",    "field"};
constexpr std::string_view authorities[] = {"authority", "owner",       "from",    "to",        "sender",
                                            "recipient", "by",          "asked",   "party",     "received_by",
                                            "parties",   "destination", "la_code", "claimed_by"};
// Counted by us for ourselves.
constexpr std::string_view counters[] = {"version", "sequence", "position"};

template <typename List>
bool holds(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

std::string label_of(const std::string& name) {
  if (name == "id") return "Number";
  if (name == "la_code") return "Authority";
  if (name == "laestab") return "School’s number (LAESTAB)";
  if (name == "lines") return "Street";
  if (name.ends_with("_id")) return "Number of the " + name.substr(0, name.size() - 3);
  return field_words(name);
}

std::string value_words(const std::string& name, const std::string& value) {
  if (const auto time = base::parse_time(value)) return web::words_of(*time);
  if (const auto date = base::parse_date(value)) return web::words_of(*date);
  if (holds(authorities, name)) return authority_name(value);
  if (holds(named_by_us, name)) return field_words(value);
  return value;
}

// Every value below `one` in one line, each under the names that lead to it.
void add_to_line(const Outline& one, const std::string& path, std::string& line) {
  const std::string label = path + label_of(one.name);
  if (one.is_value) {
    if (!holds(counters, one.name)) line += (line.empty() ? "" : "; ") + label + ": " + value_words(one.name, one.text);
    return;
  }
  for (const Outline& part : one.parts) {
    if (!part.name.empty()) {
      add_to_line(part, label + ", ", line);
    } else if (part.is_value) {
      line += (line.empty() ? "" : "; ") + label + ": " + value_words(one.name, part.text);
    } else {
      for (const Outline& below : part.parts) add_to_line(below, label + ", ", line);
    }
  }
}

std::string line_of(const Outline& one) {
  // What agrees in a match, or keeps a case open, is said in a sentence.
  for (const char* sentence : {"words", "sentence"}) {
    if (const Outline& words = one.at(sentence); words.is_value) return words.text;
  }
  std::string line;
  for (const Outline& part : one.parts) add_to_line(part, "", line);
  return line;
}

Html lines_of(const std::vector<Outline>& items, const std::string& name) {
  Html lines;
  for (const Outline& one : items) {
    lines << "<p class=\"govuk-body-s\">"_html << (one.is_value ? value_words(name, one.text) : line_of(one))
          << "</p>\n"_html;
  }
  return lines;
}

// A row for each member.
Html rows_of(const Outline& one) {
  SummaryList list;
  for (const Outline& part : one.parts) {
    if (holds(counters, part.name) || (!part.is_value && part.parts.empty())) continue;
    const bool is_list = !part.is_value && part.parts.front().name.empty();
    list.rows.push_back({.key = text(label_of(part.name)),
                         .value = part.is_value ? text(value_words(part.name, part.text))
                                  : is_list     ? lines_of(part.parts, part.name)
                                                : text(line_of(part))});
  }
  return summary_list(list);
}

Html heading(const std::string& words) {
  return join("<h3 class=\"govuk-heading-s\">"_html, words, "</h3>\n"_html);
}

Html section(const std::string& words, const Outline& items, const std::function<Html(const Outline&)>& shown) {
  Html html = subtitle(text(words + " (" + std::to_string(items.parts.size()) + ")"));
  if (items.parts.empty()) return html << paragraph("Nothing is held."_html);
  for (const Outline& one : items.parts) html << shown(one);
  return html;
}

using Columns = std::vector<std::pair<std::string, std::function<Html(const Outline&)>>>;

Html table_section(const std::string& words, const std::string& id, const Outline& items, const Columns& columns) {
  const std::string counted_words = words + " (" + std::to_string(items.parts.size()) + ")";
  if (items.parts.empty()) return join(subtitle(text(counted_words)), paragraph("Nothing is held."_html));
  Table list = {.caption = counted_words, .caption_classes = "govuk-table__caption--m", .head = std::vector<Cell>()};
  for (const auto& [title, cell] : columns) list.head->push_back({.content = text(title)});
  for (const Outline& one : items.parts) {
    std::vector<Cell> row;
    for (const auto& [title, cell] : columns) row.push_back({.content = cell(one)});
    list.rows.push_back(std::move(row));
  }
  return scrolling_table(list, id);
}

// A column of what stands in one member.
std::function<Html(const Outline&)> member(const std::string& name) {
  return [name](const Outline& one) { return text(value_words(name, one.at(name).text)); };
}

// As the page of the case tells it.
Html timeline_of(const Outline& items, const std::string& viewer) {
  Timeline list;
  for (const Outline& one : items.parts) {
    const message::TimelineItem item{0,
                                     one.at("type").text,
                                     one.at("time").text,
                                     one.at("authority").text,
                                     one.at("officer").text,
                                     one.at("school").text,
                                     one.at("enquiry_id").text,
                                     one.at("data").text};
    list.items.push_back(narrated(item, viewer));
  }
  return timeline(list);
}

Html case_words(const Outline& one) {
  const Outline& record = one.at("case");
  const std::string& reference = record.at("reference").text;
  Html html = heading("Case " + reference);
  html << rows_of(record);
  if (!one.at("rating").parts.empty()) {
    html << heading("Agreed on the child of case " + reference) << rows_of(one.at("rating"));
  }
  return html << heading("What happened in case " + reference)
              << timeline_of(one.at("timeline"), record.at("owner").text);
}

Html withheld(const Outline& all) {
  const Outline& redacted = all.at("redacted");
  const auto count = [&redacted](const char* name) { return base::parse_number(redacted.at(name).text).value_or(0); };
  return warning_text(
      {.content =
           text("Left out, since they are other people: " +
                counted(count("guardians"), "entry about a parent or guardian", "entries about parents and guardians") +
                " and " +
                counted(count("siblings"), "entry about a brother or sister", "entries about brothers and sisters") +
                ". " + all.at("before_giving_out").text)});
}

Html sections_of(const Outline& all) {
  const auto titled = [](const std::string& words, const char* name) {
    return [words, name](const Outline& one) {
      return join(heading(words + " " + value_words(name, one.at(name).text)), rows_of(one));
    };
  };
  const auto row = [](const Outline& one) {
    return join(heading(one.at("filename").text + ", row " + one.at("row").text), rows_of(one));
  };
  Html html = section("Cases", all.at("cases"), case_words);
  html << section("Enquiries", all.at("enquiries"), titled("Enquiry to", "to"))
       << section("Rows of files", all.at("file_rows"), row)
       << section("Rows of files that were refused", all.at("refused_rows"), row)
       << section("Queries", all.at("queries"), titled("Asked on", "time"))
       << section("Notices of a move", all.at("notices"), titled("Notice to", "to"))
       << section("Possible matches", all.at("matches"), titled("Found on", "found"))
       << section("Transfer files", all.at("transfers"), titled("File", "filename"));
  html << table_section("Messages", "messages", all.at("messages"),
                        {{"When", member("time")},
                         {"From", member("sender")},
                         {"To", member("recipient")},
                         {"What", [](const Outline& one) { return code(one.at("type").text); }}})
       << table_section("Who has looked", "looks", all.at("looks"),
                        {{"When", member("time")},
                         {"Who",
                          [](const Outline& one) {
                            const std::string& officer = one.at("officer").text;
                            return text(officer.empty() ? "A council’s system" : officer);
                          }},
                         {"Authority", member("authority")},
                         {"What", [](const Outline& one) { return text(look_words(one.at("action").text)); }}});
  return html;
}

// `again` are the hidden fields by which the same is collected for the download.
net::Response show_collected(const Visit& visit, const std::string& document, const Html& before, const Html& again) {
  const Outline all = message::outline_of(document);
  Frame frame = {.title = "All that is held about one child", .section = "/cases", .is_wide = true};
  frame.before = before;
  Html download = again;
  download << button({.content = "Download as JSON"_html, .classes = "govuk-button--secondary"});
  frame.content << title(text(frame.title), text(authority_name(all.at("authority").text) + ", " +
                                                 value_words("time", all.at("time").text)))
                << rows_of(all.at("child")) << withheld(all) << "<div class=\"app-noprint\">\n"_html
                << form_to(visit, "/subject-access/download", download) << "</div>\n"_html << sections_of(all)
                << inset_text(
                       {.content = "What other authorities hold about the child they give out themselves."_html});
  return show(visit, frame);
}

net::Response show_form(const Visit& visit, FormErrors errors, int status) {
  Frame frame = {.title = "Collect what is held about a child", .section = "/cases"};
  frame.before = back_link({.href = "/cases", .content = "Back to cases"_html});
  Html fields = paragraph(
      "For whoever answers a request about what is held (subject access). It needs the UPN, or the name and the date "
      "of "
      "birth. What surely is about this child is collected, and that you looked is recorded. Where there is a case, "
      "the page of the case offers the same."_html);
  fields << text_field(visit.form, "forename", "First name", errors)
         << text_field(visit.form, "surname", "Surname", errors)
         << date_field(visit.form, "dob", "Date of birth", "For example, 14 3 2015", errors)
         << text_field(visit.form, "upn", "Unique pupil number (UPN)", errors, "A letter and 12 digits",
                       "govuk-input--width-10")
         << button({.content = "Collect"_html, .prevents_double_click = true});
  frame.content = join("<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html,
                       title(text(frame.title)), form_to(visit, "/subject-access", fields), "</div></div>\n"_html);
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

boost::asio::awaitable<base::Result<api::Answer>> collect_of_case(Site& site, const Visit& visit, std::string id) {
  base::Result<api::Answer> answer = co_await call_api(site, visit, "GET", "/subject-access?case_id=" + id, "");
  co_return answer;
}

boost::asio::awaitable<base::Result<api::Answer>> collect_of_child(Site& site, const Visit& visit) {
  const std::string body = message::ObjectWriter().json("child", child_body(visit.form)).done();
  base::Result<api::Answer> answer = co_await call_api(site, visit, "POST", "/subject-access", body);
  co_return answer;
}

}  // namespace

PageAnswer subject_access_page(Site&, Visit visit) {
  co_return show_form(visit, {}, 200);
}

PageAnswer ask_subject_access_page(Site& site, Visit visit) {
  const auto answer = co_await collect_of_child(site, visit);
  if (!answer) {
    FormErrors errors = errors_of(answer.error(), field_names);
    co_return show_form(visit, std::move(errors), answer.error().status());
  }
  Html again;
  for (const char* field : asked_fields) again << hidden(field, visit.form.value(field));
  const Html before = back_link({.href = "/subject-access", .content = "Back to the form"_html});
  co_return show_collected(visit, answer->body, before, again);
}

PageAnswer case_subject_access_page(Site& site, Visit visit) {
  const auto answer = co_await collect_of_case(site, visit, visit.id());
  if (!answer) co_return show_problem(visit, answer.error());
  const Html before = back_link({.href = "/cases/" + visit.id(), .content = "Back to the case"_html});
  co_return show_collected(visit, answer->body, before, hidden("case_id", visit.id()));
}

PageAnswer download_subject_access(Site& site, Visit visit) {
  const std::string id = visit.form.value("case_id");
  base::Result<api::Answer> answer = api::Answer();
  if (id.empty()) {
    answer = co_await collect_of_child(site, visit);
  } else {
    answer = co_await collect_of_case(site, visit, id);
  }
  if (!answer) co_return show_problem(visit, answer.error());
  co_return download("held-" + base::format_date(site.today()) + ".json", "application/json", std::move(answer->body));
}

}  // namespace broker::web::pages
