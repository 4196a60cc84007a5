#include "webhooks/ssrf_guard.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace webhooks {
namespace {

struct Special {
    const char* network;
    std::string_view what;
};

constexpr Special kSpecial[] = {
    {"0.0.0.0/8", "this network"},             // RFC 791; Linux connects to itself
    {"10.0.0.0/8", "private"},                 // RFC 1918
    {"100.64.0.0/10", "carrier-grade NAT"},    // RFC 6598
    {"127.0.0.0/8", "loopback"},               // RFC 1122
    {"169.254.0.0/16", "link-local"},          // RFC 3927; metadata services of clouds
    {"172.16.0.0/12", "private"},              // RFC 1918
    {"192.0.0.0/24", "protocol assignments"},  // RFC 6890
    {"192.0.2.0/24", "documentation"},         // RFC 5737
    {"192.88.99.0/24", "6to4 relay"},          // RFC 7526
    {"192.168.0.0/16", "private"},             // RFC 1918
    {"198.18.0.0/15", "benchmarking"},         // RFC 2544
    {"198.51.100.0/24", "documentation"},      // RFC 5737
    {"203.0.113.0/24", "documentation"},       // RFC 5737
    {"224.0.0.0/4", "multicast"},              // RFC 5771
    {"255.255.255.255/32", "broadcast"},       // RFC 919
    {"240.0.0.0/4", "reserved"},               // RFC 1112
    {"::/128", "unspecified"},                 // RFC 4291
    {"::1/128", "loopback"},                   // RFC 4291
    {"::/96", "IPv4-compatible"},              // RFC 4291
    {"::ffff:0:0/96", "IPv4-mapped"},          // RFC 4291
    {"::ffff:0:0:0/96", "IPv4-translated"},    // RFC 2765
    {"64:ff9b::/96", "NAT64"},                 // RFC 6052
    {"64:ff9b:1::/48", "NAT64"},               // RFC 8215
    {"100::/64", "discard"},                   // RFC 6666
    {"fc00::/7", "unique-local"},              // RFC 4193
    {"fe80::/10", "link-local"},               // RFC 4291
    {"fec0::/10", "site-local"},               // RFC 3879
    {"ff00::/8", "multicast"},                 // RFC 4291
    {"2001::/32", "Teredo"},                   // RFC 4380
    {"2001:2::/48", "benchmarking"},           // RFC 5180
    {"2001::/23", "protocol assignments"},     // RFC 2928
    {"2001:db8::/32", "documentation"},        // RFC 3849
    {"2002::/16", "6to4"},                     // RFC 3056
    {"3fff::/20", "documentation"},            // RFC 9637
};
constexpr const char* kGlobalUnicast = "2000::/3";  // RFC 4291: all of IPv6 that is given out so far

struct Judged {
    Network network;
    std::string_view what;
};

const std::vector<Judged>& judged() {
    static const auto table = [] {
        std::vector<Judged> all;
        for (const auto& [network, what] : kSpecial) all.push_back({Network::parse(network).value(), what});
        return all;
    }();
    return table;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(const std::string& text) {
    IpAddress address;
    if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) return address;
    address.is_v6 = true;
    if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
    return {};
}

std::optional<IpAddress> IpAddress::of(const sockaddr& socket_address) {
    IpAddress address;
    if (socket_address.sa_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(socket_address);
        std::memcpy(address.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
        return address;
    }
    if (socket_address.sa_family != AF_INET6) return {};
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(socket_address);
    std::memcpy(address.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    address.is_v6 = true;
    return address;
}

std::optional<Network> Network::parse(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    const auto address = IpAddress::parse(std::string{text.substr(0, slash)});
    if (!address) return {};
    const unsigned most = address->is_v6 ? 128 : 32;
    Network network{*address, most};
    if (slash == text.size()) return network;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, network.bits);
    if (error != std::errc{} || stop != end || network.bits > most) return {};
    return network;
}

bool Network::contains(const IpAddress& candidate) const {
    if (candidate.is_v6 != address.is_v6) return false;
    const auto whole = bits / 8;
    if (!std::equal(address.bytes.begin(), address.bytes.begin() + whole, candidate.bytes.begin()))
        return false;
    if (bits % 8 == 0) return true;
    const auto mask = static_cast<unsigned char>(0xff00U >> (bits % 8));
    return (address.bytes[whole] & mask) == (candidate.bytes[whole] & mask);
}

std::optional<std::string_view> AddressGuard::refuse(const IpAddress& address) const {
    const auto holds = [&address](const Network& network) { return network.contains(address); };
    if (std::ranges::any_of(allowed_, holds)) return {};
    for (const auto& [network, what] : judged()) {
        if (holds(network)) return what;
    }
    static const auto global_unicast = Network::parse(kGlobalUnicast).value();
    if (address.is_v6 && !holds(global_unicast)) return "not given out";
    return {};
}

}  // namespace webhooks
