#include "matcher/model.h"

#include <initializer_list>

namespace matcher {
namespace {

void set(Model& model, Field field, std::initializer_list<LevelShare> shares) {
  size_t level = 0;
  for (const LevelShare& share : shares) model.share(field, level++) = share;
}

void set_names(Model& model) {
  // The share of `variant` is that among names that have variants.
  // The household's share of a forename agreeing at a close level follows from the name: siblings' names are drawn
  // from the same well as anybody's. Only an equal forename is rarer among them than by chance.
  set(model, Field::forename,
      {{.70, .004, 0},
       {.07, 0, 0},
       {.03, 0, 0},
       {.065, 0, 0},
       {.025, 0, 0},
       {.006, 0, .06},
       {.03, 0, 0},
       {.02, 0, 0},
       {.01, 0, 0},
       {.012, .0002, 0},
       {.02, .95, .96}});
  set(model, Field::middle_names, {{.78, .03, 0}, {.08, .02, .02}, {.06, .06, .06}, {.08, .89, .92}});
  set(model, Field::surname,
      {{.73, .80, 0},
       {.012, .012, 0},
       {.04, .03, 0},
       {.065, .03, 0},
       {.02, .012, 0},
       {.03, .03, 0},
       {.02, .02, 0},
       {.01, .01, 0},
       {.012, .02, 0},
       {.9, .002, 0},
       {.045, .045, .97}});
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
    set(model, Field::upn,
        {{.82, .0006, 2e-8},
         {.02, .0002, 2e-8},
         {.04, .0004, 4e-8},
         {.04, .0006, 4e-7},
         {.04, .08, .08},
         {.04, .918, .92}});
    set(model, Field::dob,
        {{.85, .035, 0},
         {.03, .0003, 2e-4},
         {.04, .006, 4e-3},
         {.012, .001, 5e-4},
         {.015, .001, 4e-4},
         {.006, .002, 1e-3},
         {.010, .003, 5e-3},
         {.006, .003, 2e-3},
         {.93, .05, .05},
         {.009, .03, .06},
         {.018, .92, .92}});
    set(model, Field::sex, {{.985, .5, .5}, {.015, .5, .5}});
    set(model, Field::address, {{.34, .75, 0}, {.03, .04, 0}, {.03, .03, .01}, {.15, .10, 0}, {.45, .08, .95}});
    set(model, Field::postcode, {{.34, .76, 0}, {.02, .03, 1e-4}, {.04, .03, 1e-3}, {.06, .03, 6e-3}, {.54, .15, .99}});
    set(model, Field::guardian, {{.62, .72, 0}, {.10, .10, 0}, {.05, .04, 0}, {.08, .06, 0}, {.15, .08, .97}});
    set(model, Field::phone, {{.58, .75, 1e-7}, {.03, .03, 1e-6}, {.39, .22, 1.0}});
    set(model, Field::school, {{.33, .45, 0}, {.67, .55, .99}});
    set(model, Field::identifier, {{.60, .02, 0}, {.12, .02, 0}, {.28, .96, .98}});
    return model;
  }();
  return instance;
}

}  // namespace matcher
