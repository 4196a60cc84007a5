// What a machine keeps until it hears that catalog has it. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "quittance/factory/message.hpp"

namespace quittance::factory {

class Unconfirmed {
public:
    void keep(Message message);
    // Everything of this boot up to here; how many were forgotten.
    std::size_t forget(std::int64_t boot, std::int64_t complete_to);
    // Those it still has of this boot from `from` to `to`, in order; at most `most`.
    std::vector<const Message*> find(std::int64_t boot, std::int64_t from, std::int64_t to,
                                     std::size_t most) const;
    // The oldest.
    std::vector<const Message*> first(std::size_t most) const;
    std::size_t size() const { return messages_.size(); }

private:
    std::map<std::pair<std::int64_t, std::int64_t>, Message> messages_;  // by boot and seq
};

}  // namespace quittance::factory
