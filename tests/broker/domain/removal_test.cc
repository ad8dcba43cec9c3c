#include <gtest/gtest.h>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {
namespace {

PermitRemoval on_ground(char ground) {
  PermitRemoval command;
  command.ground = ground;
  return command;
}

World located() {
  World world = World::with_open_case();
  world.enquire(other);
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  return world;
}

}  // namespace

TEST(RemovalFromRoll, OnGroundANeedsAStandingConfirmation) {
  World world = World::with_open_case();
  EXPECT_EQ(world.refusal(officer_of(owner), on_ground('A')), "removal-not-permitted");
  world.enquire(other);
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  world.must(officer_of(owner, "ben"), on_ground('A'));
  EXPECT_EQ(world.record().removal.status, RemovalStatus::permitted);
  EXPECT_EQ(world.record().removal.permitted_by, "ben");
  EXPECT_EQ(world.record().removal.school, leaver_school);
  EXPECT_EQ(world.refusal(officer_of(owner), on_ground('A')), "removal-already-permitted");
}

TEST(RemovalFromRoll, OnGroundINeedsAllFourOfItsConditions) {
  World world = World::with_open_case();
  PermitRemoval command = on_ground('I');
  EXPECT_EQ(world.refusal(officer_of(owner), command), "removal-not-permitted");
  command.unexplained_absence_days = 20;
  EXPECT_EQ(world.refusal(officer_of(owner), command), "removal-not-permitted");
  command.school_enquiries_exhausted = true;
  EXPECT_EQ(world.refusal(officer_of(owner), command), "removal-not-permitted");
  command.authority_enquiries_exhausted = true;
  EXPECT_EQ(world.refusal(officer_of(owner), command), "removal-not-permitted");
  command.lost_pupil_upload_done = true;
  EXPECT_EQ(world.refusal(officer_of(owner), command), "none");
  command.unexplained_absence_days = 19;
  EXPECT_EQ(world.refusal(officer_of(owner), command), "removal-not-permitted");
}

TEST(RemovalFromRoll, KnowsTheGroundsAToOAndNoOther) {
  World world = World::with_open_case();
  for (const char ground : std::string("BCDEFGHJKLMNO")) {
    EXPECT_EQ(world.refusal(officer_of(owner), on_ground(ground)), "none") << ground;
  }
  for (const char ground : std::string("PZa1 ")) {
    EXPECT_EQ(world.refusal(officer_of(owner), on_ground(ground)), "invalid") << ground;
  }
}

TEST(RemovalFromRoll, IsPermittedByTheOwnerAlone) {
  World world = located();
  EXPECT_EQ(world.refusal(officer_of(other), on_ground('A')), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), on_ground('A')), "not-found");
}

TEST(RemovalFromRoll, NeedsASchoolToRemoveFrom) {
  World world;
  ASSERT_TRUE(world.open(officer_of(owner), OpenCase{}));
  PermitRemoval command = on_ground('B');
  EXPECT_EQ(world.refusal(officer_of(owner), command), "invalid");
  command.school = "3144002";
  world.must(officer_of(owner), command);
  EXPECT_EQ(world.record().removal.school, "3144002");
}

TEST(RemovalFromRoll, IsConfirmedByThatSchoolOnceItIsPermitted) {
  World world = located();
  const ConfirmRemoval command{date("2026-11-13"), "Removed today."};
  EXPECT_EQ(world.refusal(school(leaver_school), command), "removal-not-permitted");
  world.must(officer_of(owner), on_ground('A'));
  EXPECT_EQ(world.refusal(officer_of(owner), command), "not-permitted");
  EXPECT_EQ(world.refusal(officer_of(other), command), "not-found");
  EXPECT_EQ(world.refusal(school("3144002"), command), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), ConfirmRemoval{date("2026-11-14"), ""}), "invalid");
  world.must(school(leaver_school), command);
  EXPECT_EQ(world.record().removal.status, RemovalStatus::confirmed);
  EXPECT_EQ(world.record().removal.removed_on, date("2026-11-13"));
  EXPECT_EQ(world.record().removal.confirmed_by, "office");
  EXPECT_EQ(world.refusal(school(leaver_school), command), "conflict");
}

TEST(RemovalFromRoll, OnGroundITakesNoOtherAbsenceAndNoOtherCause) {
  World world = World::with_open_case();
  PermitRemoval command = on_ground('I');
  command.unexplained_absence_days = 20;
  command.school_enquiries_exhausted = command.authority_enquiries_exhausted = command.lost_pupil_upload_done = true;
  command.absence_codes = "GNO";
  EXPECT_EQ(world.refusal(officer_of(owner), command), "none");
  command.has_unavoidable_cause = true;
  EXPECT_EQ(world.refusal(officer_of(owner), command), "removal-not-permitted");
  command.has_unavoidable_cause = false;
  command.absence_codes = "GNI";
  EXPECT_EQ(world.refusal(officer_of(owner), command), "removal-not-permitted");
}

TEST(RemovalFromRoll, BeforeItIsPermittedIsFlaggedOnceAndPermitsNothing) {
  World world = World::with_open_case();
  const ReportRemoval command{date("2026-11-10"), "upload"};
  EXPECT_EQ(world.refusal(school("3144002"), command), "not-found");
  EXPECT_EQ(world.refusal(officer_of(owner), command), "not-found");
  world.must(school(leaver_school), command);
  ASSERT_TRUE(world.record().removal.early);
  EXPECT_EQ(world.record().removal.early->removed_on, date("2026-11-10"));
  EXPECT_EQ(world.record().removal.status, RemovalStatus::not_permitted);
  EXPECT_EQ(world.act(school(leaver_school), command)->size(), 0U);
}

TEST(RemovalFromRoll, ConfirmedForADayBeforeThePermissionIsFlagged) {
  World world = located();
  world.must(officer_of(owner), on_ground('A'));
  world.must(school(leaver_school), ConfirmRemoval{date("2026-11-12"), ""});
  EXPECT_EQ(world.record().removal.status, RemovalStatus::confirmed);
  EXPECT_TRUE(world.record().removal.early);
}

TEST(RemovalFromRoll, NeedsNoTransferFileForAChildWhoDied) {
  World world = World::with_open_case();
  world.must(officer_of(owner), on_ground('K'));
  world.must(school(leaver_school), ConfirmRemoval{date("2026-11-13"), ""});
  EXPECT_FALSE(world.record().removal.transfer_due);
  EXPECT_FALSE(world.record().removal.early);
}

TEST(RemovalFromRoll, MovesNoCase) {
  World world = World::with_open_case();
  world.must(officer_of(owner), on_ground('B'));
  world.must(school(leaver_school), ConfirmRemoval{date("2026-11-12"), ""});
  EXPECT_EQ(world.status(), CaseStatus::open);
  EXPECT_EQ(world.refusal(officer_of(owner), Close{}), "case-not-confirmed");
}

}  // namespace broker::domain::testing
