// Uploading lost pupils and arrivals, what became of the rows, and the query for one child.
#include "broker/store/uploads.h"

#include <algorithm>
#include <cstdio>

#include "broker/api/refused_rows.h"
#include "broker/base/text.h"
#include "broker/domain/reference/directory.h"
#include "broker/message/match.h"
#include "broker/message/resource.h"
#include "broker/store/work_list.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/narrate.h"

namespace broker::web::pages {
namespace {

constexpr int64_t errors_shown = 200;

std::string kind_words(const std::string& kind) {
  return kind == "arrivals" ? "Arrivals" : kind == "lost_pupils" ? "Lost pupils" : "Transfer file";
}

Html upload_form(const Visit& visit, const FormErrors& errors) {
  Html fields =
      radios({.name = "kind",
              .fieldset = Fieldset{.legend = Legend{"What is in the file?"_html, "govuk-fieldset__legend--m"}},
              .error = error_at(errors, "kind"),
              .items = {{.value = "lost_pupils",
                         .content = "Lost pupils"_html,
                         .hint = Hint{.content = "They have left, or were absent for 20 school days, and nobody "
                                                 "knows where they now go to school"_html}},
                        {.value = "arrivals",
                         .content = "Arrivals"_html,
                         .hint = Hint{.content = "They have joined a school or the area"_html}}},
              .value = visit.form.value("kind")});
  fields << file_upload(
      {.name = "file",
       .label = {.content = "File"_html, .classes = "govuk-label--m"},
       .hint = Hint{.content = "A common transfer file (CTF XML, one pupil per lost file), a leaver or "
                               "joiner file (CML, CMJ) or our CSV template. Up to 20 MB."_html},
       .error = error_at(errors, "file")});
  fields << checkboxes(
      {.name = "agreed",
       .fieldset = Fieldset{.legend = Legend{"Before you upload"_html, "govuk-fieldset__legend--s"}},
       .error = error_at(errors, "agreed"),
       .items = {{.value = "yes",
                  .content = "The education welfare service has agreed that these pupils are lost, or the "
                             "pupils in the file have arrived"_html}},
       .values = visit.form.values("agreed")});
  fields << button({.content = "Upload and check"_html, .prevents_double_click = true});
  return file_form_to(visit, "/uploads", fields);
}

Html latest(const std::vector<store::UploadRow>& uploads) {
  if (uploads.empty()) return {};
  Table list = {.caption = "Latest uploads",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "File"_html},
                                          {.content = "Kind"_html},
                                          {.content = "When"_html},
                                          {.content = "Added"_html, .format = "numeric"},
                                          {.content = "With errors"_html, .format = "numeric"}},
                .has_row_headers = true};
  for (const store::UploadRow& one : uploads) {
    list.rows.push_back({{.content = link("/uploads/" + one.id, text(one.filename.empty() ? "No name" : one.filename))},
                         {.content = text(kind_words(one.kind))},
                         {.content = text(web::words_of(one.time))},
                         {.content = text(std::to_string(one.accepted)), .format = "numeric"},
                         {.content = text(std::to_string(one.rejected)), .format = "numeric"}});
  }
  return scrolling_table(list, "uploads");
}

boost::asio::awaitable<net::Response> show_uploads(Site& site, const Visit& visit, FormErrors errors, int status) {
  const auto uploads = co_await store::latest_uploads(site.services.pool, visit.visitor.viewer(), 20);
  Frame frame = {.title = "Upload lost pupils or arrivals", .section = "/uploads"};
  frame.content = title(text(frame.title));
  frame.content << upload_form(visit, errors)
                << paragraph(join(link("/uploads/template.csv", "Download the CSV template"_html), " or "_html,
                                  link("/help", "read how files are checked"_html), "."_html))
                << latest(uploads);
  frame.errors = std::move(errors);
  co_return show(visit, frame, status);
}

