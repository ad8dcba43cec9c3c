// The pages of the register, the reports and the term dates: one function a page, as in handlers.h.
#pragma once

#include <string>
#include <vector>

#include "broker/domain/case.h"
#include "broker/web/components/navigation.h"
#include "broker/web/pages/page.h"

namespace broker::web::pages {

PageAnswer register_page(Site& site, Visit visit);
// The register, the return and the answer times as CSV, by the end of the path.
PageAnswer report_csv(Site& site, Visit visit);
PageAnswer return_page(Site& site, Visit visit);
// What the group agrees on the ratings, and the month that it freezes.
PageAnswer group_page(Site& site, Visit visit);
PageAnswer agree_page(Site& site, Visit visit);
PageAnswer freeze_page(Site& site, Visit visit);

// What the clocks count by, and the file that a coordinator replaces it with.
PageAnswer terms_page(Site& site, Visit visit);
PageAnswer import_terms_page(Site& site, Visit visit);

// What a coordinator decides for the authority: the queries in one transaction, with one entry of the log.
boost::asio::awaitable<base::Result<api::Answer>> record_of_lead(Site& site, const Visit& visit, std::string action,
                                                                 std::string subject,
                                                                 std::vector<postgres::Query> queries);

}  // namespace broker::web::pages
