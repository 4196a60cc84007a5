// The addresses a client keeps, and which of them are taken when it names none. Pure.
#pragma once

#include <cstdint>

#include "core/address.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"

namespace clients {

using AddressId = base::Id<"adr">;

// No client keeps more.
constexpr int kMostAddresses = 50;

// An address that becomes a default takes that place from another.
struct AddressDraft {
    base::Address address;
    bool default_shipping;
    bool default_billing;
    bool operator==(const AddressDraft&) const = default;
};

struct KeptAddress {
    AddressId id;
    AddressDraft said;
    std::int64_t version;
    base::Time created_at;
    base::Time updated_at;
};

}  // namespace clients
