// The table of pages, and the one place where a visitor is let in to them.
#include <array>

#include "broker/base/body_file.h"
#include "broker/base/text.h"
#include "broker/postgres/errors.h"
#include "broker/web/assets.h"
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/parts.h"
#include "broker/web/pages/report_pages.h"

namespace broker::web::pages {
namespace {

constexpr size_t upload_bytes_max = 20 * 1024 * 1024 + form_bytes_max;

constexpr unsigned everybody = 0;

constexpr unsigned signed_in = ~0U;
constexpr unsigned casework = casework_roles;

constexpr Page table_of_pages[] = {
    {"GET", "/", signed_in, home_page},
    {"GET", "/help", everybody, help_page},
    {"GET", "/accessibility", everybody, accessibility_page},
    {"GET", "/privacy", everybody, privacy_page},
    {"GET", "/work-list", casework, work_list_page},
    {"POST", "/work-list", casework, search_work},
    {"POST", "/work-list/assign", casework, assign_cases},
    {"GET", "/cases", casework, cases_page},
    {"GET", "/cases/new", casework, new_case_page},
    {"POST", "/cases/new", casework, open_case_page},
    {"GET", "/cases/{}", casework, case_page},
    {"GET", "/cases/{}/enquiries/new", casework, send_enquiry_page},
    {"POST", "/cases/{}/enquiries/check", casework, check_enquiry_page},
    {"POST", "/cases/{}/enquiries", casework, post_enquiry},
    {"GET", "/cases/{}/checks/new", casework, new_check_page},
    {"POST", "/cases/{}/checks", casework, record_check_page},
    {"GET", "/cases/{}/subject-access", coordinator_role, case_subject_access_page},
    {"GET", "/subject-access", coordinator_role, subject_access_page},
    {"POST", "/subject-access", coordinator_role, ask_subject_access_page},
    {"POST", "/subject-access/download", coordinator_role, download_subject_access},
    {"GET", "/cases/{}/close", casework, case_action_page},
    {"POST", "/cases/{}/close", casework, do_case_action},
    {"GET", "/cases/{}/end", casework, case_action_page},
    {"POST", "/cases/{}/end", casework, do_case_action},
    {"GET", "/cases/{}/end/approve", reviewer_role | coordinator_role, case_action_page},
    {"POST", "/cases/{}/end/approve", reviewer_role | coordinator_role, do_case_action},
    {"GET", "/cases/{}/reopen", casework, case_action_page},
    {"POST", "/cases/{}/reopen", casework, do_case_action},
    {"GET", "/cases/{}/dispute", casework, case_action_page},
    {"POST", "/cases/{}/dispute", casework, do_case_action},
    {"GET", "/cases/{}/removal", casework, case_action_page},
    {"POST", "/cases/{}/removal", casework, do_case_action},
    {"GET", "/enquiries/{}", casework, enquiry_page},
    {"POST", "/enquiries/{}/answer", casework, answer_page},
    {"POST", "/enquiries/{}/acknowledge", casework, acknowledge_page},
    {"POST", "/enquiries/{}/information", casework, information_page},
    {"POST", "/enquiries/{}/withdraw", casework, withdraw_page},
    {"GET", "/matches", casework, matches_page},
    {"GET", "/matches/{}", casework, match_page},
    {"POST", "/matches/{}/decision", casework, decide_match_page},
    {"GET", "/uploads", casework | school_role, uploads_page},
    {"GET", "/uploads/template.csv", casework | school_role, upload_template},
    {"POST", "/uploads", casework | school_role, upload_page},
    {"GET", "/uploads/{}", casework | school_role, upload_report},
    {"GET", "/uploads/{}/errors.csv", casework | school_role, upload_errors_csv},
    {"GET", "/query", casework, query_page},
    {"POST", "/query", casework, ask_query_page},
    {"GET", "/query/{}", casework, query_result_page},
    {"GET", "/removals", school_role, removals_page},
    {"GET", "/removals/{}", school_role, removal_page},
    {"POST", "/removals/{}", school_role, confirm_removal_page},
    {"GET", "/reports", casework, register_page},
    {"GET", "/reports/register.csv", casework, report_csv},
    {"GET", "/reports/return.csv", casework, report_csv},
    {"GET", "/reports/performance.csv", casework, report_csv},
    {"GET", "/reports/return", casework, return_page},
    {"GET", "/reports/group", casework, group_page},
    {"POST", "/reports/group", coordinator_role, agree_page},
    {"POST", "/reports/freeze", coordinator_role, freeze_page},
    {"GET", "/terms", casework, terms_page},
    {"POST", "/terms", coordinator_role, import_terms_page},
    {"GET", "/settings", casework, settings_page},
    {"POST", "/settings", coordinator_role, save_settings_page},
    {"GET", "/officers", coordinator_role | operator_role, officers_page},
    {"GET", "/officers/change", coordinator_role | operator_role, officer_page},
    {"POST", "/officers", coordinator_role | operator_role, save_officer_page},
    {"GET", "/operator", operator_role, operator_page},
    {"POST", "/operator/bank-holidays", operator_role, import_bank_holidays_page},
    {"GET", "/audit", auditor_role | coordinator_role, audit_page},
    {"POST", "/audit", auditor_role | coordinator_role, search_audit_page},
};

// The ids of a path that fits the template.
std::optional<std::vector<std::string>> ids_in(std::string_view path, std::string_view pattern) {
  const auto parts = base::split(path, '/');
  const auto wanted = base::split(pattern, '/');
  if (parts.size() != wanted.size()) return std::nullopt;
  std::vector<std::string> ids;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (wanted[i] == "{}" && base::is_id(parts[i])) {
      ids.emplace_back(parts[i]);
    } else if (parts[i] != wanted[i]) {
      return std::nullopt;
    }
  }
  return ids;
}

const Page* find_page(const std::string& method, const std::string& path, std::vector<std::string>& ids) {
  for (const Page& page : table_of_pages) {
    if (page.method != method && !(method == "HEAD" && page.method == "GET")) continue;
    if (auto found = ids_in(path, page.path)) {
      ids = std::move(*found);
      return &page;
    }
  }
  return nullptr;
}

// Another site's page can neither send one of our forms nor be told what came of it.
bool is_cross_site(const net::Request& request) {
  const std::string* site = request.headers.find("Sec-Fetch-Site");
  return site != nullptr && *site != "same-origin" && *site != "none";
}

net::Response show_away(const Visit& visit) {
  Frame frame = {.title = "Waymark cannot reach its database"};
  frame.content << title("Waymark cannot reach its database"_html)
                << paragraph("Nothing was changed. Try again in a minute."_html);
  net::Response response = show(visit, frame, 503);
  response.headers.add("Retry-After", "2");
  return response;
}

// Why somebody is not let in to a page, before the form is looked at; nothing where he is.
std::optional<net::Response> refuse_entry(const Page* page, const Visit& visit, bool is_signed_in) {
  if (!is_signed_in && (page == nullptr || page->roles != everybody)) return redirect("/sign-in");
  if (page == nullptr) return show_not_found(visit);
  if (page->roles != everybody && !visit.visitor.has(page->roles)) {
    return show_not_permitted(visit, "This page is not for your role.");
  }
  return std::nullopt;
}

bool is_own_form(const Visit& visit, const Form& form) {
  return !is_cross_site(visit.request) && is_token(form.value("token"), visit.visitor.csrf_token);
}

net::Response refuse_form(const Visit& visit) {
  return show_not_permitted(visit,
                            "This form did not come from a page of yours, or you have signed in again since you opened "
                            "it. Open the page again and fill it in.");
}

}  // namespace

