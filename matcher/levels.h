// The level at which two numbers agree: dates of birth, UPNs, postcodes, telephones. Pure functions of packed values.
#pragma once

#include <cstdint>

#include "matcher/fields.h"

namespace matcher {

DobLevel date_level(uint32_t a, uint32_t b);
UpnLevel upn_level(uint64_t a, uint64_t b);
PostcodeLevel postcode_level(uint64_t a, uint64_t b);
PhoneLevel phone_level(uint64_t a, uint64_t b);

}  // namespace matcher
