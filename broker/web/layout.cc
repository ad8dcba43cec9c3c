#include "broker/web/layout.h"

#include "broker/web/assets.h"
#include "broker/web/components/content.h"
#include "broker/web/components/form.h"
#include "broker/web/components/navigation.h"
#include "broker/web/words.h"

namespace broker::web {
namespace {

using namespace components;

constexpr std::string_view service = "Waymark: children missing education";

struct Section {
  std::string_view title;
  std::string_view address;
  unsigned roles;
};
constexpr Section sections[] = {
    {"Work list", "/work-list", casework_roles},
    {"Cases", "/cases", casework_roles},
    {"Lost pupils", "/uploads", casework_roles | school_role},
    {"Match review", "/matches", casework_roles},
    {"Register and reports", "/reports", casework_roles},
    {"Removal from roll", "/removals", school_role},
    {"Audit", "/audit", auditor_role | coordinator_role},
    {"Settings", "/settings", casework_roles},
    {"Operator", "/operator", operator_role},
    {"Sign out", "/sign-out", ~0U},
};

std::string organisation_of(const Visitor* visitor) {
  if (visitor == nullptr) return "Waymark";
  if (visitor->has(operator_role)) return "Waymark operator";
  if (!visitor->school.empty()) return "School " + visitor->school + ", " + authority_name(visitor->authority);
  return authority_name(visitor->authority);
}

std::string role_words(const Visitor& visitor) {
  std::string words;
  const std::pair<unsigned, const char*> names[] = {{officer_role, "officer"},         {reviewer_role, "reviewer"},
                                                    {coordinator_role, "coordinator"}, {school_role, "school"},
                                                    {auditor_role, "auditor"},         {operator_role, "operator"}};
  for (const auto& [role, name] : names) {
    if (visitor.has(role)) words += (words.empty() ? "" : ", ") + std::string(name);
  }
  return words;
}

Html header(const Frame& frame, const Visitor* visitor) {
  const std::string home = visitor == nullptr ? "/sign-in" : "/";
  ServiceNavigation navigation = {.service_name = std::string(service), .service_url = home};
  if (visitor != nullptr) {
    for (const Section& section : sections) {
      if (!visitor->has(section.roles)) continue;
      navigation.navigation.push_back({.content = text(section.title),
                                       .href = std::string(section.address),
                                       .is_active = section.address == frame.section});
    }
  }
  Html html = "<header class=\"govuk-template__header\">\n"_html;
  html << generic_header({.url = home, .logo = text(organisation_of(visitor)), .classes = "app-header"});
  html << service_navigation(navigation);
  if (visitor != nullptr && visitor->is_sandbox) {
    html << "<div class=\"govuk-width-container\">\n"_html
         << phase_banner(
                {.tag = "Sandbox"_html, .content = "All children, officers and cases shown here are invented."_html})
         << "</div>\n"_html;
  }
  html << "</header>\n"_html;
  return html;
}

Html footer(const Visitor* visitor) {
  Html html =
      "<footer class=\"govuk-template__footer\">\n<div class=\"govuk-footer\">\n<div class=\"govuk-width-container\">\n"
      "<div class=\"govuk-footer__meta\">\n<div class=\"govuk-footer__meta-item govuk-footer__meta-item--grow\">\n"
      "<h2 class=\"govuk-visually-hidden\">Support links</h2>\n<ul class=\"govuk-footer__inline-list\">\n"_html;
  const std::pair<const char*, const char*> links[] = {
      {"/help", "Help"}, {"/accessibility", "Accessibility statement"}, {"/privacy", "Privacy notice"}};
  for (const auto& [address, title] : links) {
    html << "<li class=\"govuk-footer__inline-list-item\"><a class=\"govuk-footer__link\" href=\""_html << address
         << "\">"_html << title << "</a></li>\n"_html;
  }
  html << "</ul>\n"_html;
  if (visitor != nullptr) {
    html << "<p class=\"govuk-body-s\">Signed in as "_html << (visitor->name.empty() ? visitor->officer : visitor->name)
         << ", "_html << organisation_of(visitor) << ", "_html << role_words(*visitor) << "."_html;
    if (!visitor->has(operator_role)) html << " Every page you open about a child is recorded."_html;
    html << "</p>\n"_html;
  }
  html << "</div>\n</div>\n</div>\n</div>\n</footer>\n"_html;
  return html;
}

Html summary_of(const FormErrors& errors) {
  if (errors.empty()) return {};
  ErrorSummary summary = {.title = "There is a problem"_html};
  for (const FormError& error : errors) {
    summary.errors.push_back({text(error.sentence), error.field.empty() ? "" : "#" + error.field, {}});
  }
  return error_summary(summary);
}

}  // namespace

std::string document(const Frame& frame, const Visitor* visitor) {
  Html html =
      "<!DOCTYPE html>\n<html lang=\"en\" class=\"govuk-template\">\n<head>\n<meta charset=\"utf-8\">\n<title>"_html;
  html << (frame.errors.empty() ? ""_html : "Error: "_html) << frame.title << " - "_html << service;
  html << "</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\n"
          "<meta name=\"theme-color\" content=\"#1d2d4c\">\n<meta name=\"robots\" content=\"noindex\">\n"
          "<link rel=\"stylesheet\" href=\""_html
       << asset_address("app.css") << "\">\n<link rel=\"icon\" href=\""_html << asset_address("mark.svg")
       << "\" type=\"image/svg+xml\">\n</head>\n"_html;
  html << "<body"_html << class_attribute({"govuk-template__body", frame.is_wide ? "app-wide" : ""})
       << ">\n<script src=\""_html << asset_address("enabled.js") << "\"></script>\n"_html;
  html << skip_link({.href = "#main-content", .content = "Skip to main content"_html}) << header(frame, visitor);
  // A back link stands alone; whatever is on a page stands in a landmark.
  const bool is_link = frame.before.markup().starts_with("<a");
  html << "<div class=\"govuk-width-container\">\n"_html << (is_link ? "<nav aria-label=\"Back\">\n"_html : ""_html)
       << frame.before << (is_link ? "</nav>\n"_html : ""_html)
       << "<main class=\"govuk-main-wrapper\" id=\"main-content\" tabindex=\"-1\">\n"_html << summary_of(frame.errors)
       << frame.content << "</main>\n</div>\n"_html << footer(visitor);
  html << "<script type=\"module\" src=\""_html << asset_address("start.js") << "\"></script>\n</body>\n</html>\n"_html;
  return html.markup();
}

}  // namespace broker::web
