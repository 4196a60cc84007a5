// Identifiers: a prefix that says of what, and a UUIDv7 (RFC 9562) in 32 hex digits, so that they sort by
// time.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace core {

// 32 lowercase hex digits of a new UUIDv7. Ids made by one thread strictly increase.
std::string new_uuid7();

template <std::size_t N>
struct Prefix {
    char text[N];
    constexpr Prefix(const char (&prefix)[N]) { std::copy_n(prefix, N, text); }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

// Id<"ord"> holds ord_0193….
template <Prefix prefix>
class Id {
public:
    static Id make() { return Id{std::string{prefix.view()} + "_" + new_uuid7()}; }

    static std::optional<Id> parse(std::string_view text) {
        constexpr auto start = prefix.view().size() + 1;
        if (text.size() != start + 32 || !text.starts_with(prefix.view()) || text[start - 1] != '_')
            return {};
        const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
        if (!std::all_of(text.begin() + start, text.end(), hex)) return {};
        return Id{std::string{text}};
    }

    // For what the database holds, which was checked when it went in.
    static Id trusted(std::string text) { return Id{std::move(text)}; }

    const std::string& value() const { return value_; }
    auto operator<=>(const Id&) const = default;

private:
    explicit Id(std::string value) : value_(std::move(value)) {}
    std::string value_;
};

using OrderId = Id<"ord">;
using EventId = Id<"evt">;
using PaymentId = Id<"pay">;
using ShipmentId = Id<"shp">;

}  // namespace core
