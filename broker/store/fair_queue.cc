#include "broker/store/fair_queue.h"

namespace broker::store {

bool FairQueue::push(std::shared_ptr<Waiting> one) {
  const size_t bytes = one->bytes;
  if (count_ >= bounds_.count || (count_ > 0 && bytes_ + bytes > bounds_.bytes)) return false;
  const std::string caller = one->caller;
  auto& [used_count, used_bytes] = used_[caller];
  const bool is_own_work = caller.empty();
  if (!is_own_work && used_count >= bounds_.count / 2) return false;
  if (!is_own_work && used_count > 0 && used_bytes + bytes > bounds_.bytes / 2) return false;
  Lines& lines = one->is_immediate ? immediate_ : others_;
  Line& line = lines.by_caller[caller];
  if (line.empty()) lines.turns.push_back(caller);
  line.push_back(std::move(one));
  ++lines.count;
  ++used_count;
  used_bytes += bytes;
  ++count_;
  bytes_ += bytes;
  return true;
}

std::vector<std::shared_ptr<Waiting>> FairQueue::take(Batch batch) {
  Taken taken;
  const bool has_immediate = immediate_.count > 0;
  take_from(immediate_, taken, batch, others_.count > 0 ? batch.count / 2 : batch.count, true);
  const bool takes_bulk = !has_immediate || has_held_back_;
  has_held_back_ = false;
  take_from(others_, taken, batch, batch.count, takes_bulk);
  take_from(immediate_, taken, batch, batch.count, true);
  return std::move(taken.commands);
}

void FairQueue::take_from(Lines& lines, Taken& taken, const Batch& batch, size_t count, bool takes_bulk) {
  size_t passed_over = 0;  // turns in a row that gave nothing
  while (taken.commands.size() < count && passed_over < lines.turns.size()) {
    const std::string caller = std::move(lines.turns.front());
    lines.turns.pop_front();
    Line& line = lines.by_caller.at(caller);
    const Waiting& next = *line.front();
    const bool is_held_back = next.rows > bulk_rows && !takes_bulk;
    const bool is_too_much =
        !taken.commands.empty() && (taken.rows + next.rows > batch.rows || taken.bytes + next.bytes > batch.bytes);
    if (is_held_back || is_too_much) {
      has_held_back_ = has_held_back_ || is_held_back;
      ++passed_over;
      // Whose command found no room has the first turn next time.
      if (is_too_much) {
        lines.turns.push_front(caller);
        return;
      }
      lines.turns.push_back(caller);
      continue;
    }
    passed_over = 0;
    taken.rows += next.rows;
    taken.bytes += next.bytes;
    --lines.count;
    --count_;
    bytes_ -= next.bytes;
    const auto used = used_.find(caller);
    used->second.second -= next.bytes;
    if (--used->second.first == 0) used_.erase(used);
    taken.commands.push_back(std::move(line.front()));
    line.pop_front();
    if (line.empty()) {
      lines.by_caller.erase(caller);
    } else {
      lines.turns.push_back(caller);
    }
  }
}

}  // namespace broker::store
