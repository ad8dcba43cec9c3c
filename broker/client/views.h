// What the broker's JSON looks like to a person at a terminal. Each takes the body of a granted answer.
#pragma once

#include <string>

namespace broker::client {

std::string view_case(const std::string& body);
std::string view_cases(const std::string& body);
std::string view_timeline(const std::string& body);
std::string view_looks(const std::string& body);
std::string view_enquiry(const std::string& body);
std::string view_enquiries(const std::string& body);  // a list, or the answer to sending
std::string view_reply(const std::string& body);
std::string view_confirmation(const std::string& body);
std::string view_removal(const std::string& body);
std::string view_inbox(const std::string& body);
std::string view_upload(const std::string& body);
std::string view_row_errors(const std::string& body);
std::string view_query(const std::string& body);

// What an acknowledged lease and other answers without a resource look like.
std::string view_nothing(const std::string& body);

}  // namespace broker::client
