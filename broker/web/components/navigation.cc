#include "broker/web/components/navigation.h"

namespace broker::web::components {

Html back_link(const BackLink& params) {
  Html html = join("<a href=\""_html, params.href, "\""_html, class_attribute({"govuk-back-link", params.classes}),
                   attributes(params.attributes), ">"_html);
  html << (params.content.is_empty() ? Html("Back"_html) : params.content) << "</a>\n"_html;
  return html;
}

Html skip_link(const SkipLink& params) {
  return join("<a href=\""_html, params.href, "\""_html, class_attribute({"govuk-skip-link", params.classes}),
              attributes(params.attributes), " data-module=\"govuk-skip-link\">"_html, params.content, "</a>\n"_html);
}

Html breadcrumbs(const Breadcrumbs& params) {
  Html html = join("<nav"_html,
                   class_attribute({"govuk-breadcrumbs", params.classes,
                                    params.collapses_on_mobile ? "govuk-breadcrumbs--collapse-on-mobile" : ""}),
                   attributes(params.attributes), " aria-label=\""_html, params.label,
                   "\">\n<ol class=\"govuk-breadcrumbs__list\">\n"_html);
  for (const Crumb& item : params.items) {
    if (item.href.empty()) {
      html << "<li class=\"govuk-breadcrumbs__list-item\" aria-current=\"page\">"_html << item.content
           << "</li>\n"_html;
    } else {
      html << "<li class=\"govuk-breadcrumbs__list-item\">\n<a class=\"govuk-breadcrumbs__link\" href=\""_html
           << item.href << "\""_html << attributes(item.attributes) << ">"_html << item.content << "</a>\n</li>\n"_html;
    }
  }
  html << "</ol>\n</nav>\n"_html;
  return html;
}

Html generic_header(const GenericHeader& params) {
  return join("<div"_html, class_attribute({"govuk-generic-header", params.classes}), attributes(params.attributes),
              ">\n<div"_html, class_attribute({"govuk-generic-header__container", params.container_classes}),
              ">\n<div class=\"govuk-generic-header__logo\">\n<a href=\""_html, params.url,
              "\" class=\"govuk-generic-header__homepage-link\">"_html, params.logo,
              "</a>\n</div>\n</div>\n</div>\n"_html);
}

namespace {

Html service_item(const NavigationItem& item) {
  const bool is_active = item.is_active || item.is_current;
  Html html = join(
      "<li"_html,
      class_attribute({"govuk-service-navigation__item", is_active ? "govuk-service-navigation__item--active" : ""}),
      ">\n"_html);
  Html current;
  if (is_active) current = item.is_current ? " aria-current=\"page\""_html : " aria-current=\"true\""_html;
  Html content = item.content;
  if (is_active) {
    content = join("<strong class=\"govuk-service-navigation__active-fallback\">"_html, content, "</strong>"_html);
  }
  if (!item.href.empty()) {
    html << "<a class=\"govuk-service-navigation__link\" href=\""_html << item.href << "\""_html << current
         << attributes(item.attributes) << ">"_html << content << "</a>\n"_html;
  } else if (!item.content.is_empty()) {
    html << "<span class=\"govuk-service-navigation__text\""_html << current << ">"_html << content << "</span>\n"_html;
  }
  html << "</li>\n"_html;
  return html;
}

Html service_menu(const ServiceNavigation& params) {
  const std::string& label = params.navigation_label.empty() ? params.menu_button_text : params.navigation_label;
  Html html = join("<nav aria-label=\""_html, label, "\""_html,
                   class_attribute({"govuk-service-navigation__wrapper", params.navigation_classes}), ">\n"_html);
  if (params.collapses_on_mobile.value_or(params.navigation.size() > 1)) {
    html << "<button type=\"button\" class=\"govuk-service-navigation__toggle govuk-js-service-navigation-toggle\" "
            "aria-controls=\""_html
         << params.navigation_id << "\""_html;
    if (params.menu_button_label != params.menu_button_text) {
      html << attribute("aria-label"_html, params.menu_button_label);
    }
    html << " hidden aria-hidden=\"true\">"_html << params.menu_button_text << "</button>\n"_html;
  }
  html << "<ul class=\"govuk-service-navigation__list\" id=\""_html << params.navigation_id << "\">\n"_html;
  for (const NavigationItem& item : params.navigation) html << service_item(item);
  html << "</ul>\n</nav>\n"_html;
  return html;
}

}  // namespace

Html service_navigation(const ServiceNavigation& params) {
  Html common = class_attribute({"govuk-service-navigation", params.classes});
  common << " data-module=\"govuk-service-navigation\""_html << attributes(params.attributes);
  Html inner = "<div class=\"govuk-width-container\">\n<div class=\"govuk-service-navigation__container\">\n"_html;
  if (!params.service_name.empty()) {
    inner << "<span class=\"govuk-service-navigation__service-name\">\n"_html;
    if (params.service_url.empty()) {
      inner << "<span class=\"govuk-service-navigation__text\">"_html << params.service_name << "</span>\n"_html;
    } else {
      inner << "<a href=\""_html << params.service_url << "\" class=\"govuk-service-navigation__link\">"_html
            << params.service_name << "</a>\n"_html;
    }
    inner << "</span>\n"_html;
  }
  if (!params.navigation.empty()) inner << service_menu(params);
  inner << "</div>\n</div>\n"_html;
  if (params.service_name.empty()) return join("<div"_html, common, ">\n"_html, inner, "</div>\n"_html);
  return join("<section aria-label=\""_html, params.aria_label, "\""_html, common, ">\n"_html, inner,
              "</section>\n"_html);
}

namespace {

Html arrow_link(const PageLink& link, bool is_next, bool is_block) {
  const Html arrow =
      is_next
          ? Html(R"(<svg class="govuk-pagination__icon govuk-pagination__icon--next")"
                 R"( xmlns="http://www.w3.org/2000/svg" height="13" width="15" aria-hidden="true" focusable="false")"
                 R"( viewBox="0 0 15 13"><path d="m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896)"
                 R"(l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z"></path></svg>)"_html)
          : Html(R"(<svg class="govuk-pagination__icon govuk-pagination__icon--prev")"
                 R"( xmlns="http://www.w3.org/2000/svg" height="13" width="15" aria-hidden="true" focusable="false")"
                 R"( viewBox="0 0 15 13"><path d="m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449)"
                 R"(-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z"></path></svg>)"_html);
  const Markup type = is_next ? "next"_html : "prev"_html;
  Html html = join("<div class=\"govuk-pagination__"_html, type,
                   "\">\n<a class=\"govuk-link govuk-pagination__link\" href=\""_html, link.href, "\" rel=\""_html,
                   type, "\""_html, attributes(link.attributes), ">\n"_html);
  if (is_block || !is_next) html << arrow;
  html << "<span"_html
       << class_attribute({"govuk-pagination__link-title",
                           is_block && link.label.empty() ? "govuk-pagination__link-title--decorated" : ""})
       << ">"_html;
  if (link.content.is_empty()) {
    html << (is_next ? "Next"_html : "Previous"_html) << "<span class=\"govuk-visually-hidden\"> page</span>"_html;
  } else {
    html << link.content;
  }
  html << "</span>\n"_html;
  if (!link.label.empty() && is_block) {
    html << "<span class=\"govuk-visually-hidden\">:</span>\n<span class=\"govuk-pagination__link-label\">"_html
         << link.label << "</span>\n"_html;
  }
  if (!is_block && is_next) html << arrow;
  html << "</a>\n</div>\n"_html;
  return html;
}

