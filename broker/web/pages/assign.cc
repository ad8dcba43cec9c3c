// Cases ticked on the work list go to one of the authority's officers.
#include "broker/message/object_writer.h"
#include "broker/store/officers.h"
#include "broker/web/pages/case_parts.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/parts.h"

namespace broker::web::pages {

Html assign_form(const Visit& visit, const std::string& view, const Html& work,
                 const std::vector<store::Officer>& officers) {
  Select choice = {.name = "officer",
                   .label = {.content = "Assign the selected cases to"_html, .classes = "govuk-label--s"},
                   .items = {{.text = "Nobody in particular", .value = ""}},
                   .value = visit.visitor.officer};
  constexpr domain::Roles workers = domain::roles_of(domain::Role::officer) | domain::roles_of(domain::Role::reviewer) |
                                    domain::roles_of(domain::Role::coordinator);
  for (const store::Officer& one : officers) {
    if (one.is_disabled || (one.roles & workers) == 0) continue;
    choice.items.push_back({.text = one.name.empty() ? one.id : one.name, .value = one.id});
  }
  Html fields = work;
  fields << "<div class=\"app-noprint\">\n"_html << hidden("view", view) << select(choice)
         << button({.content = "Assign selected"_html,
                    .classes = "govuk-button--secondary",
                    .prevents_double_click = true})
         << "</div>\n"_html;
  return form_to(visit, "/work-list/assign", fields);
}

namespace {

// Some may be assigned and others not: each is a command of its own.
net::Response show_unassigned(const Visit& visit, const std::string& what, const std::string& why, int status) {
  Frame frame = {.title = what, .section = "/work-list"};
  frame.before = back_link({.href = "/work-list?view=cases", .content = "Back to the work list"_html});
  frame.content << title(text(what)) << paragraph(text(why));
  return show(visit, frame, status);
}

}  // namespace

PageAnswer assign_cases(Site& site, Visit visit) {
  const std::string key = visit.form.value("key");
  const std::string body = message::ObjectWriter().text("officer", visit.form.value("officer")).done();
  int64_t refused = 0;
  base::Problem last;
  const auto cases = visit.form.values("case");
  if (cases.empty())
    co_return show_unassigned(visit, "No case was selected", "Tick the cases to assign, then try again.", 422);
  for (const std::string& id : cases) {
    if (!base::is_id(id)) co_return show_not_found(visit);
    // A command each, under a key of its own.
    visit.form.set("key", key + "." + id);
    const auto answer = co_await call_api(site, visit, "POST", "/cases/" + id + "/assign", body);
    if (answer) continue;
    ++refused;
    last = answer.error();
  }
  if (refused > 0) {
    std::string why = last.detail.empty() ? std::string(base::kind_of(last.type).title) : last.detail;
    if (refused < static_cast<int64_t>(cases.size())) why += " The other cases that you selected are assigned.";
    co_return show_unassigned(visit, counted(refused, "case was not assigned", "cases were not assigned"), why,
                              last.status());
  }
  co_return redirect(visit.form.value("view") == "mine" ? "/work-list?view=mine" : "/work-list?view=cases");
}

}  // namespace broker::web::pages
