// Sections of the pages of cases that stand in files of their own.
#pragma once

#include <string>
#include <vector>

#include "broker/domain/case.h"
#include "broker/store/officers.h"
#include "broker/web/components/html.h"
#include "broker/web/pages/page.h"

namespace broker::web::pages {

// "Checks made (9 of 12)": kinds of checks, not how often each was made.
std::string checks_in_words(const domain::Case& record);
// Every kind of check, with what came of it or that it was not made yet.
components::Html checks_section(const domain::Case& record);

// A form around a table whose rows have boxes named `case` to tick: to whom they go. `view` is shown again afterwards.
components::Html assign_form(const Visit& visit, const std::string& view, const components::Html& work,
                             const std::vector<store::Officer>& officers);

}  // namespace broker::web::pages
