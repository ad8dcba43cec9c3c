#include "broker/web/pages/plots.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace broker::web::pages {
namespace {

using namespace components;

// A coordinate with one decimal at most.
std::string at(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.1f", value);
  std::string text = buffer.data();
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

Html line(double x1, double y1, double x2, double y2, Markup look) {
  return join("<line x1=\""_html, at(x1), "\" y1=\""_html, at(y1), "\" x2=\""_html, at(x2), "\" y2=\""_html, at(y2),
              "\" "_html, look, "/>"_html);
}

Html rect(double x, double y, double width, double height, Markup look) {
  return join("<rect x=\""_html, at(x), "\" y=\""_html, at(y), "\" width=\""_html, at(width), "\" height=\""_html,
              at(height), "\" "_html, look, "/>"_html);
}

Html words(double x, double y, Markup style, Markup anchor, const std::string& text) {
  return join("<text class=\""_html, style, "\" x=\""_html, at(x), "\" y=\""_html, at(y), "\" text-anchor=\""_html,
              anchor, "\">"_html, text, "</text>"_html);
}

constexpr Markup label = "app-plot__label"_html;
constexpr Markup bold = "app-plot__label--bold"_html;
constexpr Markup note = "app-plot__note"_html;
constexpr Markup tick = "app-plot__tick"_html;
constexpr Markup value = "app-plot__value"_html;

Html figure(const std::string& id, double width, double height, const std::string& title,
            const std::string& description, const Html& content) {
  return join(
      "<figure class=\"app-figure\" tabindex=\"0\"><svg class=\"app-plot\" role=\"img\" aria-labelledby=\""_html, id,
      "-t "_html, id, "-d\" viewBox=\"0 0 "_html, at(width), " "_html, at(height), "\" width=\""_html, at(width),
      "\" height=\""_html, at(height), "\" xmlns=\"http://www.w3.org/2000/svg\" focusable=\"false\"><title id=\""_html,
      id, "-t\">"_html, title, "</title><desc id=\""_html, id, "-d\">"_html, description, "</desc>"_html, content,
      "</svg></figure>\n"_html);
}

}  // namespace

std::string signed_figure(double number) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.1f", std::fabs(number));
  const std::string text = buffer.data();
  if (text == "0.0") return text;
  return (number < 0 ? "\u2212" : "+") + text;
}

Html school_day_clock(const std::string& title, const std::vector<ClockMark>& marks, int today,
                      const std::string& unit) {
  constexpr double left = 24;
  constexpr double right = 1056;
  constexpr double y = 62;
  int last = 21;
  for (const ClockMark& mark : marks) last = std::max(last, mark.day + 1);
  const int shown_today = std::clamp(today, 0, last);
  const auto x_of = [&](int day) { return left + (right - left) * day / last; };
  Html svg = line(left, y, right, y, "stroke=\"#b1b4b6\" stroke-width=\"8\""_html);
  svg << line(left, y, x_of(shown_today), y, "stroke=\"#1d70b8\" stroke-width=\"8\""_html);
  for (int day = 0; day <= last; ++day) {
    svg << line(x_of(day), y - 4, x_of(day), y + 4, "stroke=\"#ffffff\" stroke-width=\"1\""_html);
  }
  const std::string where =
      today > last ? "after " + unit + " " + std::to_string(last) : unit + " " + std::to_string(today);
  std::string description = "Today is " + where + ".";
  for (const ClockMark& mark : marks) {
    const double x = x_of(mark.day);
    svg << "<circle cx=\""_html << at(x) << "\" cy=\"62\" r=\"11\" "_html
        << (mark.is_met ? "fill=\"#00703c\"/>"_html : "fill=\"#ffffff\" stroke=\"#0b0c0c\" stroke-width=\"3\"/>"_html);
    if (mark.is_met) {
      svg << "<path d=\"M"_html << at(x - 5)
          << " 62l4 4 7-8\" fill=\"none\" stroke=\"#ffffff\" stroke-width=\"2.5\"/>"_html;
    }
    const Markup anchor = mark.day == 0 ? "start"_html : "middle"_html;
    const double text_x = mark.day == 0 ? 12 : x;
    svg << words(text_x, 108, bold, anchor, mark.label) << words(text_x, 124, note, anchor, mark.note);
    description += " " + mark.label + ": " + mark.note + ".";
  }
  const double x = x_of(shown_today);
  svg << "<path d=\"M"_html << at(x) << " 50l-8 -12h16z\" fill=\"#0b0c0c\"/>"_html;
  svg << words(x, 30, bold, x > right / 2 ? "end"_html : "start"_html, "Today: " + where);
  return figure("clk", 1080, 132, title, description, svg);
}

