#include "broker/api/reports.h"

#include <algorithm>
#include <tuple>

#include "adapters/csv.h"
#include "broker/domain/reference/directory.h"
#include "broker/message/resource.h"
#include "broker/store/work_list.h"

namespace broker::api {
namespace {

using base::refuse;
using base::Result;
using domain::Rating;
using message::ObjectWriter;

constexpr int64_t page_rows = 500;

std::string name_of(const std::string& authority) {
  const auto* facts = domain::reference::find_authority(authority);
  return facts == nullptr ? authority : facts->name;
}

std::string text_of_rating(Rating rating) {
  return std::string(domain::text_of(rating));
}

RegisterEntry entry_of(const Services& services, domain::Case record, base::Date today) {
  RegisterEntry entry;
  const base::Date from = record.missing_since.value_or(base::date_in_england(record.opened));
  if (const auto days = services.calendar.school_days_between(from, today, record.owner)) {
    entry.days = days->days;
    entry.is_school_days = days->is_school_days;
  }
  entry.proposed = domain::proposed_rating(record, entry.days, today);
  entry.record = std::move(record);
  return entry;
}

std::string entry_json(const RegisterEntry& entry) {
  const domain::Case& record = entry.record;
  ObjectWriter json;
  json.text("case_id", record.id).text("reference", record.reference).text("status", domain::text_of(record.status));
  json.text("forename", record.child.forename).text("surname", record.child.surname);
  json.text("reason", record.reason).text("return_reason", domain::return_reason(record.reason));
  json.text_or_null("missing_since", record.missing_since ? base::format_date(*record.missing_since) : "");
  if (entry.days) json.number("days", *entry.days).boolean("are_school_days", entry.is_school_days);
  json.text("rating", text_of_rating(entry.rating())).text("proposed", text_of_rating(entry.proposed));
  if (entry.agreed) {
    json.text("agreed_by", entry.agreed->officer).text("agreed", base::format_time(entry.agreed->agreed));
  }
  return json.done();
}

std::string times_json(const AuthorityTimes& one) {
  ObjectWriter json;
  json.text("authority", one.authority).text("name", name_of(one.authority)).number("answered", one.times.count);
  json.number("unanswered", one.unanswered);
  if (one.times.count > 0) {
    json.number("middle_working_days", one.times.middle).number("nine_in_ten_working_days", one.times.nine_in_ten);
  }
  return json.done();
}

std::string list_of_times(const std::vector<AuthorityTimes>& all) {
  std::vector<std::string> items;
  for (const AuthorityTimes& one : all) items.push_back(times_json(one));
  return message::encode_items(items);
}

bool wants_csv(const Call& call) {
  const std::string* accept = call.request.headers.find("Accept");
  return accept != nullptr && accept->starts_with("text/csv");
}

Answer csv_answer(std::string body) {
  Answer answer = json_answer(200, std::move(body));
  answer.headers.front().second = "text/csv; charset=utf-8";
  return answer;
}

void add_row(std::string& csv, const std::vector<std::string>& fields) {
  adapters::CsvWriter writer(csv, adapters::FormulaGuard::on);
  for (const std::string& field : fields) writer.field(field);
  writer.end_row();
}

}  // namespace

boost::asio::awaitable<std::vector<RegisterEntry>> register_of(Services& services, store::Viewer viewer) {
  const base::Date today = base::date_in_england(services.clock.now());
  const auto agreed = co_await store::agreed_ratings(services.pool, viewer);
  std::vector<RegisterEntry> entries;
  for (const char* status : {"open", "located"}) {
    store::ClockPlace place;
    bool has_more = true;
    while (has_more && entries.size() < register_max) {
      auto cases = co_await store::cases_by_clock(services.pool, viewer, status, place, page_rows);
      has_more = static_cast<int64_t>(cases.size()) == page_rows;
      if (has_more) place = cases.back().place;
      for (store::ClockedCase& one : cases) {
        RegisterEntry entry = entry_of(services, std::move(one.record), today);
        if (const auto found = agreed.find(entry.record.id); found != agreed.end()) entry.agreed = found->second;
        entries.push_back(std::move(entry));
      }
    }
  }
  co_return entries;
}

store::FrozenMonth count_ratings(const std::vector<RegisterEntry>& entries, const std::string& month) {
  store::FrozenMonth counts;
  counts.month = month;
  for (const RegisterEntry& entry : entries) {
    switch (entry.rating()) {
      case Rating::red: ++counts.red; break;
      case Rating::amber: ++counts.amber; break;
      case Rating::green: ++counts.green; break;
    }
  }
  return counts;
}

std::vector<std::pair<std::string, int64_t>> days_reached(const std::vector<RegisterEntry>& entries) {
  constexpr int ends[] = {5, 10, 15, 20, 40};
  std::vector<std::pair<std::string, int64_t>> bands;
  int begin = 0;
  for (const int end : ends) {
    bands.emplace_back(std::to_string(begin) + "–" + std::to_string(end), 0);
    begin = end + 1;
  }
  bands.emplace_back("over 40", 0);
  bands.emplace_back("not known", 0);
  for (const RegisterEntry& entry : entries) {
    size_t band = std::size(ends) + 1;
    if (entry.days) {
      const int* const end = std::lower_bound(std::begin(ends), std::end(ends), *entry.days);
      band = static_cast<size_t>(end - std::begin(ends));
    }
    ++bands[band].second;
  }
  return bands;
}

std::vector<AuthorityTimes> times_by_authority(const domain::Calendar& calendar,
                                               const std::vector<store::AnsweredEnquiries>& enquiries) {
  std::map<std::string, std::pair<std::vector<int>, int64_t>> by_authority;
  for (const store::AnsweredEnquiries& one : enquiries) {
    auto& [days, unanswered] = by_authority[one.authority];
    if (!one.answered) {
      unanswered += one.count;
      continue;
    }
    // Between authorities it is working days: those of a calendar without terms.
    if (const auto passed = calendar.school_days_between(one.opened, *one.answered, "")) {
      days.insert(days.end(), static_cast<size_t>(one.count), passed->days);
    }
  }
  std::vector<AuthorityTimes> times;
  for (auto& [authority, found] : by_authority) {
    times.push_back({authority, domain::times_of(std::move(found.first)), found.second});
  }
  std::sort(times.begin(), times.end(), [](const AuthorityTimes& a, const AuthorityTimes& b) {
    return std::tie(b.times.middle, a.authority) < std::tie(a.times.middle, b.authority);
  });
  return times;
}

base::Date answers_since(base::Date today) {
  return base::Date(std::chrono::sys_days(today) - std::chrono::days(365));
}

std::string register_csv(const std::vector<RegisterEntry>& entries) {
  std::string csv = "reference,forename,surname,status,reason,return_reason,missing_since,days,rating,proposed\n";
  for (const RegisterEntry& entry : entries) {
    const domain::Case& record = entry.record;
    add_row(csv,
            {record.reference, record.child.forename, record.child.surname, std::string(domain::text_of(record.status)),
             record.reason, std::string(domain::return_reason(record.reason)),
             record.missing_since ? base::format_date(*record.missing_since) : "",
             entry.days ? std::to_string(*entry.days) : "", text_of_rating(entry.rating()),
             text_of_rating(entry.proposed)});
  }
  return csv;
}

std::string return_csv(const domain::ReturnCounts& counts) {
  std::string csv;
  std::vector<std::string> head = {"reason"};
  for (const std::string_view band : domain::duration_bands()) head.emplace_back(band);
  head.emplace_back("total");
  add_row(csv, head);
  for (const std::string_view reason : domain::return_reasons()) {
    std::vector<std::string> row = {std::string(reason)};
    int64_t total = 0;
    const auto found = counts.find(reason);
    for (const std::string_view band : domain::duration_bands()) {
      const bool has_any = found != counts.end() && found->second.contains(band);
      const int64_t count = has_any ? found->second.at(band) : 0;
      total += count;
      row.push_back(std::to_string(count));
    }
    row.push_back(std::to_string(total));
    add_row(csv, row);
  }
  return csv;
}

std::string performance_csv(const std::vector<AuthorityTimes>& sent, const std::vector<AuthorityTimes>& received) {
  std::string csv = "direction,authority,name,answered,unanswered,middle_working_days,nine_in_ten_working_days\n";
  for (const auto& [direction, all] : {std::pair{"sent", &sent}, std::pair{"received", &received}}) {
    for (const AuthorityTimes& one : *all) {
      const bool has_any = one.times.count > 0;
      add_row(csv, {direction, one.authority, name_of(one.authority), std::to_string(one.times.count),
                    std::to_string(one.unanswered), has_any ? std::to_string(one.times.middle) : "",
                    has_any ? std::to_string(one.times.nine_in_ten) : ""});
    }
  }
  return csv;
}

Reply get_register(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {})) co_return refuse(std::move(*refusal));
  const auto entries = co_await register_of(services, call.viewer);
  const base::Date today = base::date_in_england(services.clock.now());
  Answer answer;
  if (wants_csv(call)) {
    answer = csv_answer(register_csv(entries));
  } else {
    const store::FrozenMonth counts = count_ratings(entries, "");
    std::vector<std::string> items;
    for (const RegisterEntry& entry : entries) items.push_back(entry_json(entry));
    ObjectWriter json;
    json.text("authority", call.actor.authority).text("on", base::format_date(today));
    json.json(
        "counts",
        ObjectWriter().number("red", counts.red).number("amber", counts.amber).number("green", counts.green).done());
    answer = json_answer(200, json.json("items", message::encode_items(items)).done());
  }
  if (entries.empty()) co_return answer;
  store::Look look{.action = "look.register"};
  for (const RegisterEntry& entry : entries) look.children.insert({entry.record.id, entry.record.owner});
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply get_return(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"on"})) co_return refuse(std::move(*refusal));
  base::Date day = base::date_in_england(services.clock.now());
  if (const std::string* on = call.request.query_value("on")) {
    const auto read = base::parse_date(*on);
    if (!read) co_return refuse(base::invalid_field("/on", "must be a date, as in 2026-10-01"));
    day = *read;
  }
  const auto missing = co_await store::missing_on(services.pool, call.viewer, day);
  const domain::ReturnCounts counts = domain::count_return(missing, day);
  if (wants_csv(call)) co_return csv_answer(return_csv(counts));
  std::vector<std::string> items;
  int64_t all = 0;
  for (const auto& [reason, bands] : counts) {
    ObjectWriter durations;
    int64_t total = 0;
    for (const auto& [band, count] : bands) {
      durations.number(band, count);
      total += count;
    }
    all += total;
    items.push_back(
        ObjectWriter().text("reason", reason).number("total", total).json("durations", durations.done()).done());
  }
  co_return json_answer(200, ObjectWriter()
                                 .text("authority", call.actor.authority)
                                 .text("on", base::format_date(day))
                                 .number("total", all)
                                 .json("items", message::encode_items(items))
                                 .done());
}

Reply get_performance(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {})) co_return refuse(std::move(*refusal));
  const base::Date since = answers_since(base::date_in_england(services.clock.now()));
  const auto sent = co_await store::answer_times(services.pool, call.viewer, true, since);
  const auto received = co_await store::answer_times(services.pool, call.viewer, false, since);
  const auto by_us = times_by_authority(services.calendar, received);
  const auto by_others = times_by_authority(services.calendar, sent);
  if (wants_csv(call)) co_return csv_answer(performance_csv(by_others, by_us));
  co_return json_answer(200, ObjectWriter()
                                 .text("authority", call.actor.authority)
                                 .text("since", base::format_date(since))
                                 .json("sent", list_of_times(by_others))
                                 .json("received", list_of_times(by_us))
                                 .done());
}

}  // namespace broker::api
