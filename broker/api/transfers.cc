#include "broker/store/transfers.h"

#include "broker/api/handlers.h"
#include "broker/delivery/transfer_steps.h"
#include "broker/message/transfer.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;
using store::TransferRow;

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* one) { return word == one; });
}

Answer transfer_answer(const TransferRow& transfer, const std::string& viewer) {
  return resource_answer(200, delivery::encode_transfer(transfer, viewer), transfer.version);
}

// One of those that may have the file did something with it.
Reply decide_transfer(Services& services, Call call,
                      std::function<Result<TransferRow>(store::World&, const std::string& party)> decide) {
  store::Needs needs;
  needs.transfers = {call.id()};
  std::function<Result<Answer>(store::World&)> on_world =
      [party = call.viewer.inbox(), decide = std::move(decide)](store::World& world) -> Result<Answer> {
    const Result<TransferRow> transfer = decide(world, party);
    if (!transfer) return refuse(transfer.error());
    return transfer_answer(*transfer, party);
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(on_world));
  co_return answer;
}

}  // namespace

Reply list_transfers(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"status", "direction"})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call);
  if (!page) co_return refuse(page.error());
  store::TransferFilter filter;
  if (const std::string* status = call.request.query_value("status")) filter.status = *status;
  if (const std::string* direction = call.request.query_value("direction")) filter.direction = *direction;
  if (!is_one_of(filter.status, {"", "sealed", "available", "claimed", "received", "deleted"})) {
    co_return refuse(base::invalid_field("/status", "must be sealed, available, claimed, received or deleted"));
  }
  if (!is_one_of(filter.direction, {"", "sent", "received"})) {
    co_return refuse(base::invalid_field("/direction", "must be sent or received"));
  }
  const auto list = co_await store::list_transfers(services.pool, call.viewer, filter, *page);
  std::vector<std::string> items;
  for (const TransferRow& one : list.items) items.push_back(delivery::encode_transfer(one, call.viewer.inbox()));
  co_return list_answer(call, items, list.next);
}

Reply get_transfer(Services& services, Call call) {
  const auto transfer = co_await store::find_transfer(services.pool, call.viewer, call.id());
  if (!transfer) co_return refuse(base::not_found());
  co_return transfer_answer(*transfer, call.viewer.inbox());
}

Reply claim_transfer(Services& services, Call call) {
  if (auto refusal = message::decode_empty(call.request.body)) co_return refuse(std::move(*refusal));
  // What gave the caller access may have been taken back since: a confirmation retracted, a match decided anew.
  const auto transfer = co_await store::find_transfer(services.pool, call.viewer, call.id());
  if (!transfer) co_return refuse(base::not_found());
  if (transfer->kind == "lost" && transfer->status != "received" && transfer->status != "deleted") {
    const auto grants = co_await store::find_grants(services.writer_pool, call.id());
    const bool is_granted = std::any_of(grants.begin(), grants.end(),
                                        [&](const store::Grant& grant) { return grant.party == call.viewer.inbox(); });
    if (!is_granted) co_return refuse(base::not_found());
  }
  std::function<Result<TransferRow>(store::World&, const std::string&)> decide =
      [id = call.id(), actor = call.actor](store::World& world, const std::string& party) {
        return delivery::claim_transfer(world, id, party, actor);
      };
  Result<Answer> answer = co_await decide_transfer(services, call, std::move(decide));
  co_return answer;
}

Reply get_transfer_file(Services& services, Call call) {
  const auto transfer = co_await store::find_transfer(services.pool, call.viewer, call.id());
  const std::string party = call.viewer.inbox();
  const auto is_in = [&](const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), party) != list.end();
  };
  if (!transfer || !is_in(transfer->parties)) co_return refuse(base::not_found());
  if (transfer->status == "deleted") {
    co_return refuse(problem(ProblemType::conflict, "The file was deleted; its sender can send it again."));
  }
  if (!is_in(transfer->claimed_by)) co_return refuse(problem(ProblemType::conflict, "Claim the file first."));
  const auto sealed = co_await store::read_sealed_file(services.writer_pool, call.id());
  const auto file = sealed ? services.vault.open(*sealed, transfer->digest) : std::nullopt;
  if (!file) {
    co_return refuse(problem(ProblemType::internal, "The file can't be opened with the keys that this broker has."));
  }
  Answer answer{200, {{"Content-Type", "application/xml"}}, *file};
  answer.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + transfer->filename + "\"");
  store::Look look{.action = "look.transfer_file",
                   .subject = call.id(),
                   .children = {{transfer->upload_id, transfer->authority, transfer->record_key}}};
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply receive_transfer(Services& services, Call call) {
  auto note = message::decode_receipt_note(call.request.body);
  if (!note) co_return refuse(std::move(note.error()));
  std::function<Result<TransferRow>(store::World&, const std::string&)> decide =
      [id = call.id(), actor = call.actor, note = std::move(*note)](store::World& world, const std::string& party) {
        return delivery::receive_transfer(world, id, party, actor, note);
      };
  Result<Answer> answer = co_await decide_transfer(services, call, std::move(decide));
  co_return answer;
}

}  // namespace broker::api
