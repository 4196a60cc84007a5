// The personal data in Stripe's events. Pure.
#pragma once

#include <string>
#include <string_view>

namespace payment::stripe {

// A body without names, addresses, numbers to call or pay with, free words and metadata but our order's id.
// What is no JSON becomes "{}". Redacted once more it stays as it is.
std::string redacted(std::string_view body);

}  // namespace payment::stripe
