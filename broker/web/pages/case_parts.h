// Sections of a case's page that stand in files of their own.
#pragma once

#include <string>

#include "broker/domain/case.h"
#include "broker/web/components/html.h"

namespace broker::web::pages {

// "Checks made (9 of 12)": kinds of checks, not how often each was made.
std::string checks_in_words(const domain::Case& record);
// Every kind of check, with what came of it or that it was not made yet.
components::Html checks_section(const domain::Case& record);

}  // namespace broker::web::pages
