// One function a page; the files are named after what the pages are about.
#pragma once

#include "broker/web/pages/page.h"

namespace broker::web::pages {

PageAnswer help_page(Site& site, Visit visit);
PageAnswer accessibility_page(Site& site, Visit visit);
PageAnswer privacy_page(Site& site, Visit visit);

}  // namespace broker::web::pages
