// One function a call; the files are named after the resources. Each reads top to bottom: decode, decide or read,
// answer.
#pragma once

#include "broker/api/call.h"
#include "broker/store/looks.h"
#include "broker/store/uploads.h"

namespace broker::api {

Reply whoami(Services& services, Call call);
Reply openapi(Services& services, Call call);
Reply list_authorities(Services& services, Call call);
Reply get_authority(Services& services, Call call);
Reply get_settings(Services& services, Call call);
Reply put_settings(Services& services, Call call);

Reply list_officers(Services& services, Call call);
Reply get_officer(Services& services, Call call);
Reply put_officer(Services& services, Call call);

Reply open_case(Services& services, Call call);
Reply list_cases(Services& services, Call call);
Reply get_case(Services& services, Call call);
Reply get_timeline(Services& services, Call call);
Reply list_looks(Services& services, Call call);
std::string encode_look(const store::StoredLook& look);
Reply close_case(Services& services, Call call);
Reply request_end(Services& services, Call call);
Reply approve_end(Services& services, Call call);
Reply reopen_case(Services& services, Call call);
Reply assign_case(Services& services, Call call);
Reply record_check(Services& services, Call call);
Reply dispute_location(Services& services, Call call);

Reply permit_removal(Services& services, Call call);
Reply get_removal(Services& services, Call call);
Reply confirm_removal(Services& services, Call call);

Reply send_enquiries(Services& services, Call call);
Reply list_enquiries(Services& services, Call call);
Reply get_enquiry(Services& services, Call call);
Reply acknowledge_enquiry(Services& services, Call call);
Reply reply_to_enquiry(Services& services, Call call);
Reply add_information(Services& services, Call call);
Reply withdraw_enquiry(Services& services, Call call);

Reply confirm_location(Services& services, Call call);
Reply retract_confirmation(Services& services, Call call);

Reply upload_file(Services& services, Call call);
Reply get_upload(Services& services, Call call);
Reply list_upload_errors(Services& services, Call call);
Reply list_upload_matches(Services& services, Call call);

Reply list_transfers(Services& services, Call call);
Reply get_transfer(Services& services, Call call);
Reply claim_transfer(Services& services, Call call);
Reply get_transfer_file(Services& services, Call call);
Reply receive_transfer(Services& services, Call call);

Reply query_child(Services& services, Call call);
Reply list_matches(Services& services, Call call);
Reply get_match(Services& services, Call call);
Reply decide_match(Services& services, Call call);

// A list of matches to one of their parties, recorded as a look under this name.
Reply show_matches(Services& services, const Call& call, const char* action,
                   const store::Listed<store::StoredMatch>& list);

// Everything that the caller's authority holds about one child, and every look at it, without other people.
Reply subject_access_of_case(Services& services, Call call);
Reply subject_access_of_child(Services& services, Call call);

Reply claim_inbox(Services& services, Call call);
Reply stream_inbox(Services& services, Call call);
Reply acknowledge_one(Services& services, Call call);
Reply acknowledge_many(Services& services, Call call);
Reply give_back_message(Services& services, Call call);
Reply list_inbox(Services& services, Call call);
Reply get_message(Services& services, Call call);
Reply get_tracking(Services& services, Call call);

Reply list_webhooks(Services& services, Call call);
Reply get_webhook(Services& services, Call call);
Reply put_webhook(Services& services, Call call);
Reply delete_webhook(Services& services, Call call);
Reply replay_webhook(Services& services, Call call);

Reply send_notice(Services& services, Call call);
Reply list_notices(Services& services, Call call);
Reply get_notice(Services& services, Call call);

Reply audit_head(Services& services, Call call);
Reply audit_heads(Services& services, Call call);
Reply audit_entries(Services& services, Call call);
Reply audit_proof(Services& services, Call call);
Reply audit_consistency(Services& services, Call call);

}  // namespace broker::api
