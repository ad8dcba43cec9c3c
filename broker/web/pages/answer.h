// The parts that answering an enquiry is made of: choosing what was found, its details, a check before it is sent.
#pragma once

#include <string>

#include "broker/store/cases.h"
#include "broker/web/pages/parts.h"

namespace broker::web::pages {

inline constexpr const char* lost_race_words =
    "Somebody changed this while you were typing. What you typed is still here. Read what it says now, and send it "
    "again "
    "if it is still right";

Html outcome_form(const Visit& visit, const store::StoredEnquiry& found, const FormErrors& errors);
Html answer_words(const domain::Answer& answer);

// The enquiry's page again, with the form as it was filled in and what is wrong with it.
boost::asio::awaitable<net::Response> enquiry_again(Site& site, Visit visit, FormErrors errors, int status);

}  // namespace broker::web::pages
