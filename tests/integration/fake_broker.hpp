// A broker that sends and reads exactly the bytes a test wants: just enough MQTT 5 for one client at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace testing_mqtt {

struct Packet {
    int type = 0;  // 1 CONNECT, 4 PUBACK, 8 SUBSCRIBE, 12 PINGREQ, 14 DISCONNECT
    std::string body;
    int id() const;  // of PUBACK and SUBSCRIBE
};

std::string publish_packet(int id, std::string_view topic, std::string_view payload, bool again);

// One connection of the client; closed when it goes.
class Peer {
public:
    explicit Peer(int socket) : socket_(socket) {}
    ~Peer();
    Peer(Peer&& other) noexcept;
    Peer& operator=(Peer&&) = delete;

    void send(std::string_view bytes);
    // The next packet; none when the connection ends or nothing comes in time.
    std::optional<Packet> receive(std::chrono::milliseconds at_most = std::chrono::seconds{5});
    // True when not a byte comes for that long, and the connection stays.
    bool silent_for(std::chrono::milliseconds time);
    // True when the client closed, and nothing came before.
    bool at_end();

    // Takes CONNECT and answers it, then as many SUBSCRIBEs.
    void welcome(bool session_present, int subscriptions);
    void take_subscriptions(int count, int reason = 1);
    void publish(int id, std::string_view topic, std::string_view payload, bool again = false);
    // The ids of the next PUBACKs, separated by blanks; "?" for anything else.
    std::string take_pubacks(int count);

private:
    bool fill(std::size_t bytes, std::chrono::milliseconds at_most);
    int socket_;
    std::string in_;
};

class FakeBroker {
public:
    FakeBroker();  // on a free port
    ~FakeBroker();
    FakeBroker(const FakeBroker&) = delete;
    FakeBroker& operator=(const FakeBroker&) = delete;

    std::uint16_t port() const { return port_; }
    // The client's next connection; throws std::runtime_error when none comes within 10 s.
    Peer accept();

private:
    int socket_;
    std::uint16_t port_ = 0;
};

}  // namespace testing_mqtt
