#include "quittance/factory/unconfirmed.hpp"

#include <iterator>
#include <limits>

namespace quittance::factory {

void Unconfirmed::keep(Message message) {
    const std::pair at{message.boot, message.seq};
    messages_.insert_or_assign(at, std::move(message));
}

std::size_t Unconfirmed::forget(std::int64_t boot, std::int64_t complete_to) {
    const auto from = messages_.lower_bound({boot, std::numeric_limits<std::int64_t>::min()});
    const auto to = messages_.upper_bound({boot, complete_to});
    if (from == messages_.end() || from->first > std::pair{boot, complete_to}) return 0;
    const auto forgotten = static_cast<std::size_t>(std::distance(from, to));
    messages_.erase(from, to);
    return forgotten;
}

std::vector<const Message*> Unconfirmed::find(std::int64_t boot, std::int64_t from, std::int64_t to,
                                              std::size_t most) const {
    std::vector<const Message*> found;
    for (auto at = messages_.lower_bound({boot, from});
         at != messages_.end() && at->first <= std::pair{boot, to} && found.size() < most; ++at) {
        found.push_back(&at->second);
    }
    return found;
}

std::vector<const Message*> Unconfirmed::first(std::size_t most) const {
    std::vector<const Message*> found;
    for (auto at = messages_.begin(); at != messages_.end() && found.size() < most; ++at)
        found.push_back(&at->second);
    return found;
}

}  // namespace quittance::factory
