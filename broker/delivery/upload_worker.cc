#include "broker/delivery/upload_worker.h"

#include <exception>
#include <functional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "broker/base/body_file.h"
#include "broker/base/log.h"
#include "broker/store/uploads.h"

namespace broker::delivery {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using base::Result;

constexpr int64_t lease_seconds = 30;
constexpr std::chrono::seconds idle_time{5};

// Runs on a thread; `reader` is touched by nobody else meanwhile.
awaitable<Result<PreparedPart>> next_part(adapters::PupilFileReader& reader, Sender sender, const store::Vault& vault) {
  auto part = reader.next(upload_rows_at_once);
  if (!part) co_return base::refuse(std::move(part.error()));
  PreparedPart prepared = prepare_part(std::move(*part), sender, vault);
  prepared.bytes_read = static_cast<int64_t>(reader.bytes_read());
  co_return prepared;
}

}  // namespace

std::string part_context(const std::string& upload_id, int64_t number) {
  return upload_id + "/" + std::to_string(number);
}

struct UploadWorker::Reading {
  store::UploadRow upload;
  base::BodyFile file;
  std::unique_ptr<adapters::PupilFileReader> reader;

  Sender sender() const { return {upload.authority, upload.school, upload.kind}; }
};

UploadWorker::UploadWorker(asio::any_io_executor executor, postgres::Pool& writer_pool, store::Writer& writer,
                           const store::Vault& vault, const domain::Calendar& calendar, asio::thread_pool& threads,
                           std::string directory)
    : executor_(executor),
      writer_pool_(writer_pool),
      writer_(writer),
      vault_(vault),
      calendar_(calendar),
      threads_(threads),
      directory_(std::move(directory)),
      timer_(executor) {}

void UploadWorker::wake() {
  is_awake_ = true;
  timer_.cancel();
}

void UploadWorker::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

awaitable<void> UploadWorker::run() {
  while (!is_stopped_) {
    is_awake_ = false;
    try {
      const bool has_read = co_await work_once();
      if (has_read) continue;
    } catch (const std::exception& error) {
      base::log_warning("an upload waits and will be read on", {{"error", error.what()}});
    }
    if (is_awake_ || is_stopped_) continue;
    timer_.expires_after(idle_time);
    boost::system::error_code woken;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

awaitable<bool> UploadWorker::work_once() {
  auto claimed = co_await store::claim_upload(writer_pool_, lease_seconds);
  if (!claimed) {
    co_await store::forget_upload_parts(writer_pool_);
    co_return false;
  }
  Reading reading{std::move(*claimed), base::BodyFile(directory_), nullptr};
  const bool is_whole = co_await fetch(reading);
  if (!is_whole) {
    co_await fail(reading,
                  base::problem(base::ProblemType::internal, "The file can't be opened any more. Send it again."));
    co_return true;
  }
  co_await read(reading);
  co_return true;
}

// The bytes into a file without a name, each part opened by its own key.
awaitable<bool> UploadWorker::fetch(Reading& reading) {
  for (int64_t number = 0; static_cast<int64_t>(reading.file.size()) < reading.upload.bytes; ++number) {
    const auto part = co_await store::read_upload_part(writer_pool_, reading.upload.id, number);
    const auto bytes = part ? vault_.open(*part, part_context(reading.upload.id, number)) : std::nullopt;
    if (!bytes || bytes->empty()) co_return false;
    reading.file.append(*bytes);
  }
  co_return reading.file.sha256() == reading.upload.digest;
}

awaitable<void> UploadWorker::read(Reading& reading) {
  const auto purpose = purpose_of(reading.upload.kind);
  const auto format = adapters::file_format("", reading.upload.filename);
  base::ensure(purpose && format);
  reading.reader =
      adapters::PupilFileReader::open(reading.file.descriptor(), reading.upload.filename, *format, *purpose);
  const Sender sender = reading.sender();
  bool is_last = false;
  // Parts fall the same way each time, so that those which were written before are only read past.
  for (int64_t number = 0; !is_last && !is_stopped_; ++number) {
    Result<PreparedPart> part =
        co_await asio::co_spawn(threads_, next_part(*reading.reader, sender, vault_), asio::use_awaitable);
    if (!part) {
      base::Problem problem = std::move(part.error());
      co_await fail(reading, std::move(problem));
      co_return;
    }
    is_last = part->is_last;
    if (number < reading.upload.parts_done) continue;
    PreparedPart prepared = std::move(*part);
    const bool goes_on = co_await write(reading, std::move(prepared));
    if (!goes_on) co_return;
  }
}

// False when another broker has taken the upload over, or the store is away: whoever claims it next goes on.
awaitable<bool> UploadWorker::write(Reading& reading, PreparedPart part) {
  std::vector<std::string> upns = upns_of_leavers(part, reading.sender());
  part.cases = co_await cases_of_leavers(writer_pool_, upns, reading.upload.authority);
  store::Write what;
  what.needs = needs_of(part, reading.sender());
  what.needs.uploads = {reading.upload.id};
  what.caller = "authority:" + reading.upload.authority;          // in line with what its sender does otherwise
  auto shared = std::make_shared<PreparedPart>(std::move(part));  // owners: the write and this call
  what.decide = [shared, id = reading.upload.id, done = reading.upload.parts_done,
                 &calendar = calendar_](store::World& world) -> Result<store::Answer> {
    const store::UploadRow* found = world.upload(id);
    if (found == nullptr || found->status != "processing" || found->parts_done != done) {
      return base::refuse(base::problem(base::ProblemType::conflict, "The upload is read by another broker."));
    }
    store::UploadRow upload = *found;
    auto errors = write_part(world, upload, *shared, calendar);
    ++upload.parts_done;
    upload.claimed_until = world.now() + std::chrono::seconds(lease_seconds);
    if (shared->is_last) {
      upload.status = "completed";
      upload.bytes_read = upload.bytes;
      world.audit({upload.authority, upload.officer, upload.school}, "upload.completed", upload.id, upload.digest);
    }
    world.put_upload(std::move(upload), std::move(errors));
    return store::Answer{};
  };
  const auto written = co_await writer_.submit(std::move(what));
  if (!written) {
    base::log_warning("an upload waits", {{"upload", reading.upload.id}, {"problem", written.error().detail}});
    co_return false;
  }
  ++reading.upload.parts_done;
  co_return true;
}

awaitable<void> UploadWorker::fail(Reading& reading, base::Problem problem) {
  const std::string code = adapters::code_of_refusal(problem);
  store::Write what;
  what.needs.uploads = {reading.upload.id};
  what.decide = [id = reading.upload.id, code, reason = problem.detail](store::World& world) -> Result<store::Answer> {
    const store::UploadRow* found = world.upload(id);
    if (found == nullptr || found->status != "processing") return store::Answer{};
    store::UploadRow upload = *found;
    upload.status = "failed";
    ++upload.parts_done;
    world.audit({upload.authority, upload.officer, upload.school}, "upload.failed", upload.id, upload.digest);
    world.put_upload(std::move(upload), {{0, "", code, reason, "", ""}});
    return store::Answer{};
  };
  const auto written = co_await writer_.submit(std::move(what));
  if (!written) base::log_warning("an upload waits", {{"upload", reading.upload.id}});
}

}  // namespace broker::delivery
