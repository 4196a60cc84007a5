#include "mqtt-bridge/pipeline.hpp"
#include "runtime/program.hpp"

int main(int argc, char** argv) {
    constexpr int kReplaced = 3;  // exit status: a newer bridge serves this client id
    std::atomic<bool> replaced = false;
    const int status = runtime::serve(argc, argv, "mqtt-bridge", kOpenApi, [&](runtime::Program& program) {
        auto settings = mqtt_bridge::read_settings(program.environment());
        program.check_settings();
        auto& pipeline =
            program.make<mqtt_bridge::Pipeline>(std::move(settings), program.metrics(), replaced);
        program.ready_when([&pipeline] { return pipeline.ready(); });
    });
    return replaced ? kReplaced : status;
}