Html waterfall(const std::vector<WeightBar>& bars, double start, double total) {
  constexpr double left = 210;
  constexpr double right = 696;
  constexpr double room_for_figure = 40;
  double low = std::min({start, total, 0.0});
  double high = std::max({start, total, 0.0});
  double sum = start;
  for (const WeightBar& bar : bars) {
    sum += bar.weight;
    low = std::min(low, sum);
    high = std::max(high, sum);
  }
  low = std::floor(low / 5) * 5;
  high = std::ceil(high / 5) * 5 + 5;
  const auto x_of = [&](double weight) { return left + (right - left) * (weight - low) / (high - low); };
  const double bottom = 36 + 30 * static_cast<double>(bars.size() + 2);
  Html svg =
      "<defs><pattern id=\"wf-neg\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
      "patternTransform=\"rotate(45)\">"
      "<rect width=\"6\" height=\"6\" fill=\"#f6d7d2\"/><rect width=\"3\" height=\"6\" fill=\"#942514\"/></pattern></defs>"_html;
  const double step = high - low > 45 ? 10 : 5;
  for (double mark = low; mark <= high; mark += step) {
    svg << line(
        x_of(mark), 36, x_of(mark), bottom,
        mark == 0 ? "stroke=\"#0b0c0c\" stroke-width=\"1\""_html : "stroke=\"#cecece\" stroke-width=\"1\""_html);
    svg << words(x_of(mark), bottom + 18, tick, "middle"_html, at(mark));
  }
  std::string description = "Starts at " + signed_figure(start) + ".";
  svg << words(200, 59, label, "end"_html, "Starting point (before any detail)");
  svg << rect(x_of(std::min(start, 0.0)), 45, std::fabs(x_of(start) - x_of(0)), 20, "fill=\"#6f777b\""_html);
  svg << words(x_of(std::max(start, 0.0)) + 6, 59, value, "start"_html, signed_figure(start));
  double y = 75;
  sum = start;
  for (const WeightBar& bar : bars) {
    const double from = sum;
    sum += bar.weight;
    const double x = x_of(std::min(from, sum));
    const double width = std::fabs(x_of(sum) - x_of(from));
    svg << line(x_of(from), y - 10, x_of(from), y, "stroke=\"#0b0c0c\" stroke-width=\"1\""_html);
    svg << words(200, y + 14, label, "end"_html, bar.label);
    if (std::fabs(bar.weight) < 0.05) {
      svg << line(x_of(from), y - 1, x_of(from), y + 21, "stroke=\"#505a5f\" stroke-width=\"3\""_html);
    } else if (bar.weight < 0) {
      svg << rect(x, y, width, 20, "fill=\"url(#wf-neg)\" stroke=\"#942514\""_html);
    } else {
      svg << rect(x, y, width, 20, "fill=\"#12436d\""_html);
    }
    // At the left edge stands the name of the detail.
    if (bar.weight < 0 && x - room_for_figure > left) {
      svg << words(x - 6, y + 14, value, "end"_html, signed_figure(bar.weight));
    } else {
      svg << words(x + width + 6, y + 14, value, "start"_html, signed_figure(bar.weight));
    }
    description += " " + bar.label + " " + signed_figure(bar.weight) + ".";
    y += 30;
  }
  svg << words(200, y + 14, bold, "end"_html, "Total weight");
  svg << "<circle cx=\""_html << at(x_of(total)) << "\" cy=\""_html << at(y + 9)
      << "\" r=\"7\" fill=\"#0b0c0c\"/>"_html;
  svg << words(x_of(total) + 14, y + 14, bold, "start"_html, signed_figure(total));
  svg << words((left + right) / 2, bottom + 38, "app-plot__axis"_html, "middle"_html,
               "Evidence weight (log base 2): right = supports same child, left = against");
  description += " Total " + signed_figure(total) + ".";
  return figure("wf", 760, bottom + 46, "How each detail adds to or takes from the match", description, svg);
}

