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

PageAnswer assign_cases(Site& site, Visit visit) {
  const std::string key = visit.form.value("key");
  const std::string body = message::ObjectWriter().text("officer", visit.form.value("officer")).done();
  for (const std::string& id : visit.form.values("case")) {
    if (!base::is_id(id)) continue;
    // A command each, under a key of its own.
    visit.form.set("key", key + "." + id);
    const auto answer = co_await call_api(site, visit, "POST", "/cases/" + id + "/assign", body);
    // One that was closed meanwhile has nobody to work on it, and stops no other.
    if (!answer && answer.error().status() >= 500) co_return show_problem(visit, answer.error());
  }
  co_return redirect(visit.form.value("view") == "mine" ? "/work-list?view=mine" : "/work-list?view=cases");
}

}  // namespace broker::web::pages