Html errors_table(const std::vector<store::UploadError>& errors) {
  Table list = {.caption = "Errors, in row order",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Row"_html, .format = "numeric"},
                                          {.content = "Pupil"_html},
                                          {.content = "Column"_html},
                                          {.content = "In your file"_html},
                                          {.content = "Problem and what to do"_html},
                                          {.content = "Code"_html}}};
  for (const store::UploadError& one : errors) {
    const std::string forename = api::value_in(one, "forename");
    const std::string name(base::trimmed(forename + " " + api::value_in(one, "surname")));
    const std::string typed = api::value_in(one, one.column);
    // Of a transfer file no row is kept.
    const char* nothing = one.text.empty() ? "not kept" : "empty";
    list.rows.push_back({{.content = text(std::to_string(one.row)), .format = "numeric"},
                         {.content = name.empty() ? muted(text(one.text.empty() ? nothing : "no name")) : text(name)},
                         {.content = code(one.column)},
                         {.content = typed.empty() ? muted(text(nothing)) : code(typed)},
                         {.content = text(one.reason)},
                         {.content = code(one.code)}});
  }
  return scrolling_table(list, "errors");
}

}  // namespace

namespace {

// Refused rows are shown with what they say.
store::Look look_at_errors(const store::UploadRow& upload) {
  return {.action = "look.upload_errors", .subject = upload.id, .children = {{upload.id, upload.authority}}};
}

}  // namespace

PageAnswer uploads_page(Site& site, Visit visit) {
  net::Response response = co_await show_uploads(site, visit, FormErrors(), 200);
  co_return response;
}

PageAnswer upload_template(Site&, Visit) {
  co_return csv_response(
      "waymark-template.csv",
      "record_id,upn,former_upn,forename,middle_names,surname,dob,sex,address_line1,address_line2,town,"
      "postcode,school_laestab,year_group,guardian_name,leaving_date,start_date\r\n");
}

PageAnswer upload_page(Site& site, Visit visit) {
  FormErrors errors;
  const std::string kind = visit.form.value("kind");
  if (kind != "lost_pupils" && kind != "arrivals") errors.push_back({"kind", "Select what is in the file"});
  if (!visit.form.file() || visit.form.file()->name.empty()) errors.push_back({"file", "Choose a file"});
  if (!visit.form.has("agreed")) errors.push_back({"agreed", "Confirm that the pupils are lost or have arrived"});
  int status = 422;
  if (errors.empty()) {
    FormFile file = std::move(*visit.form.file());
    const auto answer = co_await send_file(site, visit, "/uploads?kind=" + kind, std::move(file));
    if (answer) {
      for (const auto& [name, value] : answer->headers) {
        if (name == "Location") co_return redirect(value.substr(3));
      }
    }
    if (!answer) {
      errors = errors_of(answer.error(), FieldNames());
      for (FormError& error : errors) error.field = "file";
      status = answer.error().status();
    }
    visit.form.set("key", "");
  }
  net::Response response = co_await show_uploads(site, visit, std::move(errors), status);
  co_return response;
}