Html bar_chart(const std::string& id, const std::string& title, const std::vector<Bar>& bars) {
  constexpr double left = 44;
  constexpr double width = 560;
  constexpr double bottom = 170;
  constexpr double height = 140;
  int64_t most = 1;
  for (const Bar& bar : bars) most = std::max(most, bar.value);
  const int64_t step = (most + 4) / 5;
  const auto top = static_cast<double>(step * 5);
  Html svg;
  for (int64_t mark = 0; mark <= step * 5; mark += step) {
    const double y = bottom - height * static_cast<double>(mark) / top;
    svg << line(left, y, width, y, "stroke=\"#cecece\" stroke-width=\"1\""_html)
        << words(left - 8, y + 4, tick, "end"_html, std::to_string(mark));
  }
  std::string description;
  const double slot = (width - left) / static_cast<double>(std::max<size_t>(bars.size(), 1));
  double x = left;
  for (const Bar& bar : bars) {
    const double tall = height * static_cast<double>(bar.value) / top;
    svg << rect(x + slot * 0.15, bottom - tall, slot * 0.7, tall, "fill=\"#12436d\""_html)
        << words(x + slot / 2, bottom - tall - 6, value, "middle"_html, std::to_string(bar.value))
        << words(x + slot / 2, bottom + 18, label, "middle"_html, bar.label);
    description += bar.label + ": " + std::to_string(bar.value) + ". ";
    x += slot;
  }
  return figure(id, 580, 200, title, description, svg);
}

Html score_histogram(const std::vector<int64_t>& twentieths, double review, double match) {
  constexpr double left = 44;
  constexpr double width = 560;
  constexpr double bottom = 190;
  constexpr double height = 130;
  int64_t most = 1;
  for (const int64_t count : twentieths) most = std::max(most, count);
  const auto place = [](double score) { return left + (width - left) * score; };
  Html svg;
  std::string description;
  const double slot = 1.0 / static_cast<double>(twentieths.size());
  for (size_t i = 0; i < twentieths.size(); ++i) {
    if (twentieths[i] == 0) continue;
    const double from = slot * static_cast<double>(i);
    const double tall = height * static_cast<double>(twentieths[i]) / static_cast<double>(most);
    svg << rect(place(from) + 2, bottom - tall, place(slot) - place(0) - 4, tall, "fill=\"#12436d\""_html)
        << words(place(from + slot / 2), bottom - tall - 6, value, "middle"_html, std::to_string(twentieths[i]));
    std::array<char, 64> words{};
    std::snprintf(words.data(), words.size(), "%.2f to %.2f: ", from, from + slot);
    description += words.data() + std::to_string(twentieths[i]) + ". ";
  }
  svg << line(left, bottom, width, bottom, "stroke=\"#505a5f\" stroke-width=\"1\""_html);
  for (const double mark : {0.0, 0.5, 1.0}) svg << words(place(mark), bottom + 18, tick, "middle"_html, at(mark));
  const std::pair<double, const char*> thresholds[] = {{review, "review from "}, {match, "match from "}};
  for (const auto& [threshold, name] : thresholds) {
    std::array<char, 16> figure{};
    std::snprintf(figure.data(), figure.size(), "%.2f", threshold);
    svg << line(place(threshold), 30, place(threshold), bottom,
                "stroke=\"#d4351c\" stroke-width=\"2\" stroke-dasharray=\"6 4\""_html)
        << words(place(threshold), 22, note, threshold < 0.5 ? "start"_html : "end"_html,
                 name + std::string(figure.data()));
    description += name + std::string(figure.data()) + ". ";
  }
  return figure("scores", 580, 220, "How sure Waymark is of these matches, by probability", description, svg);
}

