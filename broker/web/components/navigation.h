// What leads through the pages: GOV.UK Frontend's navigation components, and the Ministry of Justice's sub-navigation,
// timeline, badge and identity bar.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/web/components/html.h"

namespace broker::web::components {

struct BackLink {
  std::string href = "#";
  Html content;  // "Back" where empty
  std::string classes;
  Attributes attributes;
};
Html back_link(const BackLink& params);

struct SkipLink {
  std::string href = "#content";
  Html content;
  std::string classes;
  Attributes attributes;
};
Html skip_link(const SkipLink& params);

struct Crumb {
  Html content;
  std::string href;
  Attributes attributes;
};
struct Breadcrumbs {
  std::vector<Crumb> items;
  std::string label = "Breadcrumb";
  bool collapses_on_mobile = false;
  std::string classes;
  Attributes attributes;
};
Html breadcrumbs(const Breadcrumbs& params);

struct GenericHeader {
  std::string url = "/";
  Html logo;
  std::string container_classes = "govuk-width-container";
  std::string classes;
  Attributes attributes;
};
Html generic_header(const GenericHeader& params);

struct NavigationItem {
  Html content;
  std::string href;
  bool is_active = false;   // the section that the page is in
  bool is_current = false;  // the page itself
  Attributes attributes;
};
struct ServiceNavigation {
  std::string service_name;
  std::string service_url;
  std::vector<NavigationItem> navigation;
  std::string aria_label = "Service information";
  std::string menu_button_text = "Menu";
  std::string menu_button_label;
  std::string navigation_label;
  std::string navigation_id = "navigation";
  std::string navigation_classes;
  std::optional<bool> collapses_on_mobile;
  std::string classes;
  Attributes attributes;
};
Html service_navigation(const ServiceNavigation& params);

struct PageLink {
  std::string href;
  Html content;
  std::string label;
  Attributes attributes;
};
struct PageItem {
  std::string number;
  std::string href;
  bool is_current = false;
  bool is_ellipsis = false;
  std::optional<std::string> visually_hidden_text;
  Attributes attributes;
};
struct Pagination {
  std::vector<PageItem> items;
  std::optional<PageLink> previous;
  std::optional<PageLink> next;
  std::string landmark_label = "Pagination";
  std::string classes;
  Attributes attributes;
};
Html pagination(const Pagination& params);

// MoJ Frontend.
struct SubNavigation {
  std::string label;
  std::vector<NavigationItem> items;
  std::string classes;
};
Html sub_navigation(const SubNavigation& params);

struct TimelineEntry {
  Html label;
  Html byline;
  std::string datetime;  // RFC 3339
  std::string time;      // in words
  std::string more;      // after the time, in words
  Html content;
};
struct Timeline {
  std::vector<TimelineEntry> items;
  int heading_level = 3;
};
Html timeline(const Timeline& params);

struct Badge {
  Html content;
  std::string classes;
};
Html badge(const Badge& params);

struct IdentityBar {
  Html title;
  Html reference;
};
Html identity_bar(const IdentityBar& params);

}  // namespace broker::web::components
