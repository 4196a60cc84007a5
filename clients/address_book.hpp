// The addresses a client keeps, and which of them are taken when it names none. Pure.
#pragma once

#include <cstdint>

#include "core/address.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"

namespace clients {

using AddressId = core::Id<"adr">;

// No client keeps more.
constexpr int kMaxAddresses = 50;

// An address that becomes a default takes that place from another.
struct AddressDraft {
    core::Address address;
    bool default_shipping;
    bool default_billing;
    bool operator==(const AddressDraft&) const = default;
};

struct KeptAddress {
    AddressId id;
    AddressDraft draft;
    std::int64_t version;
    core::Time created_at;
    core::Time updated_at;
};

}  // namespace clients
