// Which addresses a webhook that somebody else named the URL of may be sent to: public ones only, so that
// nobody reaches through us what stands behind the same firewall (server-side request forgery).
//
// It judges the address a socket is about to connect to, not a name: what a name stood for a moment ago says
// nothing. https://www.iana.org/assignments/iana-ipv4-special-registry and …-ipv6-special-registry
#pragma once

#include <sys/socket.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace webhooks {

struct IpAddress {
    std::array<unsigned char, 16> bytes{};  // of an IPv4 address the first four
    bool is_v6 = false;

    static std::optional<IpAddress> parse(const std::string& text);
    // Nothing for another family.
    static std::optional<IpAddress> of(const sockaddr& address);
};

struct Network {
    IpAddress address;
    unsigned bits = 0;

    // 10.0.0.0/8, fd00::/8, or one address.
    static std::optional<Network> parse(std::string_view text);
    // An IPv4 network holds no IPv6 address, also when one is written inside the other.
    bool contains(const IpAddress& candidate) const;
};

class AddressGuard {
public:
    // `allowed` are let through whatever they are: a private network that has subscribers of its own.
    explicit AddressGuard(std::vector<Network> allowed = {}) : allowed_(std::move(allowed)) {}

    // What the address is that nothing may be sent to, such as "loopback"; nothing when it may.
    std::optional<std::string_view> refuse(const IpAddress& address) const;

private:
    std::vector<Network> allowed_;
};

}  // namespace webhooks
