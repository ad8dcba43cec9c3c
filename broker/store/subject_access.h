// All that one authority holds about one child, for whoever asks what is held about them (subject access).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "broker/message/notice.h"
#include "broker/store/cases.h"
#include "broker/store/looks.h"
#include "broker/store/read.h"
#include "broker/store/world.h"

namespace broker::store {

// Whether two sets of particulars are surely of one child: a UPN that both know or knew, or, where one of them knows
// none, the same name and the same full date of birth. A likeness is not enough: what is given out must be about nobody
// else.
bool is_surely_same_child(const matcher::PupilRecord& a, const matcher::PupilRecord& b);

// A row of one of the viewer's files.
struct HeldFileRow {
  HeldRecord record;
  std::string filename;
  std::string officer;  // who uploaded it
  base::Time uploaded;
};

struct AskedQuery {
  QueryRow query;
  base::Time time;
};

// What names the child itself.
struct NamingChild {
  std::vector<domain::Case> cases;  // the viewer's own, and those of others that it was asked about or matched
  std::vector<HeldFileRow> rows;
  std::vector<AskedQuery> queries;
  std::vector<message::Notice> notices;  // with this child alone of their children
  bool is_too_much = false;              // more had to be looked at than is read at once

  bool is_empty() const { return cases.empty() && rows.empty() && queries.empty() && notices.empty(); }
};
boost::asio::awaitable<NamingChild> find_naming(postgres::Pool& pool, Viewer viewer, matcher::PupilRecord child);

// A message about one of the cases, without what it says, which stands in the cases and enquiries.
struct MessageLine {
  std::string id;
  std::string type;
  std::string sender;
  std::string recipient;
  std::string case_id;
  base::Time time;
};

// What hangs on it.
struct HangingOnChild {
  std::vector<domain::Match> matches;
  std::vector<std::string> transfers;  // ids
  std::vector<MessageLine> messages;
  std::vector<StoredLook> looks;
};
boost::asio::awaitable<HangingOnChild> find_hanging(postgres::Pool& pool, Viewer viewer, const NamingChild& naming,
                                                    std::vector<std::string> upns);

}  // namespace broker::store