Html page_item(const PageItem& item) {
  Html html = join("<li"_html,
                   class_attribute({"govuk-pagination__item", item.is_current ? "govuk-pagination__item--current" : "",
                                    item.is_ellipsis ? "govuk-pagination__item--ellipsis" : ""}),
                   ">\n"_html);
  if (item.is_ellipsis) {
    html << "&ctdot;"_html;
  } else {
    html << "<a class=\"govuk-link govuk-pagination__link\" href=\""_html << item.href << "\" aria-label=\""_html
         << item.visually_hidden_text.value_or("Page " + item.number) << "\""_html
         << (item.is_current ? " aria-current=\"page\""_html : ""_html) << attributes(item.attributes) << ">"_html
         << item.number << "</a>\n"_html;
  }
  html << "</li>\n"_html;
  return html;
}

}  // namespace

Html pagination(const Pagination& params) {
  const bool is_block = params.items.empty() && (params.next || params.previous);
  Html html = join("<nav"_html,
                   class_attribute({"govuk-pagination", is_block ? "govuk-pagination--block" : "", params.classes}),
                   " aria-label=\""_html, params.landmark_label, "\""_html, attributes(params.attributes), ">\n"_html);
  if (params.previous && !params.previous->href.empty()) html << arrow_link(*params.previous, false, is_block);
  if (!params.items.empty()) {
    html << "<ul class=\"govuk-pagination__list\">\n"_html;
    for (const PageItem& item : params.items) html << page_item(item);
    html << "</ul>\n"_html;
  }
  if (params.next && !params.next->href.empty()) html << arrow_link(*params.next, true, is_block);
  html << "</nav>\n"_html;
  return html;
}

