// Plots as SVG, made on the server: labelled, told apart by words and pattern as well as colour. The page shows the
// same figures in a table under each.
#pragma once

#include <string>
#include <vector>

#include "broker/base/time.h"
#include "broker/web/components/html.h"

namespace broker::web::pages {

struct ClockMark {
  std::string label;  // "Day 5"
  std::string note;   // "due 13 Nov"
  int day = 0;        // school days after the first
  bool is_met = false;
};
// The days of a case in a line: what was reached, what is to come, and where today stands.
// `unit` is "school day", or "working day" where no calendar is known.
components::Html school_day_clock(const std::string& title, const std::vector<ClockMark>& marks, int today,
                                  const std::string& unit);

struct WeightBar {
  std::string label;
  double weight = 0;  // bits
};
// How each detail adds to or takes from a match, from the starting point to the total. The band is of scores that a
// person has to decide, from and to in bits; none where both are 0.
components::Html waterfall(const std::vector<WeightBar>& bars, double start, double total);

struct Bar {
  std::string label;
  int64_t value = 0;
};
components::Html bar_chart(const std::string& id, const std::string& title, const std::vector<Bar>& bars);

// How many scores lie in each twentieth of 0 to 1, with the two thresholds that part them.
components::Html score_histogram(const std::vector<int64_t>& twentieths, double review, double match);

struct RatingBar {
  std::string label;  // "Nov"
  int64_t red = 0;
  int64_t amber = 0;
  int64_t green = 0;
};
// A bar a month, in three parts that pattern and letter tell apart as well.
components::Html rating_plot(const std::vector<RatingBar>& bars);

struct SpanBar {
  std::string label;
  int middle = 0;
  int nine_in_ten = 0;
};
// A dot at the middle case and a line to where nine in ten lie, against a target.
components::Html span_plot(const std::string& id, const std::string& title, const std::vector<SpanBar>& bars,
                           int target, const std::string& unit);

// "+7.2", "−0.8", "0.0".
std::string signed_figure(double value);

}  // namespace broker::web::pages
