// GOV.UK Frontend's components that show something, as typed functions; see form.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/web/components/html.h"

namespace broker::web::components {

struct Tag {
  Html content;
  std::string classes;
  Attributes attributes;
};
Html tag(const Tag& params);

struct InsetText {
  Html content;
  std::string id;
  std::string classes;
  Attributes attributes;
};
Html inset_text(const InsetText& params);

struct WarningText {
  Html content;
  std::string icon_fallback_text = "Warning";
  std::string classes;
  Attributes attributes;
};
Html warning_text(const WarningText& params);

struct Details {
  Html summary;
  Html content;
  std::string id;
  bool is_open = false;
  std::string classes;
  Attributes attributes;
};
Html details(const Details& params);

struct Panel {
  Html title;
  Html content;
  int heading_level = 1;
  std::string classes;
  Attributes attributes;
};
Html panel(const Panel& params);

struct NotificationBanner {
  Html text;     // one line, shown as a heading
  Html content;  // instead of the text
  Html title;
  std::string title_id = "govuk-notification-banner-title";
  int title_heading_level = 2;
  bool is_success = false;
  std::string role;
  std::string classes;
  std::optional<bool> disables_auto_focus;
  Attributes attributes;
};
Html notification_banner(const NotificationBanner& params);

struct Action {
  std::string href;
  Html content;
  std::string visually_hidden_text;
  std::string classes;
  Attributes attributes;
};
struct Actions {
  std::vector<Action> items;
  std::string classes;
};
struct SummaryRow {
  Html key;
  Html value;
  std::optional<Actions> actions;
  std::string classes;
  std::string key_classes;
  std::string value_classes;
};
struct Card {
  Html title;
  int heading_level = 2;
  std::string title_classes;
  Actions actions;
  std::string classes;
  Attributes attributes;
};
struct SummaryList {
  std::vector<SummaryRow> rows;
  std::optional<Card> card;
  std::string classes;
  Attributes attributes;
};
Html summary_list(const SummaryList& params);

struct Cell {
  Html content;
  std::string format;  // "numeric" or empty
  std::string classes;
  int colspan = 0;
  int rowspan = 0;
  Attributes attributes;
};
struct Table {
  std::string caption;
  std::string caption_classes;
  std::optional<std::vector<Cell>> head;
  std::vector<std::vector<Cell>> rows;
  bool has_row_headers = false;
  std::string classes;
  Attributes attributes;
};
Html table(const Table& params);

struct PhaseBanner {
  Html tag;
  Html content;
  std::string tag_classes;
  std::string classes;
  Attributes attributes;
};
Html phase_banner(const PhaseBanner& params);

}  // namespace broker::web::components
