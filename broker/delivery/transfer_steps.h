// What may happen to a sealed transfer file, each step as one decision on the writer's world: it becomes available to
// those who may have it, is claimed, received, reminded of, reported as not collected, and deleted. Used by the API and
// by the transfer worker.
#pragma once

#include <string>
#include <vector>

#include "broker/audit/signature.h"
#include "broker/domain/calendar.h"
#include "broker/store/world.h"

namespace broker::delivery {

constexpr int report_after_days = 5;    // available and not claimed: its sender is told
constexpr int remind_school_days = 15;  // available and not received: everybody is reminded, once
constexpr int received_kept_days = 30;  // then a received file is deleted
constexpr int notice_days = 28;         // between the report that nobody collects a file and its deletion

// The transfer as this party (an authority's code or a LAESTAB) may see it.
std::string encode_transfer(const store::TransferRow& transfer, const std::string& viewer);

// When those who may claim a file that is available now are reminded of it.
base::Time reminder_time(const domain::Calendar& calendar, base::Time now, const std::string& authority);

// Adds parties that are new to it and tells each. Changes nothing when none is.
void make_available(store::World& world, const std::string& id, const std::vector<std::string>& parties,
                    base::Time remind_at);
// Absent unless `party` may claim it.
base::Result<store::TransferRow> claim_transfer(store::World& world, const std::string& id, const std::string& party,
                                                const domain::Actor& by);
base::Result<store::TransferRow> receive_transfer(store::World& world, const std::string& id, const std::string& party,
                                                  const domain::Actor& by, const std::string& note);
// Whatever is due of it at the world's time, each thing once; how long a file that nobody collects is kept is the
// sender's authority's setting. `key` signs the certificate of a deletion.
void keep_time(store::World& world, const std::string& id, const audit::SigningKey& key);

}  // namespace broker::delivery