const std::string& Visit::query(std::string_view name) const {
  static const std::string nothing;
  const std::string* value = request.query_value(name);
  return value == nullptr ? nothing : *value;
}

std::span<const Page> pages() {
  return table_of_pages;
}

size_t body_limit(const std::string& method, const std::string& path) {
  return method == "POST" && path.starts_with("/uploads") ? upload_bytes_max : form_bytes_max;
}

std::optional<net::Response> Pages::turn_away(net::Request so_far, const Visitor* visitor) const {
  Visit visit;
  if (visitor != nullptr) visit.visitor = *visitor;
  const Page* page = find_page(so_far.method, so_far.path, visit.ids);
  visit.request = std::move(so_far);
  if (auto refusal = refuse_entry(page, visit, visitor != nullptr)) return refusal;
  // A page's form begins with its token.
  if (!is_own_form(visit, Form::read_beginning(visit.request))) return refuse_form(visit);
  return std::nullopt;
}

boost::asio::awaitable<net::Response> Pages::answer(net::Request request, const Visitor* visitor) {
  if (auto asset = asset_response(request)) co_return std::move(*asset);
  Visit visit;
  if (visitor != nullptr) visit.visitor = *visitor;
  const Page* page = find_page(request.method, request.path, visit.ids);
  visit.request = std::move(request);
  if (auto refusal = refuse_entry(page, visit, visitor != nullptr)) co_return std::move(*refusal);
  if (page->method == "POST") {
    // An upload of more than the listener keeps in memory lies in a file; a form is never larger than its limit.
    if (visit.request.body_file) {
      visit.request.body = visit.request.body_file->read(0, visit.request.body_file->size());
      visit.request.body_file.reset();
    }
    auto form = Form::read(visit.request);
    if (!form || !is_own_form(visit, *form)) co_return refuse_form(visit);
    visit.form = std::move(*form);
    visit.request.body.clear();
  }
  const Visit kept = {visit.visitor, visit.request, {}, {}};
  try {
    net::Response response = co_await page->answer(site_, std::move(visit));
    co_return response;
  } catch (const postgres::Unavailable&) {
  } catch (const postgres::DatabaseError& error) {
    if (!error.is_unavailable()) throw;
  }
  co_return show_away(kept);
}

}  // namespace broker::web::pages
