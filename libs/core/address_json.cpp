#include "core/address_json.hpp"

#include "core/json_reader.hpp"

namespace core {
namespace {

constexpr json::Length kName{1, 200};
constexpr json::Length kEmail{3, 254};
constexpr json::Length kCity{1, 100};
constexpr json::Length kPostalCode{1, 20};

}  // namespace

std::string read_email(json::ObjectReader& reader, std::string_view name) {
    auto email = reader.text(name, kEmail);
    if (!email.empty() && !is_email(email)) reader.fault(name, "must be an e-mail address");
    return email;
}

Address read_address_members(json::ObjectReader& reader) {
    Address address{
        .name = reader.text("name", kName),
        .line1 = reader.text("line1", kName),
        .line2 = reader.optional_text("line2", kName),
        .city = reader.text("city", kCity),
        .postal_code = reader.text("postal_code", kPostalCode),
        .country = reader.text("country", {2, 2}),
    };
    if (!address.country.empty() && !is_country(address.country)) {
        reader.fault("country", "must be an ISO 3166-1 alpha-2 code in capitals, such as FR");
    }
    return address;
}

Address read_address(json::ObjectReader reader) {
    auto address = read_address_members(reader);
    reader.refuse_unknown();
    return address;
}

json::Value to_json(const Address& address) {
    return {{"name", address.name},
            {"line1", address.line1},
            {"line2", address.line2 ? json::Value(*address.line2) : json::Value()},
            {"city", address.city},
            {"postal_code", address.postal_code},
            {"country", address.country}};
}

std::string to_stored(const Address& address) {
    return to_json(address).dump();
}

Address stored_address(std::string_view text) {
    const auto json = json::Value::parse(text);
    const auto* line2 = json.find("line2");  // not every row has it
    const bool has_line2 = line2 != nullptr && !line2->is_null();
    return {.name = json["name"].text(),
            .line1 = json["line1"].text(),
            .line2 = has_line2 ? std::optional{line2->text()} : std::nullopt,
            .city = json["city"].text(),
            .postal_code = json["postal_code"].text(),
            .country = json["country"].text()};
}

}  // namespace core
