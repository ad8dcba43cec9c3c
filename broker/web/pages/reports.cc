// The register with its ratings and plots, the group's decisions on it, and the Department's return.
#include "broker/api/reports.h"

#include <algorithm>

#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"
#include "broker/web/pages/plots.h"
#include "broker/web/pages/report_pages.h"

namespace broker::web::pages {
namespace {

using api::RegisterEntry;
using domain::Rating;

constexpr size_t rows_shown = 50;
constexpr size_t authorities_shown = 10;

std::string rating_words(Rating rating) {
  return rating == Rating::red ? "Red" : rating == Rating::amber ? "Amber" : "Green";
}

Html rating_tag(Rating rating) {
  return coloured_tag(rating_words(rating), rating == Rating::red     ? "red"
                                            : rating == Rating::amber ? "yellow"
                                                                      : "green");
}

Html days_words(const RegisterEntry& entry) {
  if (!entry.days) return "Not known"_html;
  return text(std::to_string(*entry.days) + (entry.is_school_days ? "" : " (working days)"));
}

// "2026-11".
std::string month_of(base::Date day) {
  return base::format_date(day).substr(0, 7);
}

// `2026-11` as "November 2026".
std::string month_words(const std::string& month) {
  const auto first = base::parse_date(month + "-01");
  return first ? web::words_of(*first).substr(2) : month;
}

// The same where a bar has little room: "Nov 26".
std::string short_month_words(const std::string& month) {
  const std::string words = month_words(month);
  return words == month ? month : words.substr(0, 3) + " " + words.substr(words.size() - 2);
}

boost::asio::awaitable<void> record_register(Site& site, const Visit& visit,
                                             const std::vector<RegisterEntry>& entries) {
  if (entries.empty()) co_return;
  store::Look look{.action = "look.register"};
  for (const RegisterEntry& entry : entries) look.children.insert({entry.record.id, entry.record.owner});
  co_await record_look(site, visit, std::move(look));
}

Html ratings_section(const std::vector<store::FrozenMonth>& months) {
  std::vector<RatingBar> bars;
  Table list = {.caption = "Children on the register by rating",
                .caption_classes = "govuk-table__caption--s",
                .head = std::vector<Cell>{{.content = "Month"_html},
                                          {.content = "Red"_html, .format = "numeric"},
                                          {.content = "Amber"_html, .format = "numeric"},
                                          {.content = "Green"_html, .format = "numeric"}},
                .has_row_headers = true};
  for (const store::FrozenMonth& one : months) {
    bars.push_back({short_month_words(one.month), one.red, one.amber, one.green});
    list.rows.push_back({{.content = text(month_words(one.month))},
                         {.content = text(std::to_string(one.red)), .format = "numeric"},
                         {.content = text(std::to_string(one.amber)), .format = "numeric"},
                         {.content = text(std::to_string(one.green)), .format = "numeric"}});
  }
  if (bars.size() > 6) bars.erase(bars.begin(), bars.end() - 6);
  return join(subtitle("Rating by month"_html), rating_plot(bars),
              details({.summary = "Show rating by month as a table"_html, .content = table(list)}));
}

Html times_section(const std::string& id, const std::string& heading, const std::vector<api::AuthorityTimes>& times) {
  if (times.empty()) return join(subtitle(text(heading)), paragraph("No enquiry in the last year."_html));
  std::vector<SpanBar> bars;
  Table list = {.caption = "Working days to a final answer, in the last year",
                .caption_classes = "govuk-table__caption--s",
                .head = std::vector<Cell>{{.content = "Authority"_html},
                                          {.content = "Answered"_html, .format = "numeric"},
                                          {.content = "Not yet"_html, .format = "numeric"},
                                          {.content = "Middle"_html, .format = "numeric"},
                                          {.content = "Nine in ten"_html, .format = "numeric"}},
                .has_row_headers = true};
  for (const api::AuthorityTimes& one : times) {
    const bool has_any = one.times.count > 0;
    if (has_any && bars.size() < authorities_shown) {
      bars.push_back({authority_name(one.authority), one.times.middle, one.times.nine_in_ten});
    }
    const auto figure = [&](int days) { return text(has_any ? std::to_string(days) : "none"); };
    list.rows.push_back({{.content = text(authority_name(one.authority))},
                         {.content = text(std::to_string(one.times.count)), .format = "numeric"},
                         {.content = text(std::to_string(one.unanswered)), .format = "numeric"},
                         {.content = figure(one.times.middle), .format = "numeric"},
                         {.content = figure(one.times.nine_in_ten), .format = "numeric"}});
  }
  Html html = subtitle(text(heading));
  if (!bars.empty()) {
    html << span_plot(id, heading, bars, domain::Settings().answer_school_days,
                      "Working days to a final answer (dot = middle, end = 9 in 10)");
  }
  return html << details({.summary = text("Show the figures as a table: " + heading), .content = table(list)});
}

Html days_section(const std::vector<RegisterEntry>& entries) {
  std::vector<Bar> bars;
  Table list = {.caption = "Children on the register by days missed",
                .caption_classes = "govuk-table__caption--s",
                .head = std::vector<Cell>{{.content = "Days"_html}, {.content = "Children"_html, .format = "numeric"}},
                .has_row_headers = true};
  for (const auto& [band, count] : api::days_reached(entries)) {
    bars.push_back({band, count});
    list.rows.push_back({{.content = text(band)}, {.content = text(std::to_string(count)), .format = "numeric"}});
  }
  return join(subtitle("Open cases by school day reached"_html),
              bar_chart("days", "Open cases by school day reached", bars),
              details({.summary = "Show open cases by day as a table"_html, .content = table(list)}));
}

Html children_table(std::vector<RegisterEntry> entries, Rating rating) {
  std::erase_if(entries, [rating](const RegisterEntry& entry) { return entry.rating() != rating; });
  const std::string words = "Children rated " + base::lowered(rating_words(rating));
  if (entries.empty()) return join(subtitle(text(words)), paragraph("None."_html));
  const size_t shown = std::min(entries.size(), rows_shown);
  Table list = {.caption = std::to_string(shown) + " of " + std::to_string(entries.size()) + " rated " +
                           base::lowered(rating_words(rating)) + ", longest missing first",
                .caption_classes = "govuk-table__caption--s",
                .head = std::vector<Cell>{{.content = "Child"_html},
                                          {.content = "Reason"_html},
                                          {.content = "School days missed"_html, .format = "numeric"},
                                          {.content = "Status"_html},
                                          {.content = "Rating"_html}},
                .has_row_headers = true};
  for (size_t i = 0; i < shown; ++i) {
    const RegisterEntry& entry = entries[i];
    Html tag = rating_tag(entry.rating());
    if (!entry.agreed) {
      tag << "<br>"_html << muted("proposed, not agreed yet"_html);
    } else if (entry.is_change()) {
      tag << "<br>"_html << muted(text("proposed: " + rating_words(entry.proposed)));
    }
    list.rows.push_back({{.content = join(link("/cases/" + entry.record.id, text(full_name(entry.record.child))),
                                          "<br>"_html, muted(text(entry.record.reference)))},
                         {.content = text(domain::return_reason(entry.record.reason))},
                         {.content = days_words(entry), .format = "numeric"},
                         {.content = status_tag(entry.record)},
                         {.content = tag}});
  }
  return join(subtitle(text(words)), scrolling_table(list, "rated-" + std::string(domain::text_of(rating))));
}

Html register_buttons(const Visit& visit, const std::string& month, bool is_frozen) {
  Html html = "<div class=\"govuk-button-group app-noprint\">\n"_html;
  html << button({.content = "Ratings for the group to agree"_html, .href = "/reports/group"})
       << button({.content = "Return to the Department"_html,
                  .href = "/reports/return",
                  .classes = "govuk-button--secondary"})
       << link("/terms", "Term dates"_html) << link("/reports/register.csv", "Register as CSV"_html)
       << link("/reports/performance.csv", "Answer times as CSV"_html) << "</div>\n"_html;
  if (visit.visitor.has(coordinator_role) && !is_frozen) {
    html << form_to(visit, "/reports/freeze",
                    button({.content = text("Freeze " + month_words(month)),
                            .classes = "govuk-button--secondary app-noprint",
                            .prevents_double_click = true}));
  }
  return html << paragraph(text(is_frozen ? month_words(month) + " is frozen: its figures no longer change."
                                          : month_words(month) + " is not frozen: its figures are those of today."));
}

}  // namespace

PageAnswer register_page(Site& site, Visit visit) {
  const store::Viewer viewer = visit.visitor.viewer();
  const auto entries = co_await api::register_of(site.services, viewer);
  const auto sent = co_await store::answer_times(site.services.pool, viewer, true, api::answers_since(site.today()));
  const auto received =
      co_await store::answer_times(site.services.pool, viewer, false, api::answers_since(site.today()));
  auto months = co_await store::frozen_months(site.services.pool, viewer);
  co_await record_register(site, visit, entries);
  const store::FrozenMonth now = api::count_ratings(entries, month_of(site.today()));
  const bool is_frozen = !months.empty() && months.back().month == now.month;
  if (!is_frozen) months.push_back(now);
  const auto open = std::count_if(entries.begin(), entries.end(), [](const RegisterEntry& entry) {
    return entry.record.status == domain::CaseStatus::open;
  });
  const auto changes = std::count_if(entries.begin(), entries.end(), std::mem_fn(&RegisterEntry::is_change));
  Frame frame = {.title = "Register", .section = "/reports", .is_wide = true};
  frame.content << title(text("Register, " + web::words_of(site.today())), text(authority_name(viewer.authority)))
                << figures({{std::to_string(entries.size()), "children on the register"},
                            {std::to_string(now.red), "red", now.red > 0},
                            {std::to_string(open), "not located"},
                            {std::to_string(changes), "ratings to agree"}})
                << register_buttons(visit, now.month, is_frozen) << ratings_section(months)
                << times_section("sent", "How quickly other authorities answer",
                                 api::times_by_authority(site.services.calendar, sent))
                << times_section("received", "How quickly we answer",
                                 api::times_by_authority(site.services.calendar, received))
                << days_section(entries) << children_table(entries, Rating::red)
                << children_table(entries, Rating::amber)
                << inset_text({.content =
                                   "The facts propose a rating; it changes when the group agrees it. Keep counts "
                                   "under 5 to yourselves when a table leaves the authority."_html});
  co_return show(visit, frame);
}

PageAnswer report_csv(Site& site, Visit visit) {
  const store::Viewer viewer = visit.visitor.viewer();
  const std::string name = visit.request.path.substr(std::string("/reports/").size());
  if (name == "register.csv") {
    const auto entries = co_await api::register_of(site.services, viewer);
    co_await record_register(site, visit, entries);
    co_return csv_response(name, api::register_csv(entries));
  }
  if (name == "return.csv") {
    const auto missing = co_await store::missing_on(site.services.pool, viewer, site.today());
    co_return csv_response(name, api::return_csv(domain::count_return(missing, site.today())));
  }
  const base::Date since = api::answers_since(site.today());
  const auto sent = co_await store::answer_times(site.services.pool, viewer, true, since);
  const auto received = co_await store::answer_times(site.services.pool, viewer, false, since);
  co_return csv_response(name, api::performance_csv(api::times_by_authority(site.services.calendar, sent),
                                                    api::times_by_authority(site.services.calendar, received)));
}

PageAnswer return_page(Site& site, Visit visit) {
  const auto missing = co_await store::missing_on(site.services.pool, visit.visitor.viewer(), site.today());
  const domain::ReturnCounts counts = domain::count_return(missing, site.today());
  Table list = {.caption = "Children missing education today, by reason and duration",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Reason"_html}},
                .has_row_headers = true};
  for (const std::string_view band : domain::duration_bands()) {
    list.head->push_back({.content = text(band), .format = "numeric"});
  }
  for (const auto& [reason, bands] : counts) {
    std::vector<Cell> row = {{.content = text(reason)}};
    for (const std::string_view band : domain::duration_bands()) {
      const auto found = bands.find(band);
      row.push_back({.content = text(std::to_string(found == bands.end() ? 0 : found->second)), .format = "numeric"});
    }
    list.rows.push_back(std::move(row));
  }
  Frame frame = {.title = "Return to the Department for Education", .section = "/reports", .is_wide = true};
  frame.before = back_link({.href = "/reports", .content = "Back to the register"_html});
  frame.content << title(text(frame.title))
                << paragraph(
                       "The reasons and durations are those of the Department’s termly return. A case whose words are "
                       "none of its reasons counts as Other."_html)
                << (list.rows.empty() ? paragraph("No child is missing today."_html) : scrolling_table(list, "return"))
                << paragraph(link("/reports/return.csv", "Download as CSV"_html));
  co_return show(visit, frame);
}

namespace {

net::Response show_group(const Visit& visit, const std::vector<RegisterEntry>& entries, FormErrors errors, int status) {
  Html fields;
  size_t shown = 0;
  for (const RegisterEntry& entry : entries) {
    if (!entry.is_change() || shown == rows_shown) continue;
    ++shown;
    const std::string before = entry.agreed ? "agreed before: " + rating_words(entry.agreed->rating) : "not rated yet";
    fields << components::select(
        {.name = "rating-" + entry.record.id,
         .label = {.content = text(full_name(entry.record.child) + ", case " + entry.record.reference)},
         .hint = Hint{.content = text("Proposed: " + rating_words(entry.proposed) + "; " + before)},
         .items = {{.text = "Leave it", .value = ""},
                   {.text = "Green", .value = "green"},
                   {.text = "Amber", .value = "amber"},
                   {.text = "Red", .value = "red"}},
         .value = visit.form.value("rating-" + entry.record.id)});
  }
  Frame frame = {.title = "Ratings for the group to agree", .section = "/reports"};
  frame.before = back_link({.href = "/reports", .content = "Back to the register"_html});
  frame.content << title(text(frame.title));
  if (shown == 0) {
    frame.content << paragraph("Every rating is agreed, and the facts propose no other."_html);
  } else if (visit.visitor.has(coordinator_role)) {
    fields << button({.content = "Record what the group agreed"_html, .prevents_double_click = true});
    frame.content << form_to(visit, "/reports/group", fields);
  } else {
    frame.content << paragraph(
        text(counted(static_cast<int64_t>(shown), "rating waits", "ratings wait") +
             " for the group. The coordinator records what it agrees; the register shows what is proposed."));
  }
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

}  // namespace

boost::asio::awaitable<base::Result<api::Answer>> record_of_lead(Site& site, const Visit& visit, std::string action,
                                                                 std::string subject,
                                                                 std::vector<postgres::Query> queries) {
  store::Write what;
  const domain::Actor by = visit.visitor.actor();
  what.decide = [by, action, subject, queries](store::World& world) -> base::Result<api::Answer> {
    for (const postgres::Query& query : queries) world.write(query);
    world.audit(by, action, subject, "");
    return api::Answer{};
  };
  base::Result<api::Answer> done = co_await site.services.writer.submit(std::move(what));
  co_return done;
}

PageAnswer group_page(Site& site, Visit visit) {
  const auto entries = co_await api::register_of(site.services, visit.visitor.viewer());
  co_await record_register(site, visit, entries);
  co_return show_group(visit, entries, {}, 200);
}

PageAnswer agree_page(Site& site, Visit visit) {
  const auto entries = co_await api::register_of(site.services, visit.visitor.viewer());
  std::vector<postgres::Query> queries;
  std::string first;
  for (const RegisterEntry& entry : entries) {
    const auto rating = domain::parse_name<Rating>(visit.form.value("rating-" + entry.record.id));
    if (!rating) continue;
    if (first.empty()) first = "rating-" + entry.record.id;
    queries.push_back(
        store::agree_rating(entry.record.id, entry.record.owner, *rating, visit.visitor.officer, site.now()));
  }
  if (queries.empty()) {
    co_await record_register(site, visit, entries);
    co_return show_group(visit, entries, {{"", "Choose at least one rating that the group agreed"}}, 422);
  }
  const std::string subject = std::to_string(queries.size()) + " ratings";
  const auto done = co_await record_of_lead(site, visit, "register.agreed", subject, std::move(queries));
  if (!done) co_return show_problem(visit, done.error());
  co_return redirect("/reports");
}

PageAnswer freeze_page(Site& site, Visit visit) {
  const auto entries = co_await api::register_of(site.services, visit.visitor.viewer());
  const store::FrozenMonth counts = api::count_ratings(entries, month_of(site.today()));
  std::vector<postgres::Query> queries;
  queries.push_back(store::freeze_month(visit.visitor.authority, counts, visit.visitor.officer, site.now()));
  const auto done = co_await record_of_lead(site, visit, "register.frozen", counts.month, std::move(queries));
  if (!done) co_return show_problem(visit, done.error());
  co_return redirect("/reports");
}

}  // namespace broker::web::pages
