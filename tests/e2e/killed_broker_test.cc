// waymarkd is killed fifty times at random moments while clients do the main job over and over. Everything that was
// answered 2xx has to be found afterwards, exactly once, and a repeat with the same key has to give the same answer.
#include <atomic>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <thread>

#include "broker/base/random.h"
#include "broker/client/log_verifier.h"
#include "tests/e2e/sandbox_fixture.h"

namespace e2e {
namespace {

using broker::client::PostOptions;

constexpr int kills = 50;
constexpr int workers = 3;
constexpr int moment_max_ms = 300;
constexpr uint64_t seed = 20'261'113;

// A write that was granted, with all that is needed to repeat it.
struct Granted {
  std::string caller, target, body;
  PostOptions options;
  int status = 0;
  std::string answer;
};

struct Job {
  std::string surname;
  std::string case_id;
  std::string enquiry_id;
  std::vector<Granted> granted;
};

class KilledBroker : public SandboxTest {
 protected:
  // Posts with a key of its own; a broker that is away is waited for, and the repeats carry the same key.
  static Json post(Job& job, Api& api, const std::string& caller, const std::string& target, const Json& body,
                   const std::string& if_match = "") {
    PostOptions options;
    options.idempotency_key = broker::client::new_key();
    options.if_match = if_match;
    const Answer answer = api.post(target, dump(body), options);
    if (!answer.is_granted()) throw std::runtime_error(target + " gave " + answer.body);
    job.granted.push_back({caller, target, dump(body), options, answer.status, answer.body});
    return broker::client::parse_json(answer.body);
  }

  static std::string etag(Api& api, const std::string& resource) {
    const Answer answer = api.get(resource);
    if (!answer.is_granted()) throw std::runtime_error(resource + " gave " + answer.body);
    return answer.header("ETag");
  }

  // Opens, enquires, answers, closes.
  void do_job(Job& job, Api& owner, Api& other) {
    const Json child = {{"surname", job.surname}, {"forename", "Robin"}};
    job.case_id = text_at(post(job, owner, "314", "/v1/cases", {{"child", child}}), "/id");
    const std::string path = "/v1/cases/" + job.case_id;
    const Json sent = post(job, owner, "314", path + "/enquiries", {{"to", {"319"}}, {"message", job.surname}});
    job.enquiry_id = text_at(sent, "/items/0/id");
    const std::string enquiry = "/v1/enquiries/" + job.enquiry_id;
    post(job, other, "319", enquiry + "/replies", on_roll("3194001"), etag(other, enquiry));
    post(job, owner, "314", path + "/close", Json::object(), etag(owner, path));
  }

  void work(int number) {
    Api owner = fresh_api("314");
    Api other = fresh_api("319");
    for (int i = 0; !is_over_; ++i) {
      Job job;
      // Letters, since a name is what it is.
      job.surname = "Worker" + std::string(1, static_cast<char>('A' + number)) + std::to_string(i);
      try {
        do_job(job, owner, other);
      } catch (const std::exception& error) {
        const std::lock_guard lock(mutex_);
        failures_.push_back(error.what());
      }
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
  }

  // Kills the broker at moments that have nothing to do with what it is doing.
  void kill_again_and_again() {
    broker::base::SeededRandom random(seed);
    for (int i = 0; i < kills; ++i) {
      std::unique_lock lock(mutex_);
      const std::chrono::milliseconds moment(random.next() % moment_max_ms);
      never_.wait_for(lock, moment, [] { return false; });
      lock.unlock();
      const pid_t before = sandbox_->broker_pid();
      ASSERT_TRUE(sandbox_->kill_broker()) << "kill " << i;
      ASSERT_TRUE(sandbox_->await_broker(before, std::chrono::seconds(30))) << "kill " << i;
    }
  }

  void expect_kept(const Job& job) {
    const Json record = expect_status(as("314").get("/v1/cases/" + job.case_id), 200);
    EXPECT_EQ(text_at(record, "/status"), "closed");
    std::map<std::string, int> events;
    for (const Json& one : all_items(as("314"), "/v1/cases/" + job.case_id + "/timeline")) {
      ++events[text_at(one, "/type")];
    }
    const std::map<std::string, int> once = {{"case.opened", 1},
                                             {"enquiry.opened", 1},
                                             {"enquiry.replied", 1},
                                             {"location.confirmed", 1},
                                             {"case.closed", 1}};
    EXPECT_EQ(events, once) << job.surname;
    for (const Granted& one : job.granted) {
      const Answer again = as(one.caller).post(one.target, one.body, one.options);
      EXPECT_EQ(again.status, one.status) << one.target;
      EXPECT_EQ(again.body, one.answer) << one.target;
      EXPECT_EQ(again.header("Idempotency-Replayed"), "true") << one.target;
    }
  }

  // How often each case has a message of this type in the caller's inbox.
  std::map<std::string, int> messages(const std::string& caller, const std::string& type) {
    std::map<std::string, int> by_case;
    for (const Json& one : all_items(as(caller), "/v1/inbox")) {
      if (text_at(one, "/type") == type) ++by_case[text_at(one, "/case_id")];
    }
    return by_case;
  }

  std::mutex mutex_;
  std::condition_variable never_;
  std::atomic<bool> is_over_ = false;
  std::vector<Job> jobs_;
  std::vector<std::string> failures_;
};

}  // namespace

TEST_F(KilledBroker, LosesNothingThatWasAnsweredAndDoublesNothing) {
  std::vector<std::thread> threads;
  for (int i = 0; i < workers; ++i) threads.emplace_back([this, i] { work(i); });
  kill_again_and_again();
  is_over_ = true;
  for (std::thread& thread : threads) thread.join();
  for (const std::string& failure : failures_) ADD_FAILURE() << failure;
  std::cout << jobs_.size() << " jobs were done while waymarkd was killed " << kills << " times\n";
  EXPECT_GT(jobs_.size(), static_cast<size_t>(kills));

  std::map<std::string, int> once, cases;
  for (const Json& one : all_items(as("314"), "/v1/cases")) ++cases[text_at(one, "/id")];
  for (const Job& job : jobs_) {
    expect_kept(job);
    once[job.case_id] = 1;
  }
  EXPECT_EQ(cases, once) << "a case that nobody was told of, or one that is lost";
  EXPECT_EQ(messages("319", "enquiry.opened"), once);
  EXPECT_EQ(messages("319", "case.closed"), once);
  EXPECT_EQ(messages("314", "enquiry.replied"), once);
  EXPECT_EQ(messages("314", "location.confirmed"), once);
  EXPECT_EQ(broker::client::verify_log(as("314"), {}).fault, "");
}

}  // namespace e2e
