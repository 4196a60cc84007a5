#include "payment/providers/registry.hpp"

#include <algorithm>

#include "payment/providers/stripe/provider.hpp"

namespace payment {
namespace {

constexpr const Provider* kProviders[] = {&stripe::kProvider};

}  // namespace

std::span<const Provider* const> providers() {
    return kProviders;
}

const Provider& provider_of(std::string_view account) {
    const auto* const found =
        std::ranges::find(kProviders, account.substr(0, account.find('-')), &Provider::name);
    return found == std::end(kProviders) ? *kProviders[0] : **found;
}

}  // namespace payment
