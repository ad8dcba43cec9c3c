#include "adapters/xml_text.h"

#include <algorithm>
#include <optional>

#include "adapters/refused_file.h"
#include "broker/base/text.h"

namespace adapters {
namespace {

using broker::base::refuse;
using broker::base::Result;

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view utf16_le_mark = "\xFF\xFE";
constexpr std::string_view utf16_be_mark = "\xFE\xFF";
constexpr std::string_view utf32_le_mark{"\xFF\xFE\0\0", 4};
constexpr std::string_view utf32_be_mark{"\0\0\xFE\xFF", 4};
constexpr size_t declaration_bytes_max = 256;

void append_utf8(std::string& text, uint32_t point) {
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xC0 | (point >> 6));
    text += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    text += static_cast<char>(0xE0 | (point >> 12));
    text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (point >> 18));
    text += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (point & 0x3F));
  }
}

// Nothing when a byte is left over, a surrogate stands alone, or there is a NUL.
std::optional<std::string> from_utf16(std::string_view bytes, bool is_little) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  const auto unit = [&](size_t at) -> uint32_t {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return is_little ? first | second << 8 : first << 8 | second;
  };
  std::string text;
  text.reserve(bytes.size());
  for (size_t at = 0; at < bytes.size(); at += 2) {
    uint32_t point = unit(at);
    if (point == 0 || (point >= 0xDC00 && point <= 0xDFFF)) return std::nullopt;
    if (point >= 0xD800 && point <= 0xDBFF) {
      if (at + 2 >= bytes.size()) return std::nullopt;
      at += 2;
      const uint32_t low = unit(at);
      if (low < 0xDC00 || low > 0xDFFF) return std::nullopt;
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(text, point);
  }
  return text;
}

// The text is UTF-8 already checked.
std::string to_utf16(std::string_view text, bool is_little) {
  std::string bytes;
  bytes.reserve(text.size() * 2);
  const auto append_unit = [&](uint32_t unit) {
    const auto low = static_cast<char>(unit & 0xFF);
    const auto high = static_cast<char>(unit >> 8);
    bytes += is_little ? low : high;
    bytes += is_little ? high : low;
  };
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    uint32_t point = length == 1 ? lead : lead & (0x7FU >> length);
    for (size_t i = 1; i < length; ++i) point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
    at += length;
    if (point < 0x10000) {
      append_unit(point);
    } else {
      append_unit(0xD800 + ((point - 0x10000) >> 10));
      append_unit(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return bytes;
}

// The name in `encoding="..."` of the XML declaration, in small letters; empty when none is declared.
std::string declared_encoding(std::string_view text) {
  if (!text.starts_with("<?xml")) return {};
  const auto declaration = text.substr(0, std::min(text.find("?>"), declaration_bytes_max));
  const auto word = declaration.find("encoding");
  if (word == std::string_view::npos) return {};
  const auto open = declaration.find_first_of("\"'", word);
  if (open == std::string_view::npos) return "?";
  const auto close = declaration.find(declaration[open], open + 1);
  if (close == std::string_view::npos) return "?";
  return broker::base::lowered(declaration.substr(open + 1, close - open - 1));
}

// The name as it may be shown: it comes from the file.
std::string shown(const std::string& encoding) {
  const bool is_plain = encoding.size() <= 30 && std::ranges::all_of(encoding, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
                        });
  return is_plain ? "the encoding " + encoding : "another encoding";
}

std::optional<broker::base::Problem> contradiction(const XmlText& xml) {
  const std::string declared = declared_encoding(xml.text);
  if (declared.empty()) return std::nullopt;
  const bool is_utf16 = xml.encoding != XmlEncoding::utf8;
  if (declared == "utf-8" && !is_utf16) return std::nullopt;
  if (declared == "utf-16" && is_utf16) return std::nullopt;
  if (declared == "utf-16le" && xml.encoding == XmlEncoding::utf16_le) return std::nullopt;
  if (declared == "utf-16be" && xml.encoding == XmlEncoding::utf16_be) return std::nullopt;
  if (declared.starts_with("utf-16") || declared == "utf-8") {
    return refused_file("encoding-mismatch", "The file declares " + shown(declared) + " but its bytes are not in it.");
  }
  return refused_file("encoding-not-read",
                      "The file declares " + shown(declared) + "; UTF-8 and UTF-16 with a byte order mark are read.");
}

}  // namespace

Result<XmlText> decode_xml(std::string_view bytes, size_t bytes_max) {
  if (bytes.size() > bytes_max) {
    return refuse(refused_file("too-large", "The file is larger than " + std::to_string(bytes_max) + " bytes.",
                               broker::base::ProblemType::too_large));
  }
  if (bytes.empty()) return refuse(refused_file("empty-file", "The file is empty."));
  if (bytes.starts_with(utf32_le_mark) || bytes.starts_with(utf32_be_mark)) {
    return refuse(refused_file("encoding-not-read", "The file is in UTF-32; UTF-8 and UTF-16 are read."));
  }
  XmlText xml;
  if (bytes.starts_with(utf16_le_mark) || bytes.starts_with(utf16_be_mark)) {
    const bool is_little = bytes.starts_with(utf16_le_mark);
    xml.encoding = is_little ? XmlEncoding::utf16_le : XmlEncoding::utf16_be;
    xml.has_mark = true;
    auto text = from_utf16(bytes.substr(2), is_little);
    if (!text) return refuse(refused_file("encoding-broken", "The file is marked as UTF-16 but is no UTF-16 text."));
    xml.text = std::move(*text);
  } else {
    xml.has_mark = bytes.starts_with(utf8_mark);
    const auto body = xml.has_mark ? bytes.substr(utf8_mark.size()) : bytes;
    if (body.substr(0, 4).find('\0') != std::string_view::npos) {
      return refuse(
          refused_file("encoding-not-read", "The file looks like UTF-16 or UTF-32 without a byte order mark."));
    }
    xml.text = body;
  }
  // Before the check of the bytes, so that a file that says what it is gets the answer about that.
  if (auto problem = contradiction(xml)) return refuse(std::move(*problem));
  if (xml.encoding == XmlEncoding::utf8 && !broker::base::is_utf8(xml.text)) {
    return refuse(
        refused_file("encoding-broken", "The file is not UTF-8 text, as it declares or as XML takes for granted."));
  }
  return xml;
}

std::string encode_xml(const XmlText& xml) {
  switch (xml.encoding) {
    case XmlEncoding::utf16_le: return std::string(utf16_le_mark) + to_utf16(xml.text, true);
    case XmlEncoding::utf16_be: return std::string(utf16_be_mark) + to_utf16(xml.text, false);
    case XmlEncoding::utf8: break;
  }
  return xml.has_mark ? std::string(utf8_mark) + xml.text : xml.text;
}

}  // namespace adapters
