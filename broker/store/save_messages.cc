#include "broker/store/save_messages.h"

#include "broker/base/text.h"
#include "broker/message/envelope.h"
#include "broker/postgres/binary_array.h"

namespace broker::store {
namespace {

using postgres::boolean_array;
using postgres::id_array;
using postgres::number_array;
using postgres::Params;
using postgres::Query;
using postgres::Statement;
using postgres::text_array;
using postgres::time_array;
using Texts = std::vector<std::string>;
using Numbers = std::vector<int64_t>;

constexpr Statement insert_messages{"insert_messages", R"(
insert into message (position, id, recipient, sender, type, case_id, immediate, time, body)
select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::boolean[],
                     $8::timestamptz[], $9::text[]))"};
constexpr Statement insert_receipts{"insert_receipts", R"(
insert into receipt (message_id, kind, recipient, lease_id, broker, leased_until, time)
select *, $7::timestamptz from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[])
on conflict do nothing)"};
constexpr Statement insert_redeliveries{"insert_redeliveries", R"(
insert into redelivery (message_id, number, recipient, lease_id, broker, leased_until, time)
select *, $7::timestamptz
from unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[]))"};
}  // namespace

void save_messages(const World& world, const Sealing& sealing, std::vector<Query>& queries,
                   std::vector<CommittedMessage>& committed) {
  Numbers positions;
  Texts ids, recipients, senders, types, cases, bodies;
  std::vector<bool> immediate;
  std::vector<base::Time> times;
  int64_t position = sealing.heads.message;
  for (const message::Outgoing& message : world.changes.messages) {
    const message::Placing placing{sealing.next_id(), base::format_time(sealing.now), position};
    positions.push_back(position++);
    ids.push_back(placing.id);
    recipients.push_back(message.recipient);
    senders.push_back(message.sender);
    types.push_back(message.type);
    cases.push_back(message.case_id);
    immediate.push_back(message.is_immediate);
    times.push_back(sealing.now);
    bodies.push_back(message::encode_envelope(message, placing, sealing.sign));
    committed.push_back({{positions.back(), placing.id, message.case_id, message.is_immediate},
                         message.recipient,
                         std::make_shared<const std::string>(bodies.back())});
  }
  if (!ids.empty()) {
    queries.emplace_back(insert_messages, Params(number_array(positions), id_array(ids), text_array(recipients),
                                                 text_array(senders), text_array(types), id_array(cases),
                                                 boolean_array(immediate), time_array(times), text_array(bodies)));
  }
}

void save_receipts(const World& world, const Sealing& sealing, std::vector<Query>& queries) {
  Texts ids, kinds, recipients;
  Texts leases, brokers;
  std::vector<std::optional<base::Time>> until;
  for (const ReceiptRow& receipt : world.changes.receipts) {
    ids.push_back(receipt.message_id);
    kinds.push_back(receipt.kind);
    recipients.push_back(receipt.recipient);
    const auto& delivery = receipt.delivery;
    leases.push_back(delivery ? delivery->lease_id : "");
    brokers.push_back(delivery ? delivery->broker : "");
    until.push_back(delivery ? std::optional(delivery->leased_until) : std::nullopt);
  }
  if (!ids.empty()) {
    queries.emplace_back(insert_receipts, Params(id_array(ids), text_array(kinds), text_array(recipients),
                                                 id_array(leases), id_array(brokers), until, sealing.now));
  }
  Texts again, again_recipients, again_leases, again_brokers;
  Numbers numbers;
  std::vector<base::Time> again_until;
  for (const auto& [id, delivery] : world.changes.redeliveries) {
    again.push_back(id);
    numbers.push_back(delivery.number);
    again_recipients.push_back(delivery.recipient);
    again_leases.push_back(delivery.lease_id);
    again_brokers.push_back(delivery.broker);
    again_until.push_back(delivery.leased_until);
  }
  if (!again.empty()) {
    queries.emplace_back(insert_redeliveries, Params(again, numbers, again_recipients, again_leases, again_brokers,
                                                     again_until, sealing.now));
  }
}

}  // namespace broker::store
