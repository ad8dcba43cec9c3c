// Bytes of an XML file to UTF-8 text and back: UTF-8, or UTF-16 with a byte order mark, and only as the file declares
// it.
#pragma once

#include <string>
#include <string_view>

#include "broker/base/result.h"

namespace adapters {

enum class XmlEncoding { utf8, utf16_le, utf16_be };

struct XmlText {
  std::string text;  // UTF-8 without byte order mark; its declaration still names the encoding of the file
  XmlEncoding encoding = XmlEncoding::utf8;
  bool has_mark = false;  // a byte order mark; always there with UTF-16
  bool operator==(const XmlText&) const = default;
};

// Refused: more than `bytes_max`, nothing at all, any other encoding, a declaration that contradicts the bytes,
// and bytes that are no text in that encoding.
broker::base::Result<XmlText> decode_xml(std::string_view bytes, size_t bytes_max);

// The very bytes that decode_xml read.
std::string encode_xml(const XmlText& xml);

}  // namespace adapters
