// Who was erased and when, and nothing about them. Pure.
#pragma once

#include <vector>

#include "clients/client.hpp"
#include "core/clock.hpp"

namespace clients {

struct Erasure {
    ClientId client_id;
    core::Time erased_at;
};

}  // namespace clients
