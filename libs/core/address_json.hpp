// Addresses as JSON, the same in every service that holds them.
#pragma once

#include <string>
#include <string_view>
#include "core/json_reader.hpp"

#include "core/address.hpp"

namespace core {

// The whole object; what is not known in it is a fault.
Address read_address(json::ObjectReader reader);
// Those of its members alone, for an object that has others beside them.
Address read_address_members(json::ObjectReader& reader);
std::string read_email(json::ObjectReader& reader, std::string_view name);

json::Value to_json(const Address& address);

// As the database keeps it; what is stored was checked when it came in.
std::string to_stored(const Address& address);
Address stored_address(std::string_view text);

}  // namespace core
