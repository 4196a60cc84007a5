#include "webhooks/ssrf_guard.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace webhooks {
namespace {

struct Case {
    const char* address;
    const char* verdict;  // what it is refused as; "" when it may be called
};

// The first and the last address of each network, and their neighbours outside.
constexpr Case kCases[] = {
    {"0.0.0.0", "this network"},               // RFC 791
    {"0.255.255.255", "this network"},         //
    {"1.0.0.0", ""},                           //
    {"9.255.255.255", ""},                     //
    {"10.0.0.0", "private"},                   // RFC 1918
    {"10.255.255.255", "private"},             //
    {"11.0.0.0", ""},                          //
    {"100.63.255.255", ""},                    //
    {"100.64.0.0", "carrier-grade NAT"},       // RFC 6598
    {"100.127.255.255", "carrier-grade NAT"},  //
    {"100.128.0.0", ""},                       //
    {"127.0.0.1", "loopback"},                 // RFC 1122
    {"127.255.255.255", "loopback"},           //
    {"128.0.0.0", ""},                         //
    {"169.254.169.254", "link-local"},         // RFC 3927
    {"169.253.255.255", ""},                   //
    {"169.255.0.0", ""},                       //
    {"172.15.255.255", ""},                    //
    {"172.16.0.0", "private"},                 // RFC 1918
    {"172.31.255.255", "private"},             //
    {"172.32.0.0", ""},                        //
    {"192.0.0.1", "protocol assignments"},     // RFC 6890
    {"192.0.1.0", ""},                         //
    {"192.0.2.1", "documentation"},            // RFC 5737
    {"192.88.99.1", "6to4 relay"},             // RFC 7526
    {"192.168.0.0", "private"},                // RFC 1918
    {"192.168.255.255", "private"},            //
    {"192.169.0.0", ""},                       //
    {"198.17.255.255", ""},                    //
    {"198.18.0.0", "benchmarking"},            // RFC 2544
    {"198.19.255.255", "benchmarking"},        //
    {"198.20.0.0", ""},                        //
    {"198.51.100.7", "documentation"},         // RFC 5737
    {"203.0.113.7", "documentation"},          // RFC 5737
    {"223.255.255.255", ""},                   //
    {"224.0.0.1", "multicast"},                // RFC 5771
    {"239.255.255.255", "multicast"},          //
    {"240.0.0.1", "reserved"},                 // RFC 1112
    {"255.255.255.255", "broadcast"},          // RFC 919
    {"8.8.8.8", ""},                           //
    {"::", "unspecified"},                     // RFC 4291
    {"::1", "loopback"},                       // RFC 4291
    {"::7f00:1", "IPv4-compatible"},           // RFC 4291
    {"::ffff:127.0.0.1", "IPv4-mapped"},       // RFC 4291
    {"::ffff:8.8.8.8", "IPv4-mapped"},         //
    {"::ffff:0:10.0.0.1", "IPv4-translated"},  // RFC 2765
    {"64:ff9b::10.0.0.1", "NAT64"},            // RFC 6052
    {"64:ff9b:1::a00:1", "NAT64"},             // RFC 8215
    {"64:ff9b:2::1", "not given out"},         //
    {"100::1", "discard"},                     // RFC 6666
    {"fc00::1", "unique-local"},               // RFC 4193
    {"fdff::1", "unique-local"},               //
    {"fe80::1", "link-local"},                 // RFC 4291
    {"febf::1", "link-local"},                 //
    {"fec0::1", "site-local"},                 // RFC 3879
    {"ff02::1", "multicast"},                  // RFC 4291
    {"2001:0:5ef5:79fb::1", "Teredo"},         // RFC 4380
    {"2001:2::1", "benchmarking"},             // RFC 5180
    {"2001:20::1", "protocol assignments"},    // RFC 2928, ORCHIDv2: RFC 7343
    {"2001:db8::1", "documentation"},          // RFC 3849
    {"2002:7f00:1::", "6to4"},                 // RFC 3056
    {"3fff:fff::1", "documentation"},          // RFC 9637
    {"3fff:1000::1", ""},                      //
    {"5f00::1", "not given out"},              // RFC 9602: segment routing
    {"4000::1", "not given out"},              //
    {"1fff::1", "not given out"},              //
    {"2000::1", ""},                           //
    {"2001:200::1", ""},                       //
    {"2a00:1450:4007:80e::200e", ""},          //
};

TEST(AddressGuard, LetsThroughWhatIsPublicAndNothingElse) {
    const AddressGuard guard;
    for (const auto& [text, verdict] : kCases) {
        const auto address = IpAddress::parse(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(guard.refuse(*address).value_or(""), verdict) << text;
    }
}

TEST(AddressGuard, JudgesTheAddressOfASocket) {
    const AddressGuard guard;
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(guard.refuse(IpAddress::of(reinterpret_cast<sockaddr&>(v4)).value()), "loopback");
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    EXPECT_EQ(guard.refuse(IpAddress::of(reinterpret_cast<sockaddr&>(v6)).value()), "loopback");
    v6.sin6_family = AF_UNIX;
    EXPECT_FALSE(IpAddress::of(reinterpret_cast<sockaddr&>(v6)));
}

TEST(AddressGuard, LetsThroughWhatIsAllowedAndNoMoreThanThat) {
    const AddressGuard guard{{*Network::parse("127.0.0.0/31"), *Network::parse("fd00:1::/32")}};
    const auto refused = [&guard](const char* text) {
        return guard.refuse(*IpAddress::parse(text)).has_value();
    };
    EXPECT_FALSE(refused("127.0.0.1"));
    EXPECT_TRUE(refused("127.0.0.2"));
    EXPECT_TRUE(refused("::ffff:127.0.0.1"));
    EXPECT_FALSE(refused("fd00:1::9"));
    EXPECT_TRUE(refused("fd00:2::9"));
}

TEST(Network, IsAnAddressWithOrWithoutItsBits) {
    for (const auto* good : {"10.0.0.0/8", "0.0.0.0/0", "1.2.3.4", "::/0", "fd00::/8", "::1"}) {
        EXPECT_TRUE(Network::parse(good)) << good;
    }
    for (const auto* bad : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0/8", "::/129", "/8",
                            "localhost", "10.0.0.0/-1", "fe80::1%eth0"}) {
        EXPECT_FALSE(Network::parse(bad)) << bad;
    }
}

}  // namespace
}  // namespace webhooks
