// Every record held, ready to be asked "is this child among you?". The broker keeps one, fed from the store; the
// commands build one from a file. Many threads may search while one writes: a search takes no lock and waits for no
// writer; it finds all that was held when it began and is held still when it ends. Writers wait for each other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "matcher/fields.h"
#include "matcher/model.h"
#include "matcher/pupil_record.h"

namespace matcher {

// How one field of two records agrees. Holds no value of either record.
struct FieldEvidence {
  std::string field;  // upn, forename, middle_names, surname, dob, sex, address, postcode, guardian, phone, school,
                      // identifier; household for what the pair would weigh as brothers and sisters
  Agreement agreement = Agreement::missing;
  std::string level;
  double weight = 0;  // bits for (above 0) or against (below 0) one child
  std::string words;  // a sentence for an officer
};

struct Comparison {
  double probability = 0;  // that both records are one child
  double weight = 0;       // the sum of the evidence, in bits, before how rare a match is
  Decision decision = Decision::none;
  std::vector<FieldEvidence> evidence;
};

// Why a snapshot is not used.
enum class SnapshotProblem : uint8_t { none, absent, no_snapshot, other_version, damaged };

struct Candidate {
  uint64_t key = 0;
  uint32_t owner = 0;
  uint8_t kind = 0;
  bool is_restricted = false;
  double probability = 0;
  double weight = 0;
  Decision decision = Decision::none;
  std::vector<FieldEvidence> evidence;
};

struct SearchOptions {
  size_t top = 5;
  Decision decision_min = Decision::none;
  double probability_min = 0.001;
  std::optional<uint32_t> exclude_owner;
  std::optional<uint64_t> exclude_key;  // the record that asks, when it is held itself
  uint8_t kinds = 0xff;                 // one bit a kind
  // Leaves restricted records out of a search that asks with an address, a school or a telephone. In any other search
  // they come besides the `top`, and what is said of the others is the same, to the last figure, as if they were not
  // held. Only the holder of a record may switch it off.
  bool protect_restricted = true;
  // Of what a search finds that protects them, the restricted ones alone. Costs next to nothing where none is near.
  bool only_restricted = false;
  // At most one child is looked for, so candidates take probability from each other. Off where doubles are looked
  // for, of which a child may have many.
  bool exclusive = true;
  bool with_evidence = true;
};

// One record for a bulk load.
struct Entry {
  uint64_t key = 0;
  uint32_t owner = 0;
  uint8_t kind = 0;  // 0 to 7
  const PupilRecord* record = nullptr;
};

class Index {
 public:
  explicit Index(Model model = default_model());
  ~Index();
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;

  // Holds the record under the caller's key; one held under it already is replaced.
  void insert(uint64_t key, uint32_t owner, uint8_t kind, const PupilRecord& record);
  // Many at once, on several threads; keys that are held already are replaced.
  void insert_all(std::span<const Entry> entries, size_t threads = 1);
  bool erase(uint64_t key);
  // Measures anew how often dates and postcodes agree by chance, which else is done whenever the index has doubled. Two
  // indexes that hold the same records and model then answer alike, to the last digit, however they came to hold them.
  void measure();

  bool holds(uint64_t key) const;
  size_t size() const;
  // All that the index has asked of the allocator, and what it has mapped of a snapshot.
  size_t memory_bytes() const;
  // Holds until set_model.
  const Model& model() const;
  void set_model(Model model);

  // Writes all that is held, with the model, into one file that takes the place of an older one when it is whole and
  // on the disk. Searches go on meanwhile, writers wait. Throws std::system_error.
  void save(const std::string& path) const;
  // An index as it was saved, read from the mapped file as it is needed, and as changeable as any other; the file is
  // not changed. Nothing when it is none, damaged, or was written by a build with other tables of names: `problem` says
  // which, and the index has to be built again. The file must not be written to while the index lives.
  static std::optional<Index> load(const std::string& path, SnapshotProblem& problem);

  // The most probable records first. The probabilities of records that cannot all be the child exclude each other;
  // several records of one child do not.
  std::vector<Candidate> search(const PupilRecord& query, const SearchOptions& options = {}) const;
  // As if the record held under the key asked; it does not find itself. Empty when it is not held.
  std::vector<Candidate> search_held(uint64_t key, const SearchOptions& options = {}) const;

  // This pair alone, against how common its values are here; nothing when the key is not held.
  std::optional<Comparison> compare(const PupilRecord& query, uint64_t key) const;

  // Whether two records held look like two children of one household: they share what a household shares, and their
  // forename, date of birth or sex speaks against one child. False when either is not held.
  bool look_like_siblings(uint64_t a, uint64_t b) const;

  struct State;  // defined in index_state.h for the matcher's own files

 private:
  friend class Trainer;
  std::unique_ptr<State> state_;
};

// Two records without an index: how common a value is comes from the model alone.
Comparison compare(const PupilRecord& a, const PupilRecord& b, const Model& model = default_model());

}  // namespace matcher
