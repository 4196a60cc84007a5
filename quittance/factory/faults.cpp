#include "quittance/factory/faults.hpp"

#include <charconv>

namespace quittance::factory {

std::optional<double> parse_share(std::string_view text) {
    const bool is_percent = text.ends_with('%');
    if (is_percent) text.remove_suffix(1);
    double number = -1;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) return {};
    if (is_percent) number /= 100;
    if (!(number >= 0 && number <= 1)) return {};
    return number;
}

Fate draw_fate(const Odds& odds, Random& random) {
    if (happens(random, odds.gaps)) return Fate::withheld;
    if (happens(random, odds.reorder)) return Fate::late;
    if (happens(random, odds.duplicates)) return Fate::twice;
    return Fate::sent;
}

}  // namespace quittance::factory