PageAnswer upload_report(Site& site, Visit visit) {
  const auto found = co_await store::find_upload(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!found) co_return show_not_found(visit);
  store::Page page{"", errors_shown};
  const auto errors = co_await store::list_upload_errors(site.services.pool, visit.visitor.viewer(), visit.id(), page);
  const store::UploadRow& upload = found->upload;
  if (!errors.items.empty()) co_await record_look(site, visit, look_at_errors(upload));
  Frame frame = {.section = "/uploads", .is_wide = true};
  frame.title = upload.rejected == 0 ? "All " + counted(upload.received, "row was read", "rows were read")
                                     : std::to_string(upload.rejected) + " of " +
                                           counted(upload.received, "row needs fixing", "rows need fixing");
  frame.before = back_link({.href = "/uploads", .content = "Back to uploads"_html});
  frame.content << title(text(frame.title),
                         text("Upload of " + base::lowered(kind_words(upload.kind)) + ", " + upload.filename))
                << figures({{std::to_string(upload.accepted), "added"},
                            {std::to_string(upload.duplicates), "already on Waymark"},
                            {std::to_string(upload.rejected), "with errors", upload.rejected > 0},
                            {std::to_string(found->matches), "possible matches found"}});
  frame.content << paragraph(join("Number of this upload: "_html, code(upload.id), ". Sent by "_html, upload.officer,
                                  ", "_html, web::words_of(upload.time), "."_html));
  if (upload.status == "processing") {
    frame.content << inset_text(
        {.content = "The file is large and is still being read. Load this page again in a minute."_html});
  }
  for (const std::string& warning : upload.warnings) frame.content << inset_text({.content = text(warning)});
  if (upload.rejected > 0) {
    frame.content << paragraph(
                         "The good rows were added. Fix the others and send them again; rows already added are "
                         "recognised and not added twice."_html)
                  << errors_table(errors.items) << subtitle("Fix the file"_html)
                  << "<ol class=\"govuk-list govuk-list--number\">\n<li>"_html;
    const bool has_rows = std::ranges::any_of(errors.items, [](const auto& one) { return !one.text.empty(); });
    if (has_rows) {
      frame.content
          << link("/uploads/" + upload.id + "/errors.csv",
                  "Download the rows that were refused, with what is wrong (CSV)"_html)
          << "</li>\n<li>Fix the rows. Keep dates as YYYY-MM-DD: some spreadsheets change them when you save."_html;
    } else {
      frame.content << "Mend the pupil’s record in your management information system, and make the file again."_html;
    }
    frame.content << "</li>\n<li>"_html << link("/uploads", "Upload the fixed file"_html) << "</li>\n</ol>\n"_html;
  }
  frame.content << subtitle("Possible matches"_html);
  if (found->matches == 0) {
    frame.content << paragraph("None so far. A record that comes later is compared with these rows too."_html);
  } else if (visit.visitor.has(casework_roles)) {
    frame.content << paragraph(
        join(text(counted(found->matches, "pupil in this file may be a child that somebody looks for. ",
                          "pupils in this file may be children that somebody looks for. ")),
             link("/matches?upload=" + upload.id, "Check the possible matches"_html), "."_html));
  } else {
    frame.content << paragraph("Your authority has been told and checks them."_html);
  }
  co_return show(visit, frame);
}

PageAnswer upload_errors_csv(Site& site, Visit visit) {
  const auto found = co_await store::find_upload(site.services.pool, visit.visitor.viewer(), visit.id());
  if (!found) co_return show_not_found(visit);
  co_await record_look(site, visit, look_at_errors(found->upload));
  std::string csv;
  store::Page page{"", 500};
  do {
    const auto errors =
        co_await store::list_upload_errors(site.services.pool, visit.visitor.viewer(), visit.id(), page);
    csv += csv.empty() ? api::mendable_csv(errors.items) : api::mendable_rows(errors.items);
    page.after = errors.next;
  } while (!page.after.empty());
  co_return csv_response("errors-" + visit.id() + ".csv", std::move(csv));
}

namespace {

const FieldNames query_names = {{"/child/forename", "forename|First name"},       {"/child/surname", "surname|Surname"},
                                {"/child/dob", "dob-day|Date of birth"},          {"/child/upn", "upn|UPN"},
                                {"/child/address/postcode", "postcode|Postcode"}, {"/purpose", "purpose|Purpose"}};

net::Response show_query(const Visit& visit, FormErrors errors, int status) {
  Frame frame = {.title = "Has this child arrived anywhere?", .section = "/work-list"};
  frame.before = back_link({.href = "/work-list", .content = "Back to work list"_html});
  Html fields = paragraph(
      "This searches the records that authorities have uploaded. It needs a UPN, or a name and a date "
      "of birth. The authority that holds a record is told that it was found, and your search is "
      "recorded."_html);
  fields << child_fields(visit.form, errors)
         << text_field(visit.form, "purpose", "Why do you ask?", errors, "Kept with the search", "govuk-!-width-full")
         << button({.content = "Search"_html, .prevents_double_click = true});
  frame.content = join("<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n"_html,
                       title(text(frame.title)), form_to(visit, "/query", fields), "</div></div>\n"_html);
  frame.errors = std::move(errors);
  return show(visit, frame, status);
}

// The answers of the API begin with their id.
std::string id_in(const std::string& body) {
  constexpr std::string_view start = "{\"id\":\"";
  return body.starts_with(start) ? body.substr(start.size(), 36) : std::string();
}

}  // namespace

