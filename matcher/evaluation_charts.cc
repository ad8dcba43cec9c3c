#include "matcher/evaluation_charts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace matcher {
namespace {

constexpr double side = 360;
constexpr double margin = 50;
constexpr int row_height = 22;
constexpr int bar_left = 240;
constexpr int bar_width = 420;
constexpr size_t curve_points_max = 400;
constexpr double weight_bits_max = 24;

__attribute__((format(printf, 1, 2))) std::string print(const char* format, ...) {
  std::array<char, 512> text{};
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  return text.data();
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string opened(double width, double height, const std::string& title) {
  return print(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
             "font-family=\"sans-serif\" font-size=\"12\">\n",
             width, height) +
         "<title>" + escaped(title) + "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" +
         print("<text x=\"%.0f\" y=\"24\" font-size=\"15\" font-weight=\"bold\">", margin / 2) + escaped(title) +
         "</text>\n";
}

double x_of(double share) {
  return margin + share * side;
}
double y_of(double share) {
  return margin + (1 - share) * side;
}

// A square from 0 to 1 both ways.
std::string square(const std::string& title, const char* along, const char* up) {
  std::string out = opened(side + 2 * margin, side + 2 * margin, title);
  for (int tenth = 0; tenth <= 10; tenth += 2) {
    const double at = tenth / 10.0;
    out += print("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dcdcdc\"/>\n", x_of(0), y_of(at),
                 x_of(1), y_of(at));
    out += print("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.1f</text>\n", x_of(0) - 6, y_of(at) + 4, at);
    out += print("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.1f</text>\n", x_of(at), y_of(0) + 16, at);
  }
  out += print("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", x_of(0.5), y_of(0) + 36, along);
  out += print("<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", x_of(0), y_of(1) - 8, up);
  return out;
}

std::string bar(int y, double from, double to, const char* colour) {
  return print("<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"8\" fill=\"%s\"/>\n", std::min(from, to), y,
               std::max(0.5, std::abs(to - from)), colour);
}

std::string label(int x, int y, const std::string& text) {
  return print("<text x=\"%d\" y=\"%d\">", x, y) + escaped(text) + "</text>\n";
}

}  // namespace

Chart precision_recall_chart(const std::vector<Outcome>& outcomes) {
  std::vector<Outcome> sorted = outcomes;
  std::ranges::sort(sorted, [](const Outcome& a, const Outcome& b) { return a.probability > b.probability; });
  const auto held = static_cast<double>(std::ranges::count_if(sorted, [](const Outcome& o) { return o.is_held; }));
  Chart out{"precision_recall", square("Precision against recall", "recall", "precision"),
            "threshold,precision,recall\n"};
  std::string points;
  size_t right = 0;
  const size_t step = std::max<size_t>(1, sorted.size() / curve_points_max);
  for (size_t i = 0; i < sorted.size() && sorted[i].probability > 0; ++i) {
    right += sorted[i].is_right ? 1 : 0;
    const bool is_last = i + 1 == sorted.size() || sorted[i + 1].probability == 0;
    if (i % step != 0 && !is_last) continue;
    const double precision = static_cast<double>(right) / static_cast<double>(i + 1);
    const double recall = held > 0 ? static_cast<double>(right) / held : 0;
    points += print("%.1f,%.1f ", x_of(recall), y_of(precision));
    out.csv += print("%.6f,%.5f,%.5f\n", sorted[i].probability, precision, recall);
  }
  out.svg += "<polyline fill=\"none\" stroke=\"#1d70b8\" stroke-width=\"2\" points=\"" + points + "\"/>\n</svg>\n";
  return out;
}

Chart calibration_chart(const std::vector<Outcome>& outcomes) {
  Chart out{"calibration", square("Calibration", "probability given", "share that was right"),
            "band,count,probability,right\n"};
  out.svg +=
      print("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#505a5f\" stroke-dasharray=\"4 4\"/>\n",
            x_of(0), y_of(0), x_of(1), y_of(1));
  size_t number = 0;
  for (const Band& band : calibration_bands(outcomes)) {
    out.csv += print("%zu,%zu,%.5f,%.5f\n", number++, band.count, band.probability, band.right);
    if (band.count == 0) continue;
    out.svg += print("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"#1d70b8\"><title>%zu</title></circle>\n",
                     x_of(band.probability), y_of(band.right), band.count);
  }
  out.svg += "</svg>\n";
  return out;
}

Chart groups_chart(const GroupLines& lines) {
  Chart out{"groups", "", "group,held,recall_at_99,match_recall\n"};
  std::string rows;
  int y = 60;
  for (const auto& [name, evaluation] : lines) {
    if (evaluation.held == 0) continue;
    out.csv += name + print(",%zu,%.4f,%.4f\n", evaluation.held, evaluation.recall_at_99, evaluation.match_recall);
    rows += label(12, y + 13, name + " (" + std::to_string(evaluation.held) + ")");
    rows += bar(y, bar_left, bar_left + bar_width * evaluation.recall_at_99, "#1d70b8");
    rows += bar(y + 9, bar_left, bar_left + bar_width * evaluation.match_recall, "#00703c");
    rows +=
        label(bar_left + bar_width + 8, y + 13, print("%.3f  %.3f", evaluation.recall_at_99, evaluation.match_recall));
    y += row_height;
  }
  out.svg = opened(bar_left + bar_width + 130, y + 12, "Recall by group") +
            label(12, 44, "blue: at 99 % precision; green: of what was called a match; in brackets: children held") +
            rows + "</svg>\n";
  return out;
}

Chart weights_chart(const Model& model) {
  Chart out{"weights", "", "field,level,match,unrelated,bits\n"};
  std::string rows;
  int y = 60;
  const double scale = bar_width / (2 * weight_bits_max);
  const double zero = bar_left + bar_width / 2.0;
  for (size_t i = 0; i < fields; ++i) {
    const auto field = static_cast<Field>(i);
    for (size_t level = 0; level < missing_level(field); ++level) {
      const LevelShare& share = model.share(field, level);
      const std::string name = std::string(field_name(field)) + ": " + std::string(level_info(field, level).name);
      out.csv += std::string(field_name(field)) + "," + std::string(level_info(field, level).name) +
                 print(",%.6f,", share.match);
      rows += label(12, y + 12, name);
      if (share.unrelated > 0 && share.match > 0) {
        const double bits = std::log2(share.match / share.unrelated);
        const double end = zero + std::clamp(bits, -weight_bits_max, weight_bits_max) * scale;
        out.csv += print("%.3g,%.3f\n", share.unrelated, bits);
        rows += bar(y + 4, zero, end, bits >= 0 ? "#00703c" : "#b1442b");
        rows += label(bar_left + bar_width + 8, y + 12, print("%+.1f", bits));
      } else {
        out.csv += ",\n";
        rows += label(bar_left + bar_width + 8, y + 12, "by the value");
      }
      y += row_height;
    }
  }
  out.svg =
      opened(bar_left + bar_width + 130, y + 12, "Weight of each level of agreement, in bits") + rows + "</svg>\n";
  return out;
}

}  // namespace matcher
