#include "broker/web/components/content.h"

namespace broker::web::components {

Html tag(const Tag& params) {
  return join("<strong"_html, class_attribute({"govuk-tag", params.classes}), attributes(params.attributes), ">"_html,
              params.content, "</strong>\n"_html);
}

Html inset_text(const InsetText& params) {
  return join("<div"_html, attribute("id"_html, params.id), class_attribute({"govuk-inset-text", params.classes}),
              attributes(params.attributes), ">"_html, params.content, "</div>\n"_html);
}

Html warning_text(const WarningText& params) {
  return join("<div"_html, class_attribute({"govuk-warning-text", params.classes}), attributes(params.attributes),
              "><span class=\"govuk-warning-text__icon\" aria-hidden=\"true\">!</span>\n"
              "<strong class=\"govuk-warning-text__text\">\n<span class=\"govuk-visually-hidden\">"_html,
              params.icon_fallback_text, "</span> "_html, params.content, "</strong>\n</div>\n"_html);
}

Html details(const Details& params) {
  return join("<details"_html, attribute("id"_html, params.id), class_attribute({"govuk-details", params.classes}),
              attributes(params.attributes), params.is_open ? " open"_html : ""_html,
              ">\n<summary class=\"govuk-details__summary\">\n<span class=\"govuk-details__summary-text\">"_html,
              params.summary, "</span>\n</summary>\n<div class=\"govuk-details__text\">"_html, params.content,
              "</div>\n</details>\n"_html);
}

Html panel(const Panel& params) {
  Html html = join("<div"_html, class_attribute({"govuk-panel", "govuk-panel--confirmation", params.classes}),
                   attributes(params.attributes), ">\n<h"_html, params.heading_level,
                   " class=\"govuk-panel__title\">"_html, params.title, "</h"_html, params.heading_level, ">\n"_html);
  if (!params.content.is_empty()) html << "<div class=\"govuk-panel__body\">"_html << params.content << "</div>\n"_html;
  html << "</div>\n"_html;
  return html;
}

Html notification_banner(const NotificationBanner& params) {
  const std::string role = !params.role.empty() ? params.role : params.is_success ? "alert" : "region";
  Html html = join("<div"_html,
                   class_attribute({"govuk-notification-banner",
                                    params.is_success ? "govuk-notification-banner--success" : "", params.classes}),
                   " role=\""_html, role, "\" aria-labelledby=\""_html, params.title_id,
                   "\" data-module=\"govuk-notification-banner\""_html);
  if (params.disables_auto_focus) {
    html << " data-disable-auto-focus=\""_html << (*params.disables_auto_focus ? "true"_html : "false"_html)
         << "\""_html;
  }
  html << attributes(params.attributes) << ">\n<div class=\"govuk-notification-banner__header\">\n<h"_html
       << params.title_heading_level << " class=\"govuk-notification-banner__title\" id=\""_html << params.title_id
       << "\">"_html;
  if (!params.title.is_empty()) {
    html << params.title;
  } else {
    html << (params.is_success ? "Success"_html : "Important"_html);
  }
  html << "</h"_html << params.title_heading_level
       << ">\n</div>\n<div class=\"govuk-notification-banner__content\">\n"_html;
  if (!params.content.is_empty()) {
    html << params.content;
  } else if (!params.text.is_empty()) {
    html << "<p class=\"govuk-notification-banner__heading\">"_html << params.text << "</p>\n"_html;
  }
  html << "</div>\n</div>\n"_html;
  return html;
}

namespace {

Html action_link(const Action& action, const Html& card_title) {
  Html html = join("<a"_html, class_attribute({"govuk-link", action.classes}), " href=\""_html, action.href, "\""_html,
                   attributes(action.attributes), ">"_html, action.content);
  if (!action.visually_hidden_text.empty() || !card_title.is_empty()) {
    html << "<span class=\"govuk-visually-hidden\">"_html;
    if (!action.visually_hidden_text.empty()) html << " "_html << action.visually_hidden_text;
    if (!card_title.is_empty()) html << " ("_html << card_title << ")"_html;
    html << "</span>"_html;
  }
  html << "</a>"_html;
  return html;
}

Html summary_row(const SummaryRow& row, bool is_without_actions, const Html& card_title) {
  Html html = join("<div"_html,
                   class_attribute({"govuk-summary-list__row",
                                    is_without_actions ? "govuk-summary-list__row--no-actions" : "", row.classes}),
                   ">\n<dt"_html, class_attribute({"govuk-summary-list__key", row.key_classes}), ">"_html, row.key,
                   "</dt>\n<dd"_html, class_attribute({"govuk-summary-list__value", row.value_classes}), ">"_html,
                   row.value, "</dd>\n"_html);
  if (row.actions && !row.actions->items.empty()) {
    html << "<dd"_html << class_attribute({"govuk-summary-list__actions", row.actions->classes}) << ">\n"_html;
    if (row.actions->items.size() == 1) {
      html << action_link(row.actions->items.front(), card_title);
    } else {
      html << "<ul class=\"govuk-summary-list__actions-list\">\n"_html;
      for (const Action& action : row.actions->items) {
        html << "<li class=\"govuk-summary-list__actions-list-item\">"_html << action_link(action, card_title)
             << "</li>\n"_html;
      }
      html << "</ul>\n"_html;
    }
    html << "</dd>\n"_html;
  }
  html << "</div>\n"_html;
  return html;
}

Html card_around(const Card& card, const Html& content) {
  Html html = join("<div"_html, class_attribute({"govuk-summary-card", card.classes}), attributes(card.attributes),
                   ">\n<div class=\"govuk-summary-card__title-wrapper\">\n"_html);
  if (!card.title.is_empty()) {
    html << "<h"_html << card.heading_level << class_attribute({"govuk-summary-card__title", card.title_classes})
         << ">"_html << card.title << "</h"_html << card.heading_level << ">\n"_html;
  }
  if (card.actions.items.size() == 1) {
    html << "<div"_html << class_attribute({"govuk-summary-card__actions", card.actions.classes}) << ">"_html
         << action_link(card.actions.items.front(), card.title) << "</div>\n"_html;
  } else if (!card.actions.items.empty()) {
    html << "<ul"_html << class_attribute({"govuk-summary-card__actions", card.actions.classes}) << ">\n"_html;
    for (const Action& action : card.actions.items) {
      html << "<li class=\"govuk-summary-card__action\">"_html << action_link(action, card.title) << "</li>\n"_html;
    }
    html << "</ul>\n"_html;
  }
  html << "</div>\n<div class=\"govuk-summary-card__content\">\n"_html << content << "</div>\n</div>\n"_html;
  return html;
}

}  // namespace

Html summary_list(const SummaryList& params) {
  bool has_actions = false;
  for (const SummaryRow& row : params.rows) has_actions |= row.actions && !row.actions->items.empty();
  const Html card_title = params.card ? params.card->title : Html();
  Html list = join("<dl"_html, class_attribute({"govuk-summary-list", params.classes}), attributes(params.attributes),
                   ">\n"_html);
  for (const SummaryRow& row : params.rows) {
    list << summary_row(row, has_actions && !row.actions, card_title);
  }
  list << "</dl>\n"_html;
  return params.card ? card_around(*params.card, list) : list;
}

namespace {

Html spans(const Cell& cell) {
  Html html;
  if (cell.colspan > 0) html << " colspan=\""_html << cell.colspan << "\""_html;
  if (cell.rowspan > 0) html << " rowspan=\""_html << cell.rowspan << "\""_html;
  html << attributes(cell.attributes);
  return html;
}

std::string format_class(std::string_view element, const std::string& format) {
  return format.empty() ? std::string() : std::string(element) + "--" + format;
}

}  // namespace

Html table(const Table& params) {
  Html html =
      join("<table"_html, class_attribute({"govuk-table", params.classes}), attributes(params.attributes), ">\n"_html);
  if (!params.caption.empty()) {
    html << "<caption"_html << class_attribute({"govuk-table__caption", params.caption_classes}) << ">"_html
         << params.caption << "</caption>\n"_html;
  }
  if (params.head) {
    html << "<thead class=\"govuk-table__head\">\n<tr class=\"govuk-table__row\">\n"_html;
    for (const Cell& cell : *params.head) {
      html << "<th scope=\"col\""_html
           << class_attribute({"govuk-table__header", format_class("govuk-table__header", cell.format), cell.classes})
           << spans(cell) << ">"_html << cell.content << "</th>\n"_html;
    }
    html << "</tr>\n</thead>\n"_html;
  }
  html << "<tbody class=\"govuk-table__body\">\n"_html;
  for (const auto& row : params.rows) {
    html << "<tr class=\"govuk-table__row\">\n"_html;
    bool is_header = params.has_row_headers;
    for (const Cell& cell : row) {
      if (is_header) {
        html << "<th scope=\"row\""_html << class_attribute({"govuk-table__header", cell.classes}) << spans(cell)
             << ">"_html << cell.content << "</th>\n"_html;
      } else {
        html << "<td"_html
             << class_attribute({"govuk-table__cell", format_class("govuk-table__cell", cell.format), cell.classes})
             << spans(cell) << ">"_html << cell.content << "</td>\n"_html;
      }
      is_header = false;
    }
    html << "</tr>\n"_html;
  }
  html << "</tbody>\n</table>\n"_html;
  return html;
}

Html phase_banner(const PhaseBanner& params) {
  const std::string tag_classes =
      "govuk-phase-banner__content__tag" + (params.tag_classes.empty() ? "" : " " + params.tag_classes);
  return join("<div"_html, class_attribute({"govuk-phase-banner", "govuk-width-container", params.classes}),
              attributes(params.attributes), ">\n<p class=\"govuk-phase-banner__content\">\n"_html,
              tag({.content = params.tag, .classes = tag_classes}), "<span class=\"govuk-phase-banner__text\">"_html,
              params.content, "</span>\n</p>\n</div>\n"_html);
}

}  // namespace broker::web::components
