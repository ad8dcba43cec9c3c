// What many pages need: answering with a frame, forms with their hidden fields, and calling the API's handlers.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/base/result.h"
#include "broker/web/components/content.h"
#include "broker/web/components/form.h"
#include "broker/web/components/navigation.h"
#include "broker/web/pages/page.h"
#include "broker/web/response.h"
#include "broker/web/words.h"

namespace broker::web::pages {

// The page, 200 or, when the frame has errors, the status given.
net::Response show(const Visit& visit, const Frame& frame, int status = 200);

// A page that says what is not there or not for this visitor.
net::Response show_not_found(const Visit& visit);
net::Response show_not_permitted(const Visit& visit, const std::string& why);
// A refusal that belongs to no field.
net::Response show_problem(const Visit& visit, const base::Problem& problem);

// `<form method="post" action=…>` around the content, with the session's token, the idempotency key of this filling-in
// (the same again when the form comes back with its errors) and the version it is made against.
Html form_to(const Visit& visit, const std::string& action, const Html& content, int64_t version = 0);
// The same for a form that carries a file.
Html file_form_to(const Visit& visit, const std::string& action, const Html& content);
Html hidden(std::string_view name, std::string_view value);

// A call of the API in the name of the visitor, under the form's idempotency key and, for an event, made against the
// form's version. Throws as the store does while the database is away.
boost::asio::awaitable<base::Result<api::Answer>> call_api(Site& site, const Visit& visit, std::string method,
                                                           std::string path, std::string body);

// The same for a file.
boost::asio::awaitable<base::Result<api::Answer>> send_file(Site& site, const Visit& visit, std::string path,
                                                            FormFile file);

// The fields of a form by the pointers of the API's body: {"/location/start_date", "start_date-day|Start date"}: the id
// of the field, and the words that the message begins with. A pointer matches what lies below it too.
using FieldNames = std::vector<std::pair<std::string_view, std::string_view>>;
// What the API refused, as errors of the form in the order of the names, which is the page's.
FormErrors errors_of(const base::Problem& problem, const FieldNames& names);
// The message at this field, if there is one.
std::optional<ErrorMessage> error_at(const FormErrors& errors, std::string_view field);

// Three fields `<name>-day`, `-month`, `-year` as YYYY-MM-DD; empty when all are empty, and what was typed, which no
// calendar knows, otherwise.
std::string typed_date(const Form& form, const std::string& name);
// The date's inputs with what the form holds.
Html date_field(const Form& form, const std::string& name, const std::string& legend, const std::string& help,
                const FormErrors& errors);
Html text_field(const Form& form, const std::string& name, const std::string& title, const FormErrors& errors,
                const std::string& help = {}, const std::string& classes = {});
Html text_area(const Form& form, const std::string& name, const std::string& title, const FormErrors& errors,
               const std::string& help = {});

// Records that this person looked at a child, for the audit log and for who reads the case.
boost::asio::awaitable<void> record_look(Site& site, const Visit& visit, store::Look look);

Html paragraph(const Html& content);
Html title(const Html& content, const Html& caption = {});     // the page's one h1
Html subtitle(const Html& content, std::string_view id = {});  // h2
Html link(const std::string& address, const Html& content);
// A wide table, with a caption, that scrolls in itself.
Html scrolling_table(Table table, const std::string& id);
Html muted(const Html& content);
Html code(std::string_view value);

// The tag of a status: colour and words.
Html coloured_tag(std::string_view words, std::string_view colour);

struct Figure {
  std::string number;
  std::string words;
  bool is_alert = false;
};
Html figures(const std::vector<Figure>& list);

}  // namespace broker::web::pages
