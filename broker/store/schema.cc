#include "broker/store/schema.h"

#include <array>

namespace broker::store {
namespace {

constexpr char first[] = {
#embed "broker/store/migrations/0001_first.sql"
    , '\0'};

constexpr char school_entries[] = {
#embed "broker/store/migrations/0002_school_entries.sql"
    , '\0'};

constexpr char enquiry_messages[] = {
#embed "broker/store/migrations/0003_enquiry_messages.sql"
    , '\0'};

constexpr char rows_in_line[] = {
#embed "broker/store/migrations/0004_rows_in_line.sql"
    , '\0'};

constexpr char looks[] = {
#embed "broker/store/migrations/0005_looks.sql"
    , '\0'};

constexpr char audit_heads[] = {
#embed "broker/store/migrations/0006_audit_heads.sql"
    , '\0'};

constexpr char caller_signatures[] = {
#embed "broker/store/migrations/0007_caller_signatures.sql"
    , '\0'};

constexpr char deadlines[] = {
#embed "broker/store/migrations/0008_deadlines.sql"
    , '\0'};

constexpr char inbox_log[] = {
#embed "broker/store/migrations/0009_inbox_log.sql"
    , '\0'};

constexpr char files[] = {
#embed "broker/store/migrations/0010_files.sql"
    , '\0'};

constexpr char officers[] = {
#embed "broker/store/migrations/0011_officers.sql"
    , '\0'};

constexpr char work_list[] = {
#embed "broker/store/migrations/0012_work_list.sql"
    , '\0'};

constexpr char query_limit[] = {
#embed "broker/store/migrations/0013_query_limit.sql"
    , '\0'};

constexpr char webhooks[] = {
#embed "broker/store/migrations/0014_webhooks.sql"
    , '\0'};

constexpr char notices[] = {
#embed "broker/store/migrations/0015_notices.sql"
    , '\0'};

constexpr char no_plain_files[] = {
#embed "broker/store/migrations/0016_no_plain_files.sql"
    , '\0'};

constexpr char cases_in_place[] = {
#embed "broker/store/migrations/0017_cases_in_place.sql"
    , '\0'};

constexpr char register_tables[] = {
#embed "broker/store/migrations/0018_register.sql"
    , '\0'};

constexpr char terms[] = {
#embed "broker/store/migrations/0019_terms.sql"
    , '\0'};

constexpr char notice_status[] = {
#embed "broker/store/migrations/0020_notice_status.sql"
    , '\0'};

constexpr char case_counts[] = {
#embed "broker/store/migrations/0021_case_counts.sql"
    , '\0'};

constexpr char case_retention[] = {
#embed "broker/store/migrations/0022_case_retention.sql"
    , '\0'};

constexpr char held_about[] = {
#embed "broker/store/migrations/0023_held_about.sql"
    , '\0'};

constexpr char record_retention[] = {
#embed "broker/store/migrations/0024_record_retention.sql"
    , '\0'};

constexpr char caller_certificates[] = {
#embed "broker/store/migrations/0025_caller_certificates.sql"
    , '\0'};

constexpr char signatures_in_line[] = {
#embed "broker/store/migrations/0026_signatures_in_line.sql"
    , '\0'};

constexpr char assigned_cases[] = {
#embed "broker/store/migrations/0027_assigned_cases.sql"
    , '\0'};

constexpr std::array all = {postgres::Migration{1, "first", first},
                            postgres::Migration{2, "school_entries", school_entries},
                            postgres::Migration{3, "enquiry_messages", enquiry_messages},
                            postgres::Migration{4, "rows_in_line", rows_in_line},
                            postgres::Migration{5, "looks", looks},
                            postgres::Migration{6, "audit_heads", audit_heads},
                            postgres::Migration{7, "caller_signatures", caller_signatures},
                            postgres::Migration{8, "deadlines", deadlines},
                            postgres::Migration{9, "inbox_log", inbox_log},
                            postgres::Migration{10, "files", files},
                            postgres::Migration{11, "officers", officers},
                            postgres::Migration{12, "work_list", work_list},
                            postgres::Migration{13, "query_limit", query_limit},
                            postgres::Migration{14, "webhooks", webhooks},
                            postgres::Migration{15, "notices", notices},
                            postgres::Migration{16, "no_plain_files", no_plain_files},
                            postgres::Migration{17, "cases_in_place", cases_in_place},
                            postgres::Migration{18, "register", register_tables},
                            postgres::Migration{19, "terms", terms},
                            postgres::Migration{20, "notice_status", notice_status},
                            postgres::Migration{21, "case_counts", case_counts},
                            postgres::Migration{22, "case_retention", case_retention},
                            postgres::Migration{23, "held_about", held_about},
                            postgres::Migration{24, "record_retention", record_retention},
                            postgres::Migration{25, "caller_certificates", caller_certificates},
                            postgres::Migration{26, "signatures_in_line", signatures_in_line},
                            postgres::Migration{27, "assigned_cases", assigned_cases}};

constexpr postgres::Statement sandbox_setting{"sandbox_setting", R"(
select coalesce(current_setting('waymark.sandbox', true), '') = 'yes' as sandbox)"};

}  // namespace

std::span<const postgres::Migration> migrations() {
  return all;
}

boost::asio::awaitable<bool> is_sandbox(postgres::Connection& connection) {
  const postgres::Rows rows = co_await connection.execute(sandbox_setting);
  co_return rows.front().boolean("sandbox");
}

}  // namespace broker::store
