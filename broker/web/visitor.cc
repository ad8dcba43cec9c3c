#include "broker/web/visitor.h"

namespace broker::web {

certs::Caller Visitor::caller() const {
  certs::Caller caller;
  caller.authority = authority;
  if (has(operator_role)) {
    caller.kind = certs::CallerKind::operator_;
    caller.name = officer;
  } else if (!school.empty()) {
    caller.kind = certs::CallerKind::school;
    caller.school = school;
  } else {
    caller.kind = certs::CallerKind::officer;
    caller.officer = officer;
  }
  return caller;
}

}  // namespace broker::web
