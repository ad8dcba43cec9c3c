// Both halves of many pairs are uploaded at once through two brokers over one database, which are killed in between:
// each pair is announced exactly once, to both sides. WAYMARK_PAIRS=10000 is the long version.
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "broker/base/random.h"
#include "matcher/identifiers.h"
#include "tests/e2e/sandbox_fixture.h"

namespace e2e {
namespace {

using broker::client::PostOptions;

constexpr int rows_of_a_file = 25;
constexpr std::chrono::seconds matching_time{300};

int pairs_wanted() {
  const char* text = std::getenv("WAYMARK_PAIRS");
  return text == nullptr ? 300 : std::atoi(text);
}

std::string upn_of(int n) {
  const std::string number = std::to_string(n);
  const std::string twelve = "8012" + std::string(8 - number.size(), '0') + number;
  return *matcher::upn_check_letter(twelve) + twelve;
}

std::string name_of(int n, const char* first) {
  static constexpr const char* syllables[] = {"bra", "kel", "mi", "toz", "va", "shen", "gul", "pry", "do", "fex"};
  std::string name = first;
  for (int rest = n + 1000; rest > 0; rest /= 10) name += syllables[rest % 10];
  return name;
}

std::string file_of(int first, int end) {
  std::string csv = "record_id,upn,surname,forename,dob,sex\n";
  for (int n = first; n < end; ++n) {
    const std::string dob =
        std::to_string(2009 + n % 9) + "-0" + std::to_string(1 + n % 9) + "-1" + std::to_string(n % 10);
    csv += std::to_string(n) + "," + upn_of(n) + "," + name_of(n, "Z") + "," + name_of(n * 7 + 3, "J") + "," + dob +
           ",F\n";
  }
  return csv;
}

class Pairs : public SandboxTest {
 protected:
  Api at(const std::string& url, const std::string& caller) {
    auto access = sandbox_->access(caller, "a.obi");
    access.patience = std::chrono::minutes(2);
    if (!url.empty()) access.url = url;
    return Api(std::move(access));
  }
  // All files of one side; a broker that is killed is waited for, and a repeat carries the same key.
  static void upload(Api api, const std::string& kind, int count) {
    PostOptions options;
    options.content_type = "text/csv";
    for (int first = 0; first < count; first += rows_of_a_file) {
      options.idempotency_key = broker::client::new_key();
      const std::string body = file_of(first, std::min(count, first + rows_of_a_file));
      const Answer answer = api.post("/v1/uploads?kind=" + kind, body, options);
      if (answer.status != 202) throw std::runtime_error(answer.body);
    }
  }

  // How often each pair stands in a list of matches as the holder sees them, by UPN; pairs of two UPNs by both.
  static std::map<std::string, int> counted(const std::vector<Json>& matches) {
    std::map<std::string, int> times;
    for (const Json& one : matches) ++times[text_at(one, "/mine/upn") + " " + text_at(one, "/theirs/upn")];
    return times;
  }
  static std::vector<Json> found_messages(const std::vector<Json>& inbox) {
    std::vector<Json> matches;
    for (const Json& one : inbox) {
      if (text_at(one, "/type") == "match.found")
        matches.push_back(one.at("data").contains("match") ? one.at("data").at("match") : one.at("data"));
    }
    return matches;
  }
};

}  // namespace

TEST_F(Pairs, UploadedAtOnceThroughTwoBrokersThatAreKilledAreAnnouncedOnceEach) {
  const int count = pairs_wanted();
  ExtraBroker second(scratch_.path() / "sandbox");
  std::atomic<bool> is_uploading = true;
  std::string failure;
  std::thread seekers([&] {
    try {
      upload(at("", "314"), "lost_pupils", count);
    } catch (const std::exception& error) {
      failure = error.what();
    }
  });
  std::thread holders([&] {
    try {
      upload(at(second.api_url(), "319"), "arrivals", count);
    } catch (const std::exception& error) {
      failure = error.what();
    }
  });
  std::thread ends([&] {
    seekers.join();
    holders.join();
    is_uploading = false;
  });
  broker::base::SystemRandom random;
  int kills = 0;
  // Also after the last upload, while the tasks are worked off.
  for (int rounds_after = 3; is_uploading || rounds_after > 0; rounds_after -= is_uploading ? 0 : 1) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200 + random.next() % 800));
    if (random.next() % 2 == 0) {
      second.kill_at_once();
      second.start();
    } else {
      sandbox_->kill_broker();
    }
    ++kills;
  }
  ends.join();
  ASSERT_EQ(failure, "");

  Api holder = at("", "319");
  const auto deadline = std::chrono::steady_clock::now() + matching_time;
  std::map<std::string, int> announced;
  const auto pairs_of = [&] {
    announced = counted(all_items(holder, "/v1/matches"));
    int pairs = 0;
    for (int n = 0; n < count; ++n) pairs += announced.contains(upn_of(n) + " " + upn_of(n)) ? 1 : 0;
    return pairs;
  };
  while (pairs_of() < count && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  EXPECT_EQ(pairs_of(), count);
  for (const auto& [pair, times] : announced) EXPECT_EQ(times, 1) << pair;
  const auto told = counted(found_messages(all_items(holder, "/v1/inbox")));
  EXPECT_EQ(told, announced) << "the holder is told of each pair once";
  Api seeker = at("", "314");
  EXPECT_EQ(found_messages(all_items(seeker, "/v1/inbox")).size(), announced.size()) << "and so is the seeker";
  std::cout << count << " pairs, " << kills << " kills, " << announced.size() << " announced\n";
}

}  // namespace e2e
