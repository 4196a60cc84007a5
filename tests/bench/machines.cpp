// Machines at full speed, and a subscriber that does nothing: MQTT 3.1.1 at QoS 1 straight on sockets, so
// that the load costs as little as possible beside what is measured.
//
//   machines publish   --port P --password-suffix S --machines 8 --events 50000 --window 100 --twice-every
//   100 machines subscribe --port P --user U --password-suffix S --expect 50500
// The machine n is press-n, publishes counts of PN-n and logs in as press-n with the password
// press-n<suffix>. Prints {"from_us","to_us","messages"}: from the first PUBLISH to the last PUBACK, or the
// last message.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/command_line.hpp"

namespace {

std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// ---- packets

void append_uint16(std::string& out, std::size_t value) {
    out += static_cast<char>(value >> 8);
    out += static_cast<char>(value & 0xff);
}
void append_text(std::string& out, std::string_view text) {
    append_uint16(out, text.size());
    out += text;
}
std::string packet(unsigned char type, const std::string& rest) {
    std::string out(1, static_cast<char>(type));
    auto left = rest.size();
    do {
        const auto digit = static_cast<char>(left % 128);
        left /= 128;
        out += left > 0 ? static_cast<char>(digit | 0x80) : digit;
    } while (left > 0);
    return out + rest;
}
std::string connect_packet(const std::string& client, const std::string& user, const std::string& password) {
    std::string rest;
    append_text(rest, "MQTT");
    rest += '\x04';  // 3.1.1
    rest += '\xc2';  // user, password, clean session
    append_uint16(rest, 600);
    append_text(rest, client);
    append_text(rest, user);
    append_text(rest, password);
    return packet(0x10, rest);
}
std::string subscribe_packet(const std::string& filter) {
    std::string rest;
    append_uint16(rest, 1);
    append_text(rest, filter);
    rest += '\x01';
    return packet(0x82, rest);
}
std::string puback_packet(std::string_view id) {
    return std::string{"\x40\x02"} + std::string{id};
}
std::string publish_packet(const std::string& topic, std::size_t id, const std::string& payload) {
    std::string rest;
    append_text(rest, topic);
    append_uint16(rest, id);
    return packet(0x32, rest + payload);
}

// ---- a connection: what was read and not yet understood, what is to be written

class Connection {
public:
    Connection(int port, const std::string& user, const std::string& password)
        : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error{"can't connect"};
        const int on = 1;
        setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        write(connect_packet(user + "-load", user, password));
        flush();
        while (!next()) read();
        if (packet_[3] != 0) throw std::runtime_error{"the broker refuses " + user};
    }
    ~Connection() { close(fd_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int fd() const { return fd_; }
    void write(std::string_view bytes) { out_ += bytes; }
    void flush() {
        while (!out_.empty()) {
            const auto sent = send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error{"the broker is gone"};
            out_.erase(0, static_cast<std::size_t>(sent));
        }
    }
    void read() {
        in_.erase(0, at_);
        at_ = 0;
        char buffer[65536];
        const auto got = recv(fd_, buffer, sizeof buffer, 0);
        if (got <= 0) throw std::runtime_error{"the broker is gone"};
        in_.append(buffer, static_cast<std::size_t>(got));
    }
    // The next whole packet of what was read, in packet().
    bool next() {
        std::size_t length = 0;
        std::size_t shift = 0;
        for (auto i = at_ + 1; i < in_.size(); ++i, shift += 7) {
            length |= (static_cast<std::size_t>(in_[i]) & 0x7f) << shift;
            if ((in_[i] & 0x80) != 0) continue;
            const auto end = i + 1 + length;
            if (end > in_.size()) return false;
            packet_ = std::string_view{in_}.substr(at_, end - at_);
            body_ = std::string_view{in_}.substr(i + 1, length);
            at_ = end;
            return true;
        }
        return false;
    }
    unsigned char type() const { return static_cast<unsigned char>(packet_[0]) & 0xf0U; }
    std::string_view body() const { return body_; }

private:
    int fd_;
    std::string in_;
    std::size_t at_ = 0;
    std::string out_;
    std::string_view packet_;
    std::string_view body_;
};

struct Options {
    int port = 1883;
    std::string password_suffix;
    int machines = 8;
    std::int64_t events = 50000;
    std::int64_t window = 100;
    std::int64_t twice_every = 100;
    std::string user;
    std::int64_t expect = 0;
};

class Machine {
public:
    Machine(const Options& options, int number)
        : options_(options),
          name_("press-" + std::to_string(number)),
          part_("PN-" + std::to_string(number)),
          topic_("factory/v1/lyon/pressing/line-1/" + name_ + "/evt/production-count"),
          left_(options.events / options.machines + (number <= options.events % options.machines ? 1 : 0)),
          connection_(options.port, name_, name_ + options.password_suffix) {}

    Connection& connection() { return connection_; }
    bool done() const { return left_ == 0 && in_flight_ == 0; }
    std::int64_t sent() const { return sent_; }

    // As many as the window takes.
    void publish() {
        while (left_ > 0 && in_flight_ < options_.window) {
            const auto event = count(++seq_);
            --left_;
            send(event);
            if (options_.twice_every > 0 && seq_ % options_.twice_every == 0) send(event);
        }
        connection_.flush();
    }
    void hear() {
        connection_.read();
        while (connection_.next()) {
            if (connection_.type() == 0x40) --in_flight_;
        }
    }

private:
    // 250 bytes.
    std::string count(std::int64_t seq) const {
        std::string tail =
            R"(","machine":")" + name_ + R"(","boot":1,"seq":)" + std::to_string(seq) +
            R"(,"ts":"2026-11-21T05:47:52.308Z","type":"production-count","data":{"work_order":"WO-20261121-17","part":")" +
            part_ + R"(","rev":"C","good_total":)" + std::to_string(seq) +
            R"(,"scrap_total":7,"unit":"H87"}})";
        std::string head = R"({"v":1,"id":")";
        constexpr std::size_t kBytes = 250;
        head.append(kBytes - head.size() - tail.size(), 'i');
        return head + tail;
    }
    void send(const std::string& event) {
        packet_id_ = packet_id_ % 65535 + 1;
        connection_.write(publish_packet(topic_, packet_id_, event));
        ++in_flight_;
        ++sent_;
    }

    const Options& options_;
    std::string name_;
    std::string part_;
    std::string topic_;
    std::int64_t left_;
    Connection connection_;
    std::int64_t seq_ = 0;
    std::int64_t in_flight_ = 0;
    std::int64_t sent_ = 0;
    std::size_t packet_id_ = 0;
};

