// One function a page; the files are named after what the pages are about.
#pragma once

#include "broker/web/pages/page.h"

namespace broker::web::pages {

PageAnswer home_page(Site& site, Visit visit);
PageAnswer help_page(Site& site, Visit visit);
PageAnswer accessibility_page(Site& site, Visit visit);
PageAnswer privacy_page(Site& site, Visit visit);

PageAnswer work_list_page(Site& site, Visit visit);
PageAnswer search_work(Site& site, Visit visit);
PageAnswer assign_cases(Site& site, Visit visit);

PageAnswer cases_page(Site& site, Visit visit);
PageAnswer case_page(Site& site, Visit visit);
PageAnswer new_case_page(Site& site, Visit visit);
PageAnswer open_case_page(Site& site, Visit visit);
// The forms of the events on a case, by the end of their path: /close, /end, /end/approve, /reopen, /dispute, /removal.
PageAnswer case_action_page(Site& site, Visit visit);
PageAnswer do_case_action(Site& site, Visit visit);

PageAnswer new_check_page(Site& site, Visit visit);
PageAnswer record_check_page(Site& site, Visit visit);

// Everything held about a child, by a case or by a form.
PageAnswer subject_access_page(Site& site, Visit visit);
PageAnswer ask_subject_access_page(Site& site, Visit visit);
PageAnswer case_subject_access_page(Site& site, Visit visit);
PageAnswer download_subject_access(Site& site, Visit visit);

PageAnswer send_enquiry_page(Site& site, Visit visit);
PageAnswer check_enquiry_page(Site& site, Visit visit);
PageAnswer post_enquiry(Site& site, Visit visit);
PageAnswer enquiry_page(Site& site, Visit visit);
PageAnswer answer_page(Site& site, Visit visit);
PageAnswer acknowledge_page(Site& site, Visit visit);
PageAnswer information_page(Site& site, Visit visit);
PageAnswer withdraw_page(Site& site, Visit visit);

PageAnswer matches_page(Site& site, Visit visit);
PageAnswer match_page(Site& site, Visit visit);
PageAnswer decide_match_page(Site& site, Visit visit);

PageAnswer uploads_page(Site& site, Visit visit);
PageAnswer upload_template(Site& site, Visit visit);
PageAnswer upload_page(Site& site, Visit visit);
PageAnswer upload_report(Site& site, Visit visit);
PageAnswer upload_errors_csv(Site& site, Visit visit);
PageAnswer query_page(Site& site, Visit visit);
PageAnswer ask_query_page(Site& site, Visit visit);
PageAnswer query_result_page(Site& site, Visit visit);

PageAnswer removals_page(Site& site, Visit visit);
PageAnswer removal_page(Site& site, Visit visit);
PageAnswer confirm_removal_page(Site& site, Visit visit);

PageAnswer settings_page(Site& site, Visit visit);
PageAnswer save_settings_page(Site& site, Visit visit);
PageAnswer officers_page(Site& site, Visit visit);
// One officer as ?officer= names it, or a new one.
PageAnswer officer_page(Site& site, Visit visit);
PageAnswer save_officer_page(Site& site, Visit visit);

PageAnswer operator_page(Site& site, Visit visit);
PageAnswer import_bank_holidays_page(Site& site, Visit visit);
PageAnswer audit_page(Site& site, Visit visit);
PageAnswer search_audit_page(Site& site, Visit visit);

// The particulars of a child as a form asks for them, and as the API reads them.
Html child_fields(const Form& form, const FormErrors& errors);
std::string child_body(const Form& form);

}  // namespace broker::web::pages
