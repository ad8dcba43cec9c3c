// Reads large uploads after they were answered: fetches the sealed bytes, reads a part on a thread, writes it, and so
// on. Where a broker dies in between, this or another one goes on behind the last part that was written.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "broker/delivery/upload_steps.h"
#include "broker/postgres/pool.h"
#include "broker/store/writer.h"

namespace broker::delivery {

constexpr size_t upload_part_bytes = size_t{1} << 20;  // of a file, sealed by itself
constexpr size_t upload_rows_at_once = 1'000;          // written in one transaction

// What a part of a waiting file is sealed for, so that no part stands in for another.
std::string part_context(const std::string& upload_id, int64_t number);

class UploadWorker {
 public:
  // All references outlive the worker. `directory` takes the bytes of the file that is being read, without a name.
  UploadWorker(boost::asio::any_io_executor executor, postgres::Pool& writer_pool, store::Writer& writer,
               const store::Vault& vault, const domain::Calendar& calendar, boost::asio::thread_pool& threads,
               std::string directory);

  boost::asio::awaitable<void> run();
  void wake();
  void stop();

  // Reads one upload to its end; false when none waits.
  boost::asio::awaitable<bool> work_once();

 private:
  struct Reading;
  boost::asio::awaitable<bool> fetch(Reading& reading);
  boost::asio::awaitable<void> read(Reading& reading);
  boost::asio::awaitable<bool> write(Reading& reading, PreparedPart part);
  boost::asio::awaitable<void> fail(Reading& reading, base::Problem problem);

  boost::asio::any_io_executor executor_;
  postgres::Pool& writer_pool_;
  store::Writer& writer_;
  const store::Vault& vault_;
  const domain::Calendar& calendar_;
  boost::asio::thread_pool& threads_;
  std::string directory_;
  boost::asio::steady_timer timer_;
  bool is_awake_ = false;
  bool is_stopped_ = false;
};

}  // namespace broker::delivery
