#include "matcher/waterfall.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace matcher {
namespace {

constexpr int picture_width = 860;
constexpr int row_height = 30;
constexpr int top_margin = 64;
constexpr int label_width = 150;
constexpr int words_width = 330;
constexpr double bar_left = label_width;
constexpr double bar_width = picture_width - label_width - words_width - 20;

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
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out.push_back(c);
    }
  }
  return out;
}

std::vector<FieldEvidence> told(const Comparison& comparison) {
  std::vector<FieldEvidence> out;
  for (const FieldEvidence& evidence : comparison.evidence)
    if (evidence.agreement != Agreement::missing) out.push_back(evidence);
  return out;
}

const char* colour_of(const FieldEvidence& evidence) {
  return evidence.weight >= 0 ? "#00703c" : "#b1442b";
}

}  // namespace

std::string waterfall_table(const Comparison& comparison) {
  std::string out = print("%-14s %-10s %8s %8s  %s\n", "field", "agreement", "bits", "sum", "");
  double sum = 0;
  for (const FieldEvidence& evidence : told(comparison)) {
    sum += evidence.weight;
    out += print("%-14s %-10s %+8.2f %+8.2f  %s\n", evidence.field.c_str(),
                 std::string(agreement_name(evidence.agreement)).c_str(), evidence.weight, sum, evidence.words.c_str());
  }
  out += print("\nweight %.2f bits, probability %.4f, decision %s\n", comparison.weight, comparison.probability,
               std::string(decision_name(comparison.decision)).c_str());
  return out;
}

std::string waterfall_svg(const Comparison& comparison, const std::string& title) {
  const std::vector<FieldEvidence> rows = told(comparison);
  double lowest = 0;
  double highest = 0;
  double sum = 0;
  for (const FieldEvidence& row : rows) {
    sum += row.weight;
    lowest = std::min(lowest, sum);
    highest = std::max(highest, sum);
  }
  const double scale = bar_width / std::max(1.0, highest - lowest);
  const auto x_of = [&](double bits) { return bar_left + (bits - lowest) * scale; };
  const int height = top_margin + row_height * static_cast<int>(rows.size() + 1) + 16;
  std::string out = print(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"sans-serif\" "
      "font-size=\"13\">\n",
      picture_width, height);
  out += "<title>" + escaped(title) + "</title>\n<desc>" + escaped(waterfall_table(comparison)) + "</desc>\n";
  out += print("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", picture_width, height);
  out += "<text x=\"12\" y=\"26\" font-size=\"16\" font-weight=\"bold\">" + escaped(title) + "</text>\n";
  out += print("<text x=\"12\" y=\"48\">probability %.4f, %+.1f bits, decision %s</text>\n", comparison.probability,
               comparison.weight, std::string(decision_name(comparison.decision)).c_str());
  out += print("<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#505a5f\" stroke-dasharray=\"3 3\"/>\n",
               x_of(0), top_margin - 6, x_of(0), height - 12);
  sum = 0;
  int y = top_margin;
  for (const FieldEvidence& row : rows) {
    const double from = sum;
    sum += row.weight;
    const double left = x_of(std::min(from, sum));
    const double width = std::max(1.0, std::abs(row.weight) * scale);
    out += print("<text x=\"12\" y=\"%d\">%s</text>\n", y + 15, escaped(row.field).c_str());
    out +=
        print("<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"20\" fill=\"%s\"/>\n", left, y, width, colour_of(row));
    out += print("<text x=\"%d\" y=\"%d\">%+.1f</text>\n", picture_width - words_width - 12, y + 15, row.weight);
    out += print("<text x=\"%d\" y=\"%d\" font-size=\"11\">%s</text>\n", picture_width - words_width + 40, y + 14,
                 escaped(row.words.substr(0, 60)).c_str());
    y += row_height;
  }
  out += print("<text x=\"12\" y=\"%d\" font-weight=\"bold\">together</text>\n", y + 15);
  out += print("<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"20\" fill=\"#1d70b8\"/>\n", x_of(std::min(0.0, sum)),
               y, std::max(1.0, std::abs(sum) * scale));
  return out + "</svg>\n";
}

}  // namespace matcher
