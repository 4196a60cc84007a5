#include "http/event_loops.hpp"

#include <pistache/peer.h>
#include <pistache/reactor.h>
#include <pistache/tcp.h>
#include <pistache/transport.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/connection.hpp"

namespace http {
namespace {

namespace aio = Pistache::Aio;
namespace tcp = Pistache::Tcp;

// Hands a loop's bytes to their connection; nothing may be thrown into Pistache. Each loop has a clone of its
// own, so nobody else touches its `connections_`.
class LoopHandler : public tcp::Handler {
    PROTOTYPE_OF(tcp::Handler, LoopHandler)

public:
    explicit LoopHandler(std::shared_ptr<Connections> all) : all_(std::move(all)) {}

    void onConnection(const std::shared_ptr<tcp::Peer>& peer) override {
        try {
            if (auto connection = all_->take_arriving(peer->fd()))
                connections_[peer->fd()] = std::move(connection);
        } catch (...) {  // no memory left: never read, and closed when its time is up
        }
    }

    void onInput(const char* bytes, std::size_t length, const std::shared_ptr<tcp::Peer>& peer) override {
        const auto found = connections_.find(peer->fd());
        if (found == connections_.end()) return;
        try {
            found->second->on_input({bytes, length});
        } catch (...) {  // no memory left
            found->second->shut_down();
        }
    }

    void onDisconnection(const std::shared_ptr<tcp::Peer>& peer) override {
        const auto found = connections_.find(peer->fd());
        if (found == connections_.end()) return;
        found->second->on_end_of_input();
        connections_.erase(found);
    }

private:
    std::shared_ptr<Connections> all_;
    std::unordered_map<int, std::shared_ptr<Connection>> connections_;  // by Pistache's descriptor
};

}  // namespace

class Loops::Impl {
public:
    Impl(std::size_t threads, const std::shared_ptr<Connections>& all) : reactor_(aio::Reactor::create()) {
        reactor_->init(aio::AsyncContext(threads, "http"));
        const auto key =
            reactor_->addHandler(std::make_shared<tcp::Transport>(std::make_shared<LoopHandler>(all)));
        for (const auto& handler : reactor_->handlers(key)) {
            transports_.push_back(std::static_pointer_cast<tcp::Transport>(handler));
        }
        reactor_->run();
    }
    ~Impl() { reactor_->shutdown(); }  // and joins, as the reactor is destroyed
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void adopt(int socket) { hand_over(*transports_[next_++ % transports_.size()], socket); }

    void nudge() {
        for (const auto& transport : transports_) {
            std::array<int, 2> ends{};
            if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0)
                return;
            ::close(ends[1]);
            hand_over(*transport, ends[0]);
        }
    }

private:
    static void hand_over(tcp::Transport& transport, int socket) {
        transport.handleNewPeer(tcp::Peer::Create(socket, Pistache::Address{}));
    }

    std::shared_ptr<aio::Reactor> reactor_;
    std::vector<std::shared_ptr<tcp::Transport>> transports_;
    std::size_t next_ = 0;
};

Loops::Loops(std::size_t threads, const std::shared_ptr<Connections>& connections)
    : impl_(std::make_unique<Impl>(threads, connections)) {}
Loops::~Loops() = default;

void Loops::adopt(int socket) {
    impl_->adopt(socket);
}
void Loops::nudge() {
    impl_->nudge();
}

}  // namespace http