Html rating_plot(const std::vector<RatingBar>& bars) {
  constexpr double left = 44;
  constexpr double width = 560;
  constexpr double bottom = 250;
  constexpr double height = 220;
  constexpr double least_for_words = 14;  // a part that is lower has its figure in the table alone
  int64_t most = 1;
  for (const RatingBar& bar : bars) most = std::max(most, bar.red + bar.amber + bar.green);
  const int64_t step = (most + 4) / 5;
  const auto top = static_cast<double>(step * 5);
  Html svg =
      "<defs><pattern id=\"rag-red\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" "
      "patternTransform=\"rotate(45)\"><rect width=\"8\" height=\"8\" fill=\"#f6d7d2\"/><rect width=\"4\" height=\"8\" "
      "fill=\"#d4351c\"/></pattern><pattern id=\"rag-amber\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
      "<rect width=\"8\" height=\"8\" fill=\"#ffdd00\"/><circle cx=\"4\" cy=\"4\" r=\"1.2\" fill=\"#0b0c0c\"/></pattern></defs>"_html;
  for (int64_t mark = 0; mark <= step * 5; mark += step) {
    const double y = bottom - height * static_cast<double>(mark) / top;
    svg << line(left, y, width, y, "stroke=\"#cecece\" stroke-width=\"1\""_html)
        << words(left - 8, y + 4, tick, "end"_html, std::to_string(mark));
  }
  std::string description;
  const double slot = (width - left) / static_cast<double>(std::max<size_t>(bars.size(), 1));
  double x = left;
  for (const RatingBar& bar : bars) {
    double y = bottom;
    const auto part = [&](const std::string& letter, int64_t count, Markup look) {
      const double tall = height * static_cast<double>(count) / top;
      y -= tall;
      if (count > 0) svg << rect(x + slot * 0.15, y, slot * 0.7, tall, look);
      if (tall < least_for_words) return;
      const std::string figure_words = letter + " " + std::to_string(count);
      const double half = 4.5 * static_cast<double>(figure_words.size());
      svg << rect(x + slot / 2 - half, y + tall / 2 - 8, 2 * half, 16, "fill=\"#ffffff\""_html)
          << words(x + slot / 2, y + tall / 2 + 4, value, "middle"_html, figure_words);
    };
    part("G", bar.green, "fill=\"#00703c\" stroke=\"#ffffff\""_html);
    part("A", bar.amber, "fill=\"url(#rag-amber)\" stroke=\"#ffffff\""_html);
    part("R", bar.red, "fill=\"url(#rag-red)\" stroke=\"#ffffff\""_html);
    svg << words(x + slot / 2, bottom + 18, label, "middle"_html, bar.label);
    description += bar.label + ": red " + std::to_string(bar.red) + ", amber " + std::to_string(bar.amber) +
                   ", green " + std::to_string(bar.green) + ". ";
    x += slot;
  }
  return figure("rag", 580, 280, "Rating by month", description, svg);
}

Html span_plot(const std::string& id, const std::string& title, const std::vector<SpanBar>& bars, int target,
               const std::string& unit) {
  constexpr double left = 180;
  constexpr double right = 500;
  constexpr double row = 28;
  int most = target;
  for (const SpanBar& bar : bars) most = std::max(most, bar.nine_in_ten);
  const int step = std::max(1, (most + 3) / 4);
  const auto x_of = [&](int days) { return left + (right - left) * days / (step * 4); };
  const double bottom = 36 + row * static_cast<double>(bars.size());
  Html svg;
  for (int mark = 0; mark <= step * 4; mark += step) {
    svg << line(x_of(mark), 30, x_of(mark), bottom, "stroke=\"#cecece\" stroke-width=\"1\""_html)
        << words(x_of(mark), bottom + 18, tick, "middle"_html, std::to_string(mark));
  }
  svg << line(x_of(target), 24, x_of(target), bottom,
              "stroke=\"#0b0c0c\" stroke-width=\"2\" stroke-dasharray=\"6 4\""_html)
      << words(x_of(target), 16, note, "middle"_html, "target " + std::to_string(target));
  std::string description = "Target " + std::to_string(target) + ". ";
  double y = 50;
  for (const SpanBar& bar : bars) {
    svg << words(left - 12, y + 4, label, "end"_html, bar.label)
        << line(x_of(bar.middle), y, x_of(bar.nine_in_ten), y, "stroke=\"#12436d\" stroke-width=\"5\""_html)
        << line(x_of(bar.nine_in_ten), y - 8, x_of(bar.nine_in_ten), y + 8,
                "stroke=\"#12436d\" stroke-width=\"3\""_html)
        << "<circle cx=\""_html << at(x_of(bar.middle)) << "\" cy=\""_html << at(y)
        << "\" r=\"7\" fill=\"#12436d\"/>"_html
        << words(x_of(bar.nine_in_ten) + 10, y + 4, value, "start"_html,
                 std::to_string(bar.middle) + " / " + std::to_string(bar.nine_in_ten));
    description += bar.label + ": middle " + std::to_string(bar.middle) + ", nine in ten within " +
                   std::to_string(bar.nine_in_ten) + ". ";
    y += row;
  }
  svg << words((left + right) / 2, bottom + 38, "app-plot__axis"_html, "middle"_html, unit);
  return figure(id, 580, bottom + 46, title, description, svg);
}

}  // namespace broker::web::pages