Html sub_navigation(const SubNavigation& params) {
  Html html = join("<nav"_html, class_attribute({"moj-sub-navigation", params.classes}), " aria-label=\""_html,
                   params.label, "\">\n<ul class=\"moj-sub-navigation__list\">\n"_html);
  for (const NavigationItem& item : params.items) {
    html << "<li class=\"moj-sub-navigation__item\"><a class=\"moj-sub-navigation__link\""_html
         << (item.is_current ? " aria-current=\"page\""_html : ""_html) << " href=\""_html << item.href << "\""_html
         << attributes(item.attributes) << ">"_html << item.content << "</a></li>\n"_html;
  }
  html << "</ul>\n</nav>\n"_html;
  return html;
}

Html timeline(const Timeline& params) {
  Html html = "<div class=\"moj-timeline\">\n"_html;
  for (const TimelineEntry& item : params.items) {
    html << "<div class=\"moj-timeline__item\">\n<div class=\"moj-timeline__header\"><h"_html << params.heading_level
         << " class=\"moj-timeline__title\">"_html << item.label << "</h"_html << params.heading_level << "> "_html;
    if (!item.byline.is_empty()) html << "<p class=\"moj-timeline__byline\">by "_html << item.byline << "</p>"_html;
    html << "</div>\n<p class=\"moj-timeline__date\"><time datetime=\""_html << item.datetime << "\">"_html << item.time
         << "</time>"_html << item.more << "</p>\n"_html;
    if (!item.content.is_empty()) {
      html << "<div class=\"moj-timeline__description\">"_html << item.content << "</div>\n"_html;
    }
    html << "</div>\n"_html;
  }
  html << "</div>\n"_html;
  return html;
}

Html badge(const Badge& params) {
  return join("<span"_html, class_attribute({"moj-badge", params.classes}), ">"_html, params.content, "</span>\n"_html);
}

Html identity_bar(const IdentityBar& params) {
  return join(
      "<div class=\"moj-identity-bar\">\n<div class=\"moj-identity-bar__container\">\n"
      "<div class=\"moj-identity-bar__details\">\n<span class=\"moj-identity-bar__title\">"_html,
      params.title, "</span> "_html, params.reference, "</div>\n</div>\n</div>\n"_html);
}

}  // namespace broker::web::components
