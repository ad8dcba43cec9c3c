#include "broker/delivery/clocks.h"

#include <set>

#include "broker/base/text.h"
#include "broker/delivery/act.h"
#include "broker/domain/schedule.h"
#include "broker/message/resource.h"
#include "broker/message/settings.h"

namespace broker::delivery {
namespace {

using boost::asio::awaitable;
using domain::broker_itself;
using domain::CaseFile;
using store::Answer;
using store::DeadlineRow;
using store::World;

constexpr int64_t messages_at_once = 500;
constexpr std::chrono::seconds look_again{60};
constexpr std::chrono::seconds silence_look{300};

void send(World& world, const std::string& type, const std::string& recipient, std::string data) {
  message::Outgoing message;
  message.type = type;
  message.sender = broker_itself.authority;
  message.recipient = recipient;
  message.data = std::move(data);
  world.send(std::move(message));
}

// The sender of this message is told that it was not collected; the broker tells nobody about its own news.
void report(World& world, const store::SentMessage& sent) {
  if (world.has_receipt(sent.id, "acknowledged") || world.has_receipt(sent.id, "expired")) return;
  world.add_receipt({sent.id, "expired", sent.recipient});
  if (sent.sender == broker_itself.authority) return;
  const domain::MessageExpired expired{sent.id, sent.type, sent.sender, sent.recipient, sent.time};
  if (!sent.case_id.empty() && act_on_case(world, sent.case_id, domain::ReportUncollected{expired})) return;
  send(world, "message.expired", sent.sender, message::encode_expired(expired));
  world.audit({sent.sender.substr(0, 3), broker_itself.officer, ""}, "message.expired", sent.id, sent.recipient);
}

std::set<std::string> codes_in(const std::string& detail) {
  std::set<std::string> codes;
  for (const auto code : base::split(detail, ',')) codes.emplace(code);
  codes.erase("");
  return codes;
}

}  // namespace

Clocks::Clocks(Scheduler& scheduler, postgres::Pool& writer_pool, store::Writer& writer, const base::Clock& clock)
    : writer_pool_(writer_pool), writer_(writer), clock_(clock) {
  scheduler.on("enquiry", [this](Rows rows) { return run_enquiries(std::move(rows)); });
  scheduler.on("case", [this](Rows rows) { return run_cases(std::move(rows)); });
  scheduler.on("uncollected", [this](Rows rows) { return report_uncollected(std::move(rows.front())); });
  scheduler.on("reachability", [this](Rows rows) { return look_who_is_silent(std::move(rows.front())); });
}

awaitable<void> Clocks::submit(store::Write write) {
  const auto written = co_await writer_.submit(std::move(write));
  if (!written) throw postgres::Unavailable(written.error().detail);
}

awaitable<void> Clocks::run_enquiries(Rows rows) {
  store::Write write;
  for (const DeadlineRow& row : rows) {
    write.needs.deadlines.push_back(row.key);
    write.needs.enquiries.push_back(row.key.subject);
    write.needs.settings.push_back(row.detail);
  }
  write.decide = [rows = std::move(rows)](World& world) -> base::Result<Answer> {
    for (const DeadlineRow& row : rows) {
      if (!stands(world, row)) continue;
      // A row that has come too early, or for nothing, is dropped: the state says when the next one is.
      if (act_on_case(world, row.case_id, domain::RunEnquiryClock{row.key.subject})) continue;
      const CaseFile* file = world.file_of_enquiry(row.key.subject);
      const domain::Enquiry* enquiry = file == nullptr ? nullptr : file->enquiry(row.key.subject);
      const auto next = enquiry == nullptr ? std::nullopt : domain::next_deadline(*enquiry);
      if (next) world.set_deadline({row.key, row.case_id, *next, row.detail});
      if (!next) world.drop_deadline(row.key);
    }
    return Answer{};
  };
  co_await submit(std::move(write));
}

awaitable<void> Clocks::run_cases(Rows rows) {
  store::Write write;
  for (const DeadlineRow& row : rows) {
    write.needs.deadlines.push_back(row.key);
    write.needs.cases.push_back(row.key.subject);
    write.needs.settings.push_back(row.detail);
  }
  write.decide = [rows = std::move(rows)](World& world) -> base::Result<Answer> {
    for (const DeadlineRow& row : rows) {
      if (!stands(world, row)) continue;
      if (act_on_case(world, row.case_id, domain::RunCaseClock{})) continue;
      const CaseFile* file = world.file(row.case_id);
      const auto next = file == nullptr ? std::nullopt : domain::next_deadline(file->record);
      if (next) world.set_deadline({row.key, row.case_id, *next, row.detail});
      if (!next) world.drop_deadline(row.key);
    }
    return Answer{};
  };
  co_await submit(std::move(write));
}

// Goes through all messages once, in the order of their positions, each when it is five days old. How far it has come
// stands in the row itself.
awaitable<void> Clocks::report_uncollected(DeadlineRow row) {
  const base::Time now = clock_.now();
  const int64_t position = base::parse_number(row.detail).value_or(0);
  std::vector<store::SentMessage> sent = co_await store::sent_after(writer_pool_, position, messages_at_once);
  const bool is_full = static_cast<int64_t>(sent.size()) == messages_at_once;
  const auto is_young = [&](const store::SentMessage& one) { return one.time > now - collecting_time; };
  const auto young = std::find_if(sent.begin(), sent.end(), is_young);
  const bool is_done = young != sent.end() || !is_full;
  sent.erase(young, sent.end());
  DeadlineRow next = row;
  next.due = is_done ? now + look_again : now;
  if (!sent.empty()) next.detail = std::to_string(sent.back().position);

  store::Write write;
  write.needs.deadlines.push_back(row.key);
  std::erase_if(sent, [](const store::SentMessage& one) { return one.is_settled; });
  for (const store::SentMessage& one : sent) {
    write.needs.receipts.push_back(one.id);
    if (!one.case_id.empty()) write.needs.cases.push_back(one.case_id);
  }
  write.decide = [row, next, sent = std::move(sent)](World& world) -> base::Result<Answer> {
    if (!stands(world, row)) return Answer{};
    for (const store::SentMessage& one : sent) report(world, one);
    world.set_deadline(next);
    return Answer{};
  };
  co_await submit(std::move(write));
}

// Tells those who wait for an authority that it has fallen silent, once each time it does.
awaitable<void> Clocks::look_who_is_silent(DeadlineRow row) {
  const base::Time now = clock_.now();
  const std::vector<store::Silence> silent = co_await store::silent_authorities(writer_pool_, now);
  DeadlineRow next = row;
  next.due = now + silence_look;
  next.detail.clear();
  store::Write write;
  write.needs.deadlines.push_back(row.key);
  for (const store::Silence& one : silent) {
    next.detail += (next.detail.empty() ? "" : ",") + one.authority;
    write.needs.settings.push_back(one.authority);
  }
  write.decide = [row, next, silent](World& world) -> base::Result<Answer> {
    if (!stands(world, row)) return Answer{};
    const std::set<std::string> known = codes_in(row.detail);
    for (const store::Silence& one : silent) {
      if (known.contains(one.authority)) continue;
      message::ObjectWriter data;
      data.text("authority", one.authority).text("since", base::format_time(one.since));
      data.json("contact", message::encode_contact(world.settings(one.authority).contact));
      const std::string text = data.done();
      for (const std::string& waiting : one.waiting) send(world, "authority.unreachable", waiting, text);
      world.audit({one.authority, broker_itself.officer, ""}, "authority.unreachable", one.authority, text);
    }
    world.set_deadline(next);
    return Answer{};
  };
  co_await submit(std::move(write));
}

}  // namespace broker::delivery
