// One enquiry, as either side sees it: the child, what was asked, the replies; taking it on, adding information,
// withdrawing it.
#include "broker/message/resource.h"
#include "broker/store/cases.h"
#include "broker/store/uploads.h"
#include "broker/web/pages/answer.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

Html replies_of(const store::StoredEnquiry& found, const std::string& viewer) {
  if (found.enquiry.replies.empty()) return {};
  Timeline list;
  for (auto it = found.enquiry.replies.rbegin(); it != found.enquiry.replies.rend(); ++it) {
    domain::Answer answer = it->answer;
    if (answer.location && viewer != found.enquiry.to) answer.location = shown_location(*answer.location);
    list.items.push_back({.label = text(words_of(answer.outcome)),
                          .byline = text(it->officer + ", " + authority_name(found.enquiry.to)),
                          .datetime = base::format_time(it->time),
                          .time = web::words_of(it->time),
                          .content = answer_words(answer)});
  }
  return join(subtitle("Replies"_html), timeline(list));
}

Html asked_card(const store::StoredEnquiry& found, const std::string& viewer) {
  const domain::Enquiry& enquiry = found.enquiry;
  const bool is_asked = viewer == enquiry.to;
  SummaryList card = {.rows = child_rows(is_asked ? domain::shown_to_others(found.record.child) : found.record.child)};
  card.card = Card{.title = is_asked ? join("Child "_html, authority_name(enquiry.from), " is looking for"_html)
                                     : Html("What was shared"_html)};
  card.rows.push_back({.key = join("Why "_html, authority_name(enquiry.to)), .value = text(words_of(enquiry.kind))});
  const auto row = [&card](Markup key, const std::string& value) {
    if (!value.empty()) {
      card.rows.push_back({.key = key, .value = join("<span class=\"app-as-typed\">"_html, value, "</span>"_html)});
    }
  };
  row("What they know"_html, enquiry.message);
  row("Information added"_html, enquiry.information);
  if (enquiry.address) {
    // Of a restricted child no address goes out, whether or not this one was flagged too.
    const bool is_hidden = is_asked && (enquiry.address->restricted || found.record.child.address.restricted);
    row("Possible address"_html, is_hidden ? "Not shared: somebody may be at risk" : web::words_of(*enquiry.address));
  }
  return summary_list(card);
}

Html owner_forms(const Visit& visit, const domain::Enquiry& enquiry, const FormErrors& errors) {
  if (!enquiry.is_open()) return {};
  const std::string base = "/enquiries/" + enquiry.id;
  Html add = text_area(visit.form, "information", "Add information", errors,
                       "What the other authority asked for, or what you have learnt since");
  add << button({.content = "Send the information"_html, .classes = "govuk-button--secondary"});
  Html withdraw = text_area(visit.form, "reason", "Withdraw the enquiry: why?", errors);
  withdraw << button({.content = "Withdraw the enquiry"_html, .classes = "govuk-button--warning"});
  return join(form_to(visit, base + "/information", add, enquiry.version),
              details({.summary = "Withdraw this enquiry"_html,
                       .content = form_to(visit, base + "/withdraw", withdraw, enquiry.version),
                       .is_open = error_at(errors, "reason").has_value()}));
}

net::Response show_enquiry(const Visit& visit, const Site& site, const store::StoredEnquiry& found, FormErrors errors,
                           const Html& matches, int status) {
  const domain::Enquiry& enquiry = found.enquiry;
  const std::string& viewer = visit.visitor.authority;
  const bool is_asked = viewer == enquiry.to;
  const DueWords due = due_words(site.services.calendar, enquiry.due, site.today());
  Frame frame = {.section = "/work-list"};
  frame.title =
      is_asked ? "Answer an enquiry from " + authority_name(enquiry.from) : "Enquiry to " + authority_name(enquiry.to);
  frame.before = is_asked ? back_link({.href = "/work-list", .content = "Back to work list"_html})
                          : back_link({.href = "/cases/" + found.record.id, .content = "Back to the case"_html});
  const std::string caption = "Enquiry about " + found.record.reference + ", reply due " +
                              weekday_words_of(enquiry.due) + (due.is_overdue && enquiry.is_open() ? " (overdue)" : "");
  // To who is asked it does not matter how it came.
  const bool is_new = is_asked && enquiry.status == domain::EnquiryStatus::sent;
  const Html tag = is_new ? coloured_tag("Not started", "grey") : status_tag(enquiry, found.delivered);
  Html column = title(text(frame.title), text(caption));
  column << "<p class=\"govuk-body app-tag-row\">"_html << tag << " "_html << priority_tag(enquiry.priority)
         << "</p>\n"_html << asked_card(found, viewer);
  if (is_asked && enquiry.is_open()) {
    column << matches;
    if (!enquiry.acknowledged) {
      column << form_to(
          visit, "/enquiries/" + enquiry.id + "/acknowledge",
          button({.content = "Say that you are working on it"_html, .classes = "govuk-button--secondary"}),
          enquiry.version);
    }
    column << outcome_form(visit, found, errors);
  }
  column << replies_of(found, viewer);
  if (!is_asked) column << owner_forms(visit, enquiry, errors);
  frame.content = join("<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html, column,
                       "</div></div>\n"_html);
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

}  // namespace

