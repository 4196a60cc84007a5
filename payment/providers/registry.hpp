// The list of payment providers; the one place that names them.
#pragma once

#include <span>
#include <string_view>

#include "payment/provider.hpp"

namespace payment {

std::span<const Provider* const> providers();

// The provider an account's name begins with ("stripe-eu": stripe), else the first of the list.
const Provider& provider_of(std::string_view account);

}  // namespace payment
