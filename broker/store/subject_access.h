// All that one authority holds about one child, for whoever asks what is held about them (subject access).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "broker/message/notice.h"
#include "broker/store/cases.h"
#include "broker/store/looks.h"
#include "broker/store/read.h"
#include "broker/store/reports.h"
#include "broker/store/world.h"

namespace broker::store {

// A row of a file of the viewer's or of one of its schools.
struct HeldFileRow {
  domain::MatchSide side;
  matcher::PupilRecord pupil;
  std::string filename;
  std::string officer;  // who uploaded it
  base::Time uploaded;
};

// A row that was refused when its file was read, and that holds a number of the child.
struct RefusedRow {
  std::string upload_id;
  UploadError error;
  std::string filename;
  std::string officer;
  base::Time uploaded;
};

struct AskedQuery {
  QueryRow query;
  base::Time time;
};

// What names the child itself.
struct NamingChild {
  matcher::PupilRecord child;       // as asked for, with the numbers, name and date that what was found says beside it
  std::vector<domain::Case> cases;  // the viewer's own, and those of others that it was asked about or matched
  std::vector<HeldFileRow> rows;
  std::vector<RefusedRow> refused;
  std::vector<AskedQuery> queries;
  std::vector<message::Notice> notices;  // with this child alone of their children
  bool is_too_much = false;              // more had to be looked at than is read at once
  bool is_of_several = false;            // a name and a date were asked for, and children with different UPNs have them
};

// What is surely of this child: what shares a UPN that either has or had; and by the same name and full date of birth
// what has no UPN, unless another child of that name and date is held. A likeness is not enough: what is given out must
// be about nobody else.
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
  std::map<std::string, AgreedRating> ratings;  // of the register, by case
};
boost::asio::awaitable<HangingOnChild> find_hanging(postgres::Pool& pool, Viewer viewer, const NamingChild& naming);

}  // namespace broker::store