PageAnswer query_page(Site&, Visit visit) {
  co_return show_query(visit, {}, 200);
}

PageAnswer ask_query_page(Site& site, Visit visit) {
  const std::string body = message::ObjectWriter()
                               .json("child", child_body(visit.form))
                               .text("purpose", base::trimmed(visit.form.value("purpose")))
                               .done();
  const auto answer = co_await call_api(site, visit, "POST", "/queries", body);
  if (answer) {
    std::string target = "/query/" + id_in(answer->body);
    // Codes of authorities, which are kept nowhere: what they hold is restricted.
    for (const std::string& one : message::decode_contact_us(answer->body)) {
      target += (target.find('?') == std::string::npos ? "?ask=" : "&ask=") + one;
    }
    co_return redirect(target);
  }
  FormErrors errors = errors_of(answer.error(), query_names);
  visit.form.set("key", "");
  co_return show_query(visit, std::move(errors), answer.error().status());
}

PageAnswer query_result_page(Site& site, Visit visit) {
  store::MatchFilter filter{"", visit.id()};
  store::Page page{"", 50};
  const auto list = co_await store::list_matches(site.services.pool, visit.visitor.viewer(), filter, page);
  Table rows = {.caption = "Authorities that may hold a record of this child",
                .caption_classes = "govuk-table__caption--m",
                .head = std::vector<Cell>{{.content = "Authority"_html},
                                          {.content = "Kind of record"_html},
                                          {.content = "Band"_html},
                                          {.content = "Probability"_html, .format = "numeric"},
                                          {.content = "Details that agree"_html}},
                .has_row_headers = true};
  for (const store::StoredMatch& one : list.items) {
    // Only who asked sees what was found.
    if (one.match.seeker.authority != visit.visitor.authority || one.match.seeker.upload_id != visit.id()) continue;
    std::string agreeing;
    for (const domain::Evidence& evidence : one.match.evidence) {
      if (evidence.agreement == "exact" || evidence.agreement == "close") {
        agreeing += (agreeing.empty() ? "" : ", ") + field_words(evidence.field);
      }
    }
    char probability[16];
    std::snprintf(probability, sizeof probability, "%.3f", one.match.probability);
    rows.rows.push_back({{.content = text(authority_name(one.match.holder.authority))},
                         {.content = text(words_of(one.match.holder.kind))},
                         {.content = one.match.band == domain::MatchBand::match ? coloured_tag("Match", "green")
                                                                                : coloured_tag("Review", "yellow")},
                         {.content = text(probability), .format = "numeric"},
                         {.content = text(agreeing)}});
  }
  Frame frame = {.title = "What the search found", .section = "/work-list", .is_wide = true};
  frame.before = back_link({.href = "/query", .content = "Search again"_html});
  frame.content << title(text(frame.title));
  bool may_ask = false;
  for (const auto& [name, value] : visit.request.query) {
    if (name != "ask" || !domain::reference::is_known_authority(value)) continue;
    may_ask = true;
    frame.content << inset_text(
        {.content = text(authority_name(value) + " may know more of this child, and tells it only to an officer who "
                                                 "asks. It has been told that you looked. Contact its officers.")});
  }
  if (rows.rows.empty() && !may_ask) {
    frame.content << paragraph(
        "No authority has uploaded a record that may be this child. That is no proof that the child is "
        "nowhere: not every school uploads every day."_html);
  } else if (!rows.rows.empty()) {
    frame.content << scrolling_table(rows, "found")
                  << paragraph("To learn more, open a case and send that authority an enquiry."_html);
  }
  frame.content << button({.content = "Open a case"_html, .href = "/cases/new"});
  co_return show(visit, frame);
}

}  // namespace broker::web::pages
