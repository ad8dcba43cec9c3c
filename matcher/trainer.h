// The steps of learning, shared by train.cc (which levels pairs of one child agree at) and train_calibration.cc (what a
// probability means).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "matcher/calibrate.h"
#include "matcher/index_state.h"
#include "matcher/train.h"

namespace matcher {

// One pair of a query and a candidate, freed of the model it was weighed with: the chances stay, the shares do not.
struct Pattern {
  std::array<uint8_t, fields> level{};
  std::array<float, fields> log_chance{};  // ln of the chance of strangers
  double match = 0;
  double household = 0;
  double posterior = 0;
  double household_posterior = 0;
  bool is_label = false;
  bool is_anchor = false;  // one permanent UPN, and nothing that says brother or sister
};

struct Asked {
  std::vector<Pattern> patterns;
  bool has_label = false;
  bool is_exclusive = true;
};

class Trainer {
 public:
  Trainer(const Index& index, const TrainingOptions& options)
      : state_(*index.state_), options_(options), model_(state_.model()) {}

  void ask(std::span<const PupilRecord> queries);
  void ask_held(std::span<const uint64_t> keys);
  Model learn();
  Model calibrated(TrainingReport& report);
  size_t asked() const { return questions_.size(); }

 private:
  struct Question {
    Particulars particulars;
    std::optional<uint64_t> own_key;
    std::optional<uint64_t> label;
  };

  void learn_households();
  Best best_of(std::span<const Ranked> pairs) const;
  static Question blinded(Question question);
  void ask_all();
  SearchOptions search_options(const Question& question) const;
  void weigh(Pattern& pattern) const;
  void expect();
  void maximise();
  void learn_field(size_t field);

  // A question whose child is known, or believed to be known.
  struct Known {
    const Question* question;
    uint64_t truth;
    double certainty = 1;
  };
  // What is asked with the child held and with the child taken away.
  struct Outcomes {
    std::vector<Best> held;
    std::vector<Best> taken;
  };
  std::vector<Ranked> asked_of_index(const Question& question, const SearchOptions& options) const;
  std::optional<uint64_t> known_match(const Question& question) const;
  std::vector<Known> known_questions() const;
  std::vector<Known> believed_questions(std::vector<Best>& best) const;
  std::vector<Best> best_without_upn() const;
  Outcomes outcomes_of(const std::vector<Known>& known, bool without_upn) const;
  bool is_held_twice(Slot one, Slot other) const;
  void sample_outcomes(const Known& known, bool without_upn, Outcomes& outcomes) const;
  void set_threshold();
  void calibrate_by_labels(const std::vector<Known>& known, TrainingReport& report);
  void calibrate_by_absence(TrainingReport& report);
  template <typename Work>
  void on_all(size_t count, const Work& work) const;

  const Index::State& state_;
  TrainingOptions options_;
  Model model_;
  bool anchored_ = false;
  std::vector<Question> questions_;
  std::vector<Question> further_;  // with a UPN, for calibration alone
  std::vector<Asked> asked_;
};

}  // namespace matcher
