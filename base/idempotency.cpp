#include "base/idempotency.hpp"
