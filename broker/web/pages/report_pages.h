// The pages of the register and the reports: one function a page, as in handlers.h.
#pragma once

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

}  // namespace broker::web::pages
