// The directory of officers: who may sign in for this authority, and as what. Its lead keeps it; an operator keeps that
// of the operators.
#include "broker/store/officers.h"

#include <algorithm>

#include "broker/base/text.h"
#include "broker/message/object_writer.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

using domain::Role;
using store::Officer;

constexpr int64_t officers_a_page = 200;

struct RoleWords {
  Role role;
  const char* title;
  const char* help;
};
constexpr RoleWords role_words[] = {
    {Role::officer, "Officer", "Works on cases and enquiries"},
    {Role::reviewer, "Reviewer", "May also be the second officer where two have to agree"},
    {Role::coordinator, "Coordinator", "The lead for children missing education: keeps settings and officers too"},
    {Role::auditor, "Auditor", "Reads the audit log and changes nothing"},
    {Role::school, "School", "Acts for one school and has no other role"},
};
constexpr RoleWords operator_words[] = {{Role::operator_, "Operator", "Runs the broker and never sees a child"}};

std::span<const RoleWords> roles_for(const Visitor& visitor) {
  if (visitor.has(operator_role)) return operator_words;
  return role_words;
}

const FieldNames field_names = {{"/name", "name|Name"}, {"/roles", "roles"}, {"/school", "school|School:"}};

std::string roles_in_words(domain::Roles roles) {
  std::string words;
  for (const std::string& name : domain::role_names(roles)) words += (words.empty() ? "" : ", ") + name;
  return words;
}

Frame frame_of(const Visit& visit, const std::string& words) {
  return {.title = words, .section = visit.visitor.has(operator_role) ? "/operator" : "/settings"};
}

std::string organisation(const Visitor& visitor) {
  return visitor.has(operator_role) ? "Operators of this broker" : authority_name(visitor.authority);
}

std::string address_of(const std::string& officer) {
  return "/officers/change?officer=" + officer;
}

Html officers_table(const store::Listed<Officer>& officers) {
  Table list = {.caption = "Who may sign in",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Name"_html},
                                          {.content = "Known to Waymark as"_html},
                                          {.content = "Roles"_html},
                                          {.content = "State"_html},
                                          {.content = "Changed"_html}},
                .has_row_headers = true};
  for (const Officer& one : officers.items) {
    const std::string of_school = one.school.empty() ? "" : " " + one.school;
    const bool has_signed_in = !one.subject.empty();
    list.rows.push_back({{.content = link(address_of(one.id), text(one.name.empty() ? one.id : one.name))},
                         {.content = code(one.id)},
                         {.content = text(roles_in_words(one.roles) + of_school)},
                         {.content = one.is_disabled ? coloured_tag("Disabled", "red")
                                     : has_signed_in ? coloured_tag("Has signed in", "green")
                                                     : coloured_tag("Enabled", "blue")},
                         {.content = text(web::words_of(one.changed))}});
  }
  return scrolling_table(list, "officers");
}

