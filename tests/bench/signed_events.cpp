#include "tests/bench/signed_events.hpp"

#include <openssl/hmac.h>

#include <array>
#include <ctime>
#include <utility>

namespace bench {
namespace {

std::string hex(const unsigned char* bytes, unsigned length) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
        text += kDigits[bytes[i] >> 4];
        text += kDigits[bytes[i] & 15];
    }
    return text;
}

// As Stripe signs: HMAC-SHA256 over "<t>.<body>" with the whole whsec_… as key.
std::string signature(const std::string& secret, const std::string& timestamp, const std::string& body) {
    const std::string text = timestamp + "." + body;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
    return "t=" + timestamp + ",v1=" + hex(digest.data(), length);
}

using Values = std::array<std::pair<std::string, std::string>, 4>;

std::string fill(std::string text, const Values& values) {
    for (const auto& [name, value] : values) {
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
            text.replace(at, name.size(), value);
        }
    }
    return text;
}

std::string request(const EventTemplate& form, const std::string& timestamp, const std::string& body) {
    return "POST " + form.path + " HTTP/1.1\r\nHost: " + form.host +
           "\r\nContent-Type: application/json; charset=utf-8\r\nUser-Agent: Stripe/1.0\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\nStripe-Signature: " + signature(form.secret, timestamp, body) +
           "\r\n\r\n" + body;
}

}  // namespace

std::vector<Event> make_events(const EventTemplate& form, const std::string& run,
                               const std::vector<std::string>& orders) {
    const auto timestamp = std::to_string(std::time(nullptr));
    std::vector<Event> events;
    events.reserve(orders.size());
    for (const auto& order : orders) {
        const auto name = run + "n" + std::to_string(events.size());
        const auto body = fill(form.body, {{{"{{event}}", "evt_" + name},
                                            {"{{payment}}", "pi_" + name},
                                            {"{{charge}}", "ch_" + name},
                                            {"{{order}}", order}}});
        events.push_back({"evt_" + name, request(form, timestamp, body)});
    }
    return events;
}

}  // namespace bench
