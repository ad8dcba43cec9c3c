// Columns of a batch as PostgreSQL keeps them: a parameter of exactly the array type that is named, sent as it is. The
// server takes a literal apart byte by byte, which for a batch costs as much as some of its inserts.
#pragma once

#include <string>
#include <vector>

#include "broker/base/time.h"
#include "broker/postgres/params.h"

namespace broker::postgres {

// text[]. Throws DatabaseError 22021 for text that holds NUL.
Bytes text_array(const std::vector<std::string>& texts);
// uuid[]; an empty id is NULL. Throws DatabaseError 22P02 for what is no id.
Bytes id_array(const std::vector<std::string>& ids);
// bytea[]
Bytes bytes_array(const std::vector<Bytes>& values);
// bigint[]
Bytes number_array(const std::vector<int64_t>& numbers);
// boolean[]
Bytes boolean_array(const std::vector<bool>& values);
// timestamptz[]
Bytes time_array(const std::vector<base::Time>& times);
// date[]
Bytes date_array(const std::vector<base::Date>& dates);

}  // namespace broker::postgres
