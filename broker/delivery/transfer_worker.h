// Finds who may have the sealed file of a lost pupil, whichever came first, the file or the confirmation, and does what
// is due of every transfer. One runs in each broker; each step is decided under the writer's lock and so happens once.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "broker/audit/signature.h"
#include "broker/domain/calendar.h"
#include "broker/store/writer.h"

namespace broker::delivery {

class TransferWorker {
 public:
  // All references outlive the worker.
  TransferWorker(boost::asio::any_io_executor executor, postgres::Pool& writer_pool, store::Writer& writer,
                 const domain::Calendar& calendar, const base::Clock& clock, const audit::SigningKey& key);

  // Returns after stop().
  boost::asio::awaitable<void> run();
  // Something was committed that may show who may have a file.
  void wake();
  void stop();

  // One pass, for tests too.
  boost::asio::awaitable<void> work_once();

 private:
  boost::asio::awaitable<void> give_access();
  boost::asio::awaitable<void> keep_times();

  postgres::Pool& writer_pool_;
  store::Writer& writer_;
  const domain::Calendar& calendar_;
  const base::Clock& clock_;
  const audit::SigningKey& key_;
  boost::asio::steady_timer timer_;
  bool is_awake_ = false;
  bool is_stopped_ = false;
};

}  // namespace broker::delivery