net::Response show_officer(const Visit& visit, const std::string& id, const Form& form,
                           const std::vector<std::string>& roles_held, FormErrors errors, int status) {
  const bool is_new = id.empty();
  Frame frame = frame_of(visit, is_new ? "Add an officer" : "Change an officer");
  frame.before = back_link({.href = "/officers", .content = "Back to officers"_html});
  Html fields;
  if (is_new) {
    fields << text_field(form, "officer", "What Waymark knows the officer as", errors,
                         "As the council’s account service names the officer, for example a.obi. Letters, digits "
                         "and . _ @ -. It can’t be changed later: the log keeps it.");
  } else {
    fields << hidden("officer", id) << hidden("is_known", "yes");
  }
  fields << text_field(form, "name", "Name", errors, "As colleagues and the audit log show it");
  Checkboxes roles = {
      .name = "roles",
      .fieldset = Fieldset{.legend = Legend{"What may the officer do?"_html, "govuk-fieldset__legend--s"}},
      .error = error_at(errors, "roles"),
      .values = roles_held};
  for (const RoleWords& one : roles_for(visit.visitor)) {
    roles.items.push_back({.value = domain::role_names(domain::roles_of(one.role)).front(),
                           .content = text(one.title),
                           .hint = Hint{.content = text(one.help)}});
  }
  fields << checkboxes(roles);
  if (!visit.visitor.has(operator_role)) {
    fields << text_field(form, "school", "School’s number (LAESTAB), for the role school alone", errors, "Seven digits",
                         "govuk-input--width-10");
  }
  fields << checkboxes({.name = "disabled",
                        .error = error_at(errors, "disabled"),
                        .items = {{.value = "yes",
                                   .content = "Disabled: may not sign in"_html,
                                   .hint = Hint{.content = "Signed out everywhere at once; what was done stays"_html}}},
                        .values = form.values("disabled")})
         << button({.content = "Save"_html, .prevents_double_click = true});
  frame.content << "<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html
                << title(text(frame.title), text(organisation(visit.visitor)))
                << (is_new ? Html() : paragraph(join("Known to Waymark as "_html, code(id), "."_html)))
                << form_to(visit, "/officers", fields) << "</div></div>\n"_html;
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

// Who keeps the directory stays able to: nobody shuts himself out of it by a slip.
FormErrors shutting_oneself_out(const Visitor& visitor, const std::string& id, const Form& form) {
  FormErrors errors;
  if (id != visitor.officer) return errors;
  const std::string keeper = visitor.has(operator_role) ? "operator" : "coordinator";
  const auto roles = form.values("roles");
  if (std::ranges::find(roles, keeper) == roles.end()) {
    errors.push_back({"roles", "You cannot take the role " + keeper + " from yourself. Another one can do it"});
  }
  if (form.has("disabled")) errors.push_back({"disabled", "You cannot disable yourself. Another " + keeper + " can"});
  return errors;
}

std::string officer_body(const Form& form) {
  message::ObjectWriter body;
  body.text("name", base::trimmed(form.value("name"))).texts("roles", form.values("roles"));
  body.put("school", base::trimmed(form.value("school")));
  return body.boolean("disabled", form.has("disabled")).done();
}

}  // namespace

PageAnswer officers_page(Site& site, Visit visit) {
  const store::Page page = {.after = visit.query("after"), .limit = officers_a_page};
  const auto officers = co_await store::list_officers(site.services.writer_pool, visit.visitor.authority, page);
  Frame frame = frame_of(visit, "Officers");
  frame.is_wide = true;
  frame.content << title("Officers"_html, text(organisation(visit.visitor)))
                << paragraph(
                       "An officer signs in with the account of the council. Who is disabled is signed out "
                       "everywhere at once. Each change stands in the audit log."_html)
                << button({.content = "Add an officer"_html, .href = "/officers/change"})
                << (officers.items.empty() ? paragraph("Nobody stands here yet."_html) : officers_table(officers));
  if (!officers.next.empty()) {
    frame.content << paragraph(link("/officers?after=" + officers.next, "More officers"_html));
  }
  co_return show(visit, frame);
}

PageAnswer officer_page(Site& site, Visit visit) {
  const std::string id = visit.query("officer");
  Form form;
  std::vector<std::string> roles;
  if (!id.empty()) {
    const auto officer = co_await store::find_officer(site.services.writer_pool, visit.visitor.authority, id);
    if (!officer) co_return show_not_found(visit);
    form.set("name", officer->name);
    form.set("school", officer->school);
    if (officer->is_disabled) form.set("disabled", "yes");
    roles = domain::role_names(officer->roles);
  }
  co_return show_officer(visit, id, form, roles, {}, 200);
}

PageAnswer save_officer_page(Site& site, Visit visit) {
  const Form& form = visit.form;
  const std::string id(base::trimmed(form.value("officer")));
  const bool is_change = form.has("is_known");
  const auto held = co_await store::find_officer(site.services.writer_pool, visit.visitor.authority, id);
  const std::string directory = visit.visitor.has(operator_role) ? "operator" : visit.visitor.authority;
  FormErrors errors;
  int status = 422;
  if (!certs::read_identity("urn:waymark:officer:314:" + id)) {
    errors = {{"officer", "Enter what Waymark knows the officer as: letters, digits and . _ @ -"}};
  } else if (held && !is_change) {
    errors = {{"officer", "Another officer is known by this already"}};
  } else if (errors = shutting_oneself_out(visit.visitor, id, form); errors.empty()) {
    const auto answer =
        co_await call_api(site, visit, "PUT", "/authorities/" + directory + "/officers/" + id, officer_body(form));
    if (answer) co_return redirect("/officers");
    errors = errors_of(answer.error(), field_names);
    status = answer.error().status();
  }
  co_return show_officer(visit, is_change ? id : "", form, form.values("roles"), std::move(errors), status);
}

}  // namespace broker::web::pages
