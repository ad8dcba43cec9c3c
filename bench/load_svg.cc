// The picture of a run: the latency below which a part of the messages stayed, on a scale where each further nine takes
// the same room.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "bench/load.h"

namespace bench {
namespace {

constexpr double width = 720, height = 400, left = 70, right = 20, top = 50, bottom = 50;
constexpr double nines_max = 4;  // to 99.99 %
constexpr int steps = 200;

double x_of(double nines) {
  return left + nines / nines_max * (width - left - right);
}

double y_of(double milliseconds, double most) {
  return height - bottom - milliseconds / most * (height - top - bottom);
}

// 1, 2 or 5 times a power of ten, not below `value`.
double round_up(double value) {
  const double power = std::pow(10, std::floor(std::log10(std::max(value, 0.001))));
  for (const double step : {1.0, 2.0, 5.0, 10.0}) {
    if (step * power >= value) return step * power;
  }
  return value;
}

}  // namespace

std::string latency_svg(const LoadResult& result, const std::string& title) {
  const double most = round_up(result.percentile_ms(1 - std::pow(10, -nines_max)));
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"13\">\n"
      "<title>{2}</title>\n<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n"
      "<text x=\"{3}\" y=\"28\" font-size=\"16\">{2}</text>\n",
      width, height, title, left);
  constexpr std::array<std::pair<double, const char*>, 5> marks = {
      {{0, "0 %"}, {1, "90 %"}, {2, "99 %"}, {3, "99.9 %"}, {4, "99.99 %"}}};
  for (const auto& [nines, label] : marks) {
    svg += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#ccc\"/>"
        "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>\n",
        x_of(nines), top, height - bottom, height - bottom + 20, label);
  }
  for (int part = 0; part <= 4; ++part) {
    const double value = most * part / 4;
    svg += fmt::format(
        "<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"#eee\"/>"
        "<text x=\"{3}\" y=\"{2:.1f}\" text-anchor=\"end\">{4:g} ms</text>\n",
        left, width - right, y_of(value, most), left - 8, value);
  }
  std::string points;
  for (int step = 0; step <= steps; ++step) {
    const double nines = nines_max * step / steps;
    const double value = std::min(result.percentile_ms(1 - std::pow(10, -nines)), most);
    points += fmt::format("{:.1f},{:.1f} ", x_of(nines), y_of(value, most));
  }
  return svg + "<polyline fill=\"none\" stroke=\"#1d70b8\" stroke-width=\"2\" points=\"" + points + "\"/>\n</svg>\n";
}

}  // namespace bench
