// What the kernel says of this process, under the names Prometheus' own clients use.
#pragma once

#include "telemetry/metrics.hpp"

namespace telemetry {

void watch_process(Metrics& metrics);

}  // namespace telemetry
