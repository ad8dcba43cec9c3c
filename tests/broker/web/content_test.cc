// Content and navigation components against the fixtures of GOV.UK Frontend: the same HTML for each case whose options
// we support.
#include "broker/web/components/content.h"

#include "broker/web/components/navigation.h"
#include "tests/broker/web/fixture_options.h"

namespace broker::web::components {
namespace {

Actions actions_of(const Json& json) {
  Options o(json);
  Actions actions;
  actions.classes = o.text("classes");
  for (const Json& one : o.json("items")) {
    Options a(one);
    actions.items.push_back({.href = a.text("href"),
                             .content = a.content(),
                             .visually_hidden_text = a.text("visuallyHiddenText"),
                             .classes = a.text("classes"),
                             .attributes = a.attributes()});
  }
  return actions;
}
std::vector<Cell> cells_of(const Json& json) {
  std::vector<Cell> cells;
  for (const Json& one : json) {
    Options o(one);
    Cell cell = {.content = o.content(), .format = o.text("format"), .classes = o.text("classes")};
    cell.colspan = std::stoi(o.text("colspan", "0"));
    cell.rowspan = std::stoi(o.text("rowspan", "0"));
    cell.attributes = o.attributes();
    cells.push_back(std::move(cell));
  }
  return cells;
}
PageLink page_link_of(const Json& json) {
  Options o(json);
  return {.href = o.text("href"), .content = o.content(), .label = o.text("labelText"), .attributes = o.attributes()};
}

Html make_summary_list(Options& o) {
  SummaryList list = {.classes = o.text("classes"), .attributes = o.attributes()};
  for (const Json& json : o.json("rows")) {
    if (!json.is_object()) continue;
    Options r(json);
    SummaryRow row;
    row.classes = r.text("classes");
    Options key(r.json("key")), value(r.json("value"));
    row.key = key.content();
    row.key_classes = key.text("classes");
    row.value = value.content();
    row.value_classes = value.text("classes");
    if (r.has("actions")) row.actions = actions_of(r.json("actions"));
    list.rows.push_back(std::move(row));
  }
  if (o.has("card")) {
    Options c(o.json("card"));
    Card card = {.actions = actions_of(c.json("actions")), .classes = c.text("classes"), .attributes = c.attributes()};
    Options t(c.json("title"));
    card.title = t.content();
    card.title_classes = t.text("classes");
    card.heading_level = std::stoi(t.text("headingLevel", "2"));
    list.card = std::move(card);
  }
  return summary_list(list);
}

Html make_service_navigation(Options& o) {
  ServiceNavigation n = {.service_name = o.text("serviceName"), .service_url = o.text("serviceUrl")};
  n.aria_label = o.text("ariaLabel", n.aria_label);
  n.menu_button_text = o.text("menuButtonText", n.menu_button_text);
  n.menu_button_label = o.text("menuButtonLabel");
  n.navigation_label = o.text("navigationLabel");
  n.navigation_id = o.text("navigationId", n.navigation_id);
  n.navigation_classes = o.text("navigationClasses");
  n.collapses_on_mobile = o.flag_or_none("collapseNavigationOnMobile");
  n.classes = o.text("classes");
  n.attributes = o.attributes();
  for (const Json& json : o.json("navigation")) {
    if (!json.is_object()) continue;
    Options i(json);
    n.navigation.push_back({.content = i.content(),
                            .href = i.text("href"),
                            .is_active = i.flag("active"),
                            .is_current = i.flag("current"),
                            .attributes = i.attributes()});
  }
  return service_navigation(n);
}

Html make_pagination(Options& o) {
  Pagination p = {.landmark_label = o.text("landmarkLabel", "Pagination"),
                  .classes = o.text("classes"),
                  .attributes = o.attributes()};
  for (const Json& json : o.json("items")) {
    if (!json.is_object() || json.empty()) continue;
    Options i(json);
    PageItem item = {.number = i.text("number"),
                     .href = i.text("href"),
                     .is_current = i.flag("current"),
                     .is_ellipsis = i.flag("ellipsis"),
                     .attributes = i.attributes()};
    if (i.has("visuallyHiddenText")) item.visually_hidden_text = i.text("visuallyHiddenText");
    p.items.push_back(std::move(item));
  }
  if (o.has("previous")) p.previous = page_link_of(o.json("previous"));
  if (o.has("next")) p.next = page_link_of(o.json("next"));
  return pagination(p);
}

Html make_notification_banner(Options& o) {
  const std::string type = o.text("type");
  if (!type.empty() && type != "success") throw Unsupported{"type"};
  NotificationBanner b = {.title = o.content("titleText", "titleHtml"),
                          .is_success = type == "success",
                          .role = o.text("role"),
                          .classes = o.text("classes"),
                          .disables_auto_focus = o.flag_or_none("disableAutoFocus"),
                          .attributes = o.attributes()};
  b.title_id = o.text("titleId", b.title_id);
  b.title_heading_level = std::stoi(o.text("titleHeadingLevel", "2"));
  b.content = FixtureHtml::of(o.text("html"));
  b.text = text(o.text("text"));
  return notification_banner(b);
}

const std::map<std::string, Make>& makers() {
  static const std::map<std::string, Make> all = {
      {"back-link",
       [](Options& o) {
         return back_link({.href = o.text("href", "#"),
                           .content = o.content(),
                           .classes = o.text("classes"),
                           .attributes = o.attributes()});
       }},
      {"breadcrumbs",
       [](Options& o) {
         Breadcrumbs b = {.label = o.text("labelText", "Breadcrumb"),
                          .collapses_on_mobile = o.flag("collapseOnMobile"),
                          .classes = o.text("classes"),
                          .attributes = o.attributes()};
         for (const Json& json : o.json("items")) {
           Options i(json);
           b.items.push_back({i.content(), i.text("href"), i.attributes()});
         }
         return breadcrumbs(b);
       }},
      {"details",
       [](Options& o) {
         return details({.summary = o.content("summaryText", "summaryHtml"),
                         .content = o.content(),
                         .id = o.text("id"),
                         .is_open = o.flag("open"),
                         .classes = o.text("classes"),
                         .attributes = o.attributes()});
       }},
      {"generic-header",
       [](Options& o) {
         GenericHeader h = {.url = o.text("url", "/"),
                            .logo = o.content("logoText", "logoHtml"),
                            .classes = o.text("classes"),
                            .attributes = o.attributes()};
         h.container_classes = o.text("containerClasses", h.container_classes);
         return generic_header(h);
       }},
      {"inset-text",
       [](Options& o) {
         return inset_text(
             {.content = o.content(), .id = o.text("id"), .classes = o.text("classes"), .attributes = o.attributes()});
       }},
      {"notification-banner", make_notification_banner},
      {"pagination", make_pagination},
      {"panel",
       [](Options& o) {
         if (o.text("classes").find("interruption") != std::string::npos) throw Unsupported{"interruption"};
         return panel({.title = o.content("titleText", "titleHtml"),
                       .content = o.content(),
                       .heading_level = std::stoi(o.text("headingLevel", "1")),
                       .classes = o.text("classes"),
                       .attributes = o.attributes()});
       }},
      {"phase-banner",
       [](Options& o) {
         PhaseBanner b = {.content = o.content(), .classes = o.text("classes"), .attributes = o.attributes()};
         Options t(o.json("tag"));
         b.tag = t.content();
         b.tag_classes = t.text("classes");
         return phase_banner(b);
       }},
      {"service-navigation", make_service_navigation},
      {"skip-link",
       [](Options& o) {
         return skip_link({.href = o.text("href", "#content"),
                           .content = o.content(),
                           .classes = o.text("classes"),
                           .attributes = o.attributes()});
       }},
      {"summary-list", make_summary_list},
      {"table",
       [](Options& o) {
         Table t = {.caption = o.text("caption"),
                    .caption_classes = o.text("captionClasses"),
                    .has_row_headers = o.flag("firstCellIsHeader"),
                    .classes = o.text("classes"),
                    .attributes = o.attributes()};
         if (o.has("head")) t.head = cells_of(o.json("head"));
         for (const Json& row : o.json("rows")) {
           if (row.is_array()) t.rows.push_back(cells_of(row));
         }
         return table(t);
       }},
      {"tag",
       [](Options& o) {
         return tag({.content = o.content(), .classes = o.text("classes"), .attributes = o.attributes()});
       }},
      {"warning-text", [](Options& o) {
         WarningText w = {.content = o.content(), .classes = o.text("classes"), .attributes = o.attributes()};
         w.icon_fallback_text = o.text("iconFallbackText", "Warning");
         return warning_text(w);
       }}};
  return all;
}

TEST(ContentComponents, GiveTheHtmlOfGovukFrontend) {
  expect_html_of_fixtures(makers(), "unsupported_content.txt");
}

}  // namespace
}  // namespace broker::web::components