// What Waymark's own search of the uploaded lists says about the child.
boost::asio::awaitable<Html> own_matches(Site& site, const Visitor& visitor, std::string case_id) {
  store::MatchFilter filter{"", case_id};
  store::Page page{"", 20};
  const auto list = co_await store::list_matches(site.services.pool, visitor.viewer(), filter, page);
  Html found;
  for (const store::StoredMatch& one : list.items) {
    if (one.match.seeker.case_id != case_id || one.match.holder.authority != visitor.authority) continue;
    const std::string who = one.holder_child ? full_name(*one.holder_child) : "a record";
    found << "<p>"_html << link("/matches/" + one.match.id, text("Compare with " + who)) << " on your "_html
          << words_of(one.match.holder.kind) << ".</p>\n"_html;
  }
  if (found.is_empty()) {
    co_return inset_text({.content =
                              "Waymark checked your uploaded lists and found <strong>no match</strong>. Your own "
                              "systems have not been searched."_html});
  }
  co_return inset_text({.content = join("<p>Waymark checked your uploaded lists and found a "
                                        "<strong>possible match</strong>.</p>\n"_html,
                                        found)});
}

boost::asio::awaitable<net::Response> enquiry_again(Site& site, Visit visit, FormErrors errors, int status) {
  const auto found = co_await store::find_enquiry(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!found) co_return show_not_found(visit);
  const Html matches = co_await own_matches(site, visit.visitor, found->record.id);
  co_return show_enquiry(visit, site, *found, std::move(errors), matches, status);
}

PageAnswer enquiry_page(Site& site, Visit visit) {
  const auto found = co_await store::find_enquiry(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!found) co_return show_not_found(visit);
  store::Look look{
      .action = "look.enquiry", .subject = visit.id(), .children = {{found->record.id, found->record.owner}}};
  co_await record_look(site, visit, std::move(look));
  const Html matches = co_await own_matches(site, visit.visitor, found->record.id);
  co_return show_enquiry(visit, site, *found, {}, matches, 200);
}

namespace {

PageAnswer on_enquiry(Site& site, Visit visit, std::string event, std::string body, FieldNames names) {
  const auto answer = co_await call_api(site, visit, "POST", "/enquiries/" + visit.id() + event, std::move(body));
  if (answer) co_return redirect("/enquiries/" + visit.id());
  const base::Problem& problem = answer.error();
  FormErrors errors = errors_of(problem, names);
  if (problem.type == base::ProblemType::version_mismatch) errors = {{"", lost_race_words}};
  visit.form.set("key", "");
  net::Response response = co_await enquiry_again(site, std::move(visit), std::move(errors), problem.status());
  co_return response;
}

}  // namespace

PageAnswer acknowledge_page(Site& site, Visit visit) {
  net::Response response = co_await on_enquiry(site, std::move(visit), "/acknowledge", "{}", FieldNames());
  co_return response;
}

PageAnswer information_page(Site& site, Visit visit) {
  std::string body = message::ObjectWriter().text("information", base::trimmed(visit.form.value("information"))).done();
  FieldNames names = {{"/information", "information|Information"}};
  net::Response response =
      co_await on_enquiry(site, std::move(visit), "/information", std::move(body), std::move(names));
  co_return response;
}

PageAnswer withdraw_page(Site& site, Visit visit) {
  std::string body = message::ObjectWriter().text("reason", base::trimmed(visit.form.value("reason"))).done();
  FieldNames names = {{"/reason", "reason|Reason"}};
  net::Response response = co_await on_enquiry(site, std::move(visit), "/withdraw", std::move(body), std::move(names));
  co_return response;
}

}  // namespace broker::web::pages
