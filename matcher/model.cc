#include "matcher/model.h"

#include <initializer_list>

namespace matcher {
namespace {

void set(Model& model, Field field, std::initializer_list<LevelShare> shares) {
  size_t level = 0;
  for (const LevelShare& share : shares) model.share(field, level++) = share;
}

void set_names(Model& model) {
  // The share of `variant` is that among names that have variants, that of `initial` that among pairs of which one is
  // an initial; that of a swapped surname is given the forename.
  set(model, Field::forename,
      {{.57, 0},
       {.12, 0},
       {.08, 0},
       {.08, 0},
       {.025, 0},
       {.90, .06},
       {.04, 0},
       {.04, 0},
       {.01, 0},
       {.04, 0},
       {.03, .96}});
  set(model, Field::middle_names, {{.80, 0}, {.06, .02}, {.90, .06}, {.08, .92}});
  set(model, Field::surname,
      {{.63, 0}, {.10, 0}, {.09, 0}, {.08, 0}, {.02, 0}, {.06, 0}, {.02, 0}, {.01, 0}, {.03, 0}, {.9, 0}, {.035, .97}});
}

}  // namespace

std::string_view decision_name(Decision decision) {
  switch (decision) {
    case Decision::match: return "match";
    case Decision::review: return "review";
    case Decision::none: break;
  }
  return "none";
}

const Model& default_model() {
  static const Model instance = [] {
    Model model;
    set_names(model);
    set(model, Field::upn, {{.68, 2e-8}, {.015, 2e-8}, {.045, 4e-8}, {.07, 4e-7}, {.12, .08}, {.05, .92}});
    // The shares of `default_date` and `partial` are those among dates of which one is such a date.
    set(model, Field::dob,
        {{.79, 0},
         {.04, 2e-4},
         {.07, 4e-3},
         {.010, 5e-4},
         {.025, 4e-4},
         {.02, 1e-3},
         {.012, 5e-3},
         {.005, 2e-3},
         {.93, .05},
         {.008, .06},
         {.008, .92}});
    set(model, Field::sex, {{.98, .5}, {.02, .5}});
    set(model, Field::address, {{.30, 0}, {.03, 0}, {.02, .01}, {.20, 0}, {.45, .95}});
    set(model, Field::postcode, {{.30, 0}, {.02, 1e-4}, {.05, 1e-3}, {.05, 6e-3}, {.58, .99}});
    set(model, Field::guardian, {{.66, 0}, {.10, 0}, {.04, 0}, {.10, 0}, {.10, .97}});
    set(model, Field::phone, {{.62, 1e-7}, {.02, 1e-6}, {.36, 1.0}});
    set(model, Field::school, {{.32, 0}, {.68, .99}});
    set(model, Field::identifier, {{.60, 0}, {.12, 0}, {.28, .98}});
    const auto share = [&](Field field, double value) { model.shared_by_siblings[static_cast<size_t>(field)] = value; };
    share(Field::upn, .0005);
    share(Field::forename, .002);
    share(Field::middle_names, .03);
    share(Field::surname, .93);
    share(Field::dob, .04);
    share(Field::address, .93);
    share(Field::postcode, .93);
    share(Field::guardian, .93);
    share(Field::phone, .93);
    share(Field::school, .55);
    share(Field::identifier, .02);
    return model;
  }();
  return instance;
}

}  // namespace matcher
