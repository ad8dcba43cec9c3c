// Match review: the children side by side, the weight of each detail, the decision.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "broker/message/resource.h"
#include "broker/store/uploads.h"
#include "broker/web/pages/answer.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"
#include "broker/web/pages/plots.h"

namespace broker::web::pages {
namespace {

using domain::Match;

// What a field of a match says in a record.
std::string value_of(const std::optional<matcher::PupilRecord>& child, const std::string& field) {
  if (!child) return {};
  if (field == "surname") return child->surname;
  if (field == "forename") return child->forename;
  if (field == "middle_names") return child->middle_names;
  if (field == "dob") return child->dob.is_known() ? web::words_of(child->dob) : "";
  if (field == "sex") return child->sex == "F" ? "Female" : child->sex == "M" ? "Male" : "";
  if (field == "upn") return child->upn;
  if (field == "uln") return child->uln;
  if (field == "postcode") return child->address.postcode;
  if (field == "address") {
    matcher::Address street = child->address;
    street.postcode.clear();  // a detail of its own
    return web::words_of(street);
  }
  if (field == "uprn") return child->address.uprn;
  if (field == "school") return web::words_of(child->school);
  if (field.starts_with("guardian") && !child->guardians.empty()) return child->guardians.front().name;
  if (field.starts_with("phone") && !child->guardians.empty()) return child->guardians.front().phone;
  return {};
}

Html agreement_tag(const std::string& agreement) {
  if (agreement == "exact") return coloured_tag("Exact", "green");
  if (agreement == "close") return coloured_tag("Close", "yellow");
  if (agreement == "different") return coloured_tag("Different", "red");
  return coloured_tag("Missing", "grey");
}

Html side_by_side(const store::StoredMatch& found, bool is_holder) {
  const Match& match = found.match;
  const auto theirs = found.seeker_child ? std::optional(domain::shown_to_others(*found.seeker_child)) : std::nullopt;
  const auto& first = is_holder ? found.holder_child : found.seeker_child;
  Table list = {
      .caption = "Details side by side", .caption_classes = "govuk-table__caption--m", .has_row_headers = true};
  std::vector<Cell> head = {{.content = "Detail"_html}, {.content = "Your record"_html}};
  if (is_holder) {
    head.push_back({.content = join("Child they look for<br>"_html, muted(text(authority_name(match.seeker.authority) +
                                                                               ", " + words_of(match.seeker.kind))))});
  }
  head.push_back({.content = "Comparison"_html});
  head.push_back({.content = "Weight"_html, .format = "numeric"});
  list.head = std::move(head);
  for (const domain::Evidence& one : match.evidence) {
    const std::string ours = value_of(first, one.field);
    // A UPN is read digit by digit, and never in two lines.
    const std::string look = one.field == "upn" ? "app-nowrap" : "";
    std::vector<Cell> row = {{.content = text(field_words(one.field))},
                             {.content = text(ours.empty() ? "Not given" : ours), .classes = look}};
    if (is_holder) {
      const std::string other = value_of(theirs, one.field);
      Html shown = text(other.empty() ? "Not given" : other);
      const bool differs = !other.empty() && other != ours && one.agreement != "exact";
      if (differs) shown = join("<mark class=\"app-diff\">"_html, shown, "</mark>"_html);
      row.push_back({.content = shown, .classes = look});
    }
    row.push_back({.content = join(agreement_tag(one.agreement), "<br>"_html, "<span class=\"govuk-body-s\">"_html,
                                   one.words, "</span>"_html)});
    row.push_back({.content = text(signed_figure(one.weight)), .format = "numeric"});
    list.rows.push_back(std::move(row));
  }
  return scrolling_table(list, "compare");
}

std::string odds_words(double probability) {
  const bool is_for = probability >= 0.5;
  const double odds = is_for ? probability / (1 - probability) : (1 - probability) / probability;
  // More than the probability is shown with.
  if (!(odds < 1000)) return is_for ? "more than 1,000 to 1" : "less than 1 to 1,000";
  const std::string figure = std::to_string(std::lround(odds));
  return is_for ? figure + " to 1" : "1 to " + figure;
}

Html why(const Match& match) {
  char probability[16];
  std::snprintf(probability, sizeof probability, "%.3f", match.probability);
  double sum = 0;
  std::vector<WeightBar> bars;
  for (const domain::Evidence& one : match.evidence) {
    sum += one.weight;
    bars.push_back({field_words(one.field), one.weight});
  }
  const double start = match.weight - sum;
  const char* band = match.band == domain::MatchBand::match
                         ? "That is above the match threshold. A person decides all the same."
                         : "That is inside the review band, so a person must decide.";
  Html html = subtitle("Why Waymark suggested this match"_html);
  html << paragraph(join("Taken together the details make it about <strong>"_html, odds_words(match.probability),
                         "</strong> that these are the same child (probability "_html, std::string(probability),
                         "). "_html, band));
  html << waterfall(bars, start, match.weight);
  Table list = {.caption = "Weight of each detail",
                .caption_classes = "govuk-table__caption--s",
                .head = std::vector<Cell>{{.content = "Detail"_html},
                                          {.content = "Weight"_html, .format = "numeric"},
                                          {.content = "Running total"_html, .format = "numeric"}},
                .has_row_headers = true};
  double total = start;
  list.rows.push_back({{.content = "Starting point (before any detail)"_html},
                       {.content = text(signed_figure(start)), .format = "numeric"},
                       {.content = text(signed_figure(start)), .format = "numeric"}});
  for (const WeightBar& bar : bars) {
    total += bar.weight;
    list.rows.push_back({{.content = text(bar.label)},
                         {.content = text(signed_figure(bar.weight)), .format = "numeric"},
                         {.content = text(signed_figure(total)), .format = "numeric"}});
  }
  Html figures_table = table(list);
  figures_table
      << "<p class=\"govuk-body-s\">A weight of +1 makes “same child” twice as likely, +2 four times, and so on. "
         "Rare names count for more than common names.</p>\n"_html;
  html << details(
      {.summary = "Show the figures as a table and how they are worked out"_html, .content = figures_table});
  return html;
}

bool agrees(const Match& match, std::string_view field) {
  for (const domain::Evidence& one : match.evidence) {
    if (one.field == field) return one.agreement == "exact";
  }
  return false;
}

// Alike in family, unlike in what tells siblings apart.
Html sibling_check(const Match& match) {
  const bool is_alike = agrees(match, "surname") && (agrees(match, "postcode") || agrees(match, "guardian_name"));
  const bool may_be_sibling = is_alike && (!agrees(match, "forename") || !agrees(match, "dob"));
  const bool may_be_twin = is_alike && !agrees(match, "forename") && agrees(match, "dob");
  Html words =
      may_be_twin
          ? Html("Surname, home and date of birth agree, but the first name does not: this may be a twin. "_html)
      : may_be_sibling ? Html(
                             "Surname and home agree, but the first name or the date of birth does not: this may be a "
                             "brother or sister. "_html)
                       : Html("Nothing in the details points to a brother, sister or twin. "_html);
  return inset_text({.content = join("<strong>Check for a brother, sister or twin.</strong> "_html, words,
                                     "Model "_html, code(match.model), "."_html)});
}

// Whoever has accepted it waits for the second; the second is not told that, by whom or why.
bool waits_for_another(const Match& match, const Visitor& visitor) {
  if (match.status != domain::MatchStatus::pending || !match.first_view) return false;
  return match.first_view->by.officer == visitor.officer || !visitor.has(reviewer_role | coordinator_role);
}

Html decision_form(const Visit& visit, const Match& match, const FormErrors& errors) {
  const std::string difference = domain::strong_difference(match);
  Choice same = {.value = "accept", .content = "Same child"_html};
  same.hint =
      Hint{.content = text(difference.empty() ? "You can then answer the enquiry or confirm where the child is."
                                              : "Two officers have to say so, because the " + field_words(difference) +
                                                    " differs. The second does not see what the first has said.")};
  Choice other = {.value = "reject",
                  .content = "Different child"_html,
                  .hint = Hint{.content = "This pair will not be suggested again unless a detail changes."_html}};
  Choice later = {.value = "later", .content = "I cannot decide yet"_html};
  Html fields =
      radios({.name = "decision",
              .fieldset = Fieldset{.legend = Legend{"What is your decision?"_html, "govuk-fieldset__legend--m"}},
              .error = error_at(errors, "decision"),
              .items = {same, other, {.divider = "or"}, later},
              .value = visit.form.value("decision")});
  fields << text_area(visit.form, "reason", "Why did you decide this?", errors,
                      "Do not include details about other children. This is kept with the match.");
  fields << "<div class=\"govuk-button-group\">\n"_html
         << button({.content = "Save decision"_html, .prevents_double_click = true})
         << link("/matches", "Back to the matches to check"_html) << "</div>\n"_html;
  return form_to(visit, "/matches/" + match.id + "/decision", fields, match.version);
}

Html decided(const Match& match, bool is_holder) {
  const bool is_accepted = match.decision->is_accepted;
  Html html = subtitle("The decision"_html);
  html << summary_list(
      {.rows = {{.key = "Decision"_html,
                 .value = is_accepted ? coloured_tag("Same child", "green") : coloured_tag("Different child", "grey")},
                {.key = "By"_html,
                 .value = text(match.decision->by.officer + ", " + authority_name(match.decision->by.authority))},
                {.key = "When"_html, .value = text(web::words_of(match.decision->time))},
                {.key = "Why"_html, .value = text(match.decision->reason)}}});
  if (is_accepted && is_holder && !match.seeker.case_id.empty()) {
    html << paragraph(join("Next: answer the enquiry on your "_html, link("/work-list?view=received", "work list"_html),
                           ", or wait for theirs."_html));
  }
  return html;
}

net::Response show_match(const Visit& visit, const store::StoredMatch& found, FormErrors errors, int status) {
  const Match& match = found.match;
  const bool is_holder = match.holder.authority == visit.visitor.authority;
  const std::string other = authority_name(is_holder ? match.seeker.authority : match.holder.authority);
  Frame frame = {.title = "Is this the same child?", .section = "/matches", .is_wide = true};
  frame.before = back_link({.href = "/matches", .content = "Back to matches to check"_html});
  frame.content << title("Is this the same child?"_html, text("Possible match with " + other))
                << (is_holder
                        ? paragraph(
                              "Details that differ are <mark class=\"app-diff\">highlighted</mark> and named in the "
                              "comparison column."_html)
                        : paragraph(join("The other record is held by "_html, other,
                                         ". Its details stay there; you see which details agree."_html)))
                << side_by_side(found, is_holder) << why(match) << sibling_check(match);
  if (match.decision) {
    frame.content << decided(match, is_holder);
  } else if (is_holder && waits_for_another(match, visit.visitor)) {
    frame.content << warning_text(
        {.content = text("The " + field_words(domain::strong_difference(match)) +
                         " differs, so that two officers decide. This match waits for a reviewer: a second officer, "
                         "who decides without seeing what the first has said.")});
  } else if (is_holder && match.status == domain::MatchStatus::pending) {
    if (match.is_disagreed) {
      frame.content << warning_text(
          {.content = "Two officers have looked at this match and did not agree, so nothing was decided. Talk to each "
                      "other, then decide again."_html});
    }
    frame.content << decision_form(visit, match, errors);
  } else {
    frame.content << inset_text({.content = text(other + " holds the record and decides.")});
  }
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

}  // namespace

namespace {

Html scores_section(const std::vector<store::StoredMatch>& matches, std::pair<double, double> thresholds) {
  if (matches.empty()) return {};
  constexpr size_t parts = 20;
  std::vector<int64_t> twentieths(parts);
  for (const store::StoredMatch& one : matches) {
    const auto place = static_cast<size_t>(std::max(0.0, one.match.probability) * parts);
    ++twentieths[std::min(place, parts - 1)];
  }
  Table list = {
      .caption = "Matches by probability",
      .caption_classes = "govuk-table__caption--s",
      .head = std::vector<Cell>{{.content = "Probability"_html}, {.content = "Matches"_html, .format = "numeric"}},
      .has_row_headers = true};
  for (size_t i = 0; i < parts; ++i) {
    if (twentieths[i] == 0) continue;
    char words[32];
    std::snprintf(words, sizeof words, "%.2f to %.2f", static_cast<double>(i) / parts,
                  static_cast<double>(i + 1) / parts);
    list.rows.push_back(
        {{.content = text(words)}, {.content = text(std::to_string(twentieths[i])), .format = "numeric"}});
  }
  return join(subtitle("How sure Waymark is"_html), score_histogram(twentieths, thresholds.first, thresholds.second),
              details({.summary = "Show the probabilities as a table"_html, .content = table(list)}));
}

}  // namespace

PageAnswer matches_page(Site& site, Visit visit) {
  const bool is_decided = visit.query("status") == "decided";
  store::MatchFilter filter{is_decided ? "" : "pending", visit.query("upload")};
  store::Page page{"", 200};
  const auto list = co_await store::list_matches(site.services.pool, visit.visitor.viewer(), filter, page);
  Table rows = {.caption = is_decided ? "All matches" : "Matches that wait for a decision",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Child"_html},
                                          {.content = "Other authority"_html},
                                          {.content = "Found"_html},
                                          {.content = "Probability"_html, .format = "numeric"},
                                          {.content = "Who decides"_html},
                                          {.content = "Status"_html}},
                .has_row_headers = true};
  for (const store::StoredMatch& one : list.items) {
    const bool is_holder = one.match.holder.authority == visit.visitor.authority;
    const auto& child = is_holder ? one.holder_child : one.seeker_child;
    char probability[16];
    std::snprintf(probability, sizeof probability, "%.3f", one.match.probability);
    const std::string other = authority_name(is_holder ? one.match.seeker.authority : one.match.holder.authority);
    rows.rows.push_back(
        {{.content = link("/matches/" + one.match.id, text(child ? full_name(*child) : "A record"))},
         {.content = text(other)},
         {.content = text(web::words_of(base::date_in_england(one.match.found)))},
         {.content = text(probability), .format = "numeric"},
         {.content = is_holder ? "You"_html : text(other)},
         {.content = one.match.status == domain::MatchStatus::pending && one.match.first_view
                         ? coloured_tag("Waiting for a second officer", "yellow")
                     : one.match.status == domain::MatchStatus::pending  ? coloured_tag("To check", "purple")
                     : one.match.status == domain::MatchStatus::accepted ? coloured_tag("Same child", "green")
                                                                         : coloured_tag("Different child", "grey")}});
  }
  store::Look look{.action = "look.matches"};
  for (const store::StoredMatch& one : list.items) {
    look.shown.push_back(one.match.id);
    look.children.insert({store::seen_child(one.match.seeker), store::seen_child(one.match.holder)});
  }
  if (!list.items.empty()) co_await record_look(site, visit, std::move(look));
  Frame frame = {.title = "Match review", .section = "/matches", .is_wide = true};
  frame.content
      << title("Match review"_html)
      << sub_navigation(
             {.label = "Matches",
              .items = {{.content = "To check"_html, .href = "/matches", .is_current = !is_decided},
                        {.content = "All"_html, .href = "/matches?status=decided", .is_current = is_decided}}})
      << (rows.rows.empty() ? paragraph("There is nothing to check."_html) : scrolling_table(rows, "matches"))
      << scores_section(list.items, site.services.index.thresholds());
  co_return show(visit, frame);
}

PageAnswer match_page(Site& site, Visit visit) {
  const auto found = co_await store::find_match(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!found) co_return show_not_found(visit);
  store::Look look{.action = "look.match", .subject = visit.id()};
  look.children.insert(store::seen_child(found->match.seeker));
  look.children.insert(store::seen_child(found->match.holder));
  co_await record_look(site, visit, std::move(look));
  co_return show_match(visit, *found, {}, 200);
}

PageAnswer decide_match_page(Site& site, Visit visit) {
  const auto found = co_await store::find_match(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!found) co_return show_not_found(visit);
  const std::string decision = visit.form.value("decision");
  if (decision == "later") co_return redirect("/matches");
  FormErrors errors;
  if (decision != "accept" && decision != "reject") errors.push_back({"decision", "Select your decision"});
  if (base::trimmed(visit.form.value("reason")).empty()) errors.push_back({"reason", "Enter why you decided this"});
  if (!errors.empty()) co_return show_match(visit, *found, std::move(errors), 422);
  const std::string body = message::ObjectWriter()
                               .text("decision", decision)
                               .text("reason", base::trimmed(visit.form.value("reason")))
                               .done();
  if (waits_for_another(found->match, visit.visitor)) {
    co_return show_match(visit, *found, {{"", "This match waits for a second officer, who has to be a reviewer"}}, 403);
  }
  const auto answer = co_await call_api(site, visit, "POST", "/matches/" + visit.id() + "/decision", body);
  if (answer) co_return redirect("/matches/" + visit.id());
  const FieldNames names = {{"/decision", "decision|Decision"}, {"/reason", "reason|Reason"}};
  errors = errors_of(answer.error(), names);
  if (answer.error().type == base::ProblemType::version_mismatch) errors = {{"", lost_race_words}};
  visit.form.set("key", "");
  co_return show_match(visit, *found, std::move(errors), answer.error().status());
}

}  // namespace broker::web::pages