void print(std::int64_t from_us, std::int64_t to_us, std::int64_t messages) {
    std::printf("{\"from_us\":%lld,\"to_us\":%lld,\"messages\":%lld}\n", static_cast<long long>(from_us),
                static_cast<long long>(to_us), static_cast<long long>(messages));
}

void publish(const Options& options) {
    std::vector<std::unique_ptr<Machine>> machines;
    std::vector<pollfd> polled;
    for (int number = 1; number <= options.machines; ++number) {
        machines.push_back(std::make_unique<Machine>(options, number));
        polled.push_back({machines.back()->connection().fd(), POLLIN, 0});
    }
    const auto from_us = now_us();
    for (auto& machine : machines) machine->publish();
    while (!std::ranges::all_of(machines, [](const auto& machine) { return machine->done(); })) {
        poll(polled.data(), polled.size(), 1000);
        for (std::size_t i = 0; i < machines.size(); ++i) {
            if ((polled[i].revents & POLLIN) == 0) continue;
            machines[i]->hear();
            machines[i]->publish();
        }
    }
    std::int64_t sent = 0;
    for (const auto& machine : machines) sent += machine->sent();
    print(from_us, now_us(), sent);
}

void subscribe(const Options& options) {
    Connection connection{options.port, options.user, options.user + options.password_suffix};
    connection.write(subscribe_packet("factory/v1/+/+/+/+/evt/+"));
    connection.flush();
    while (!connection.next() || connection.type() != 0x90) connection.read();
    std::puts("ready");
    std::fflush(stdout);
    std::int64_t messages = 0;
    std::int64_t from_us = 0;
    while (messages < options.expect) {
        while (connection.next()) {
            if (connection.type() != 0x30) continue;
            if (messages++ == 0) from_us = now_us();
            const auto body = connection.body();
            const auto topic = static_cast<std::size_t>(static_cast<unsigned char>(body[0])) << 8 |
                               static_cast<unsigned char>(body[1]);
            connection.write(puback_packet(body.substr(2 + topic, 2)));
        }
        connection.flush();
        if (messages < options.expect) connection.read();
    }
    print(from_us, now_us(), messages);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    core::CommandLine app{"Machines at full speed, and a subscriber that does nothing"};
    app.require_subcommand();
    app.option("--port", &options.port).required();
    app.option("--password-suffix", &options.password_suffix).required();
    auto publishing = app.subcommand("publish", "publishes production counts");
    publishing.option("--machines", &options.machines);
    publishing.option("--events", &options.events);
    publishing.option("--window", &options.window);
    publishing.option("--twice-every", &options.twice_every);
    auto subscribing = app.subcommand("subscribe", "takes messages and forgets them");
    subscribing.option("--user", &options.user).required();
    subscribing.option("--expect", &options.expect).required();
    if (const auto status = app.parse(argc, argv)) return *status;
    try {
        publishing.parsed() ? publish(options) : subscribe(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "machines: %s\n", error.what());
        return 1;
    }
    return 0;
}
