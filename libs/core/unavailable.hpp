// Something this process depends on can't be reached. The HTTP boundary answers it with 503.
#pragma once

#include <stdexcept>

namespace core {

struct Unavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace core
