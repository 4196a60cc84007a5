// What somebody types into a search field, as PostgreSQL's text search wants it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace catalog {

// "mug bl-7" finds what has words beginning with mug, bl and 7: 'mug':* & 'bl':* & '7':*. The columns `words`
// are made of texts whose punctuation was blanked likewise. Nothing when there is no word in it,
// or it is longer than anybody types.
std::optional<std::string> parse_search_words(std::string_view text);
constexpr auto kWordsWanted = "must hold a word to search for, in 500 bytes at most";

}  // namespace catalog
