#include "catalog/products/search_terms.hpp"

#include "core/json.hpp"
#include "core/utf8.hpp"

namespace catalog {
namespace {

constexpr std::size_t kMaxBytes = 500;

// Bytes above 0x7f are parts of letters beyond ASCII.
bool is_of_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) > 0x7f;
}

}  // namespace

std::optional<std::string> parse_search_words(std::string_view text) {
    if (text.size() > kMaxBytes || !core::is_printable(text)) return {};
    std::string query;
    bool in_word = false;
    for (const char c : text) {
        if (is_of_word(c)) {
            if (!in_word) query += query.empty() ? "'" : " & '";
            query += c;
        } else if (in_word) {
            query += "':*";
        }
        in_word = is_of_word(c);
    }
    if (in_word) query += "':*";
    if (query.empty()) return {};
    return query;
}

}  // namespace catalog
