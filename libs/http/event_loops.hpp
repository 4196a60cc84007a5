// The event loops that read: Pistache's, one thread each. Only http_loops.cpp knows Pistache.
//
// Its Listener is not used: it ignores the backlog, spins without descriptors, and can't stop taking
// connections before the loops that serve them stop.
#pragma once

#include <cstddef>
#include <memory>

#include "http/connection_table.hpp"

namespace http {

class Loops {
public:
    Loops(std::size_t threads, const std::shared_ptr<Connections>& connections);
    ~Loops();  // stops and joins them

    // Takes ownership of `socket`, which `connections` knows to arrive, and closes it at the end of its
    // input.
    void adopt(int socket);
    // Wakes each loop as a new connection does: Pistache's hand-over can miss one, about once in a million.
    void nudge();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace http
