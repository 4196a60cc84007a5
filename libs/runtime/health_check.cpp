#include "runtime/health_check.hpp"

#include "http/client.hpp"

namespace runtime {
namespace {

// A service that listens everywhere is asked on this machine.
std::string host_to_ask(const std::string& listens_at) {
    if (listens_at.empty() || listens_at == "0.0.0.0") return "127.0.0.1";
    if (listens_at == "::") return "[::1]";
    return listens_at.find(':') != std::string::npos ? "[" + listens_at + "]" : listens_at;
}

}  // namespace

std::optional<std::string> why_not_ready(const std::string& listens_at, std::uint16_t port) {
    if (port == 0) return "LISTEN names no port";
    const auto url = "http://" + host_to_ask(listens_at) + ":" + std::to_string(port);
    http::Client client{{.base_url = url, .bearer = {}}};
    const auto reply = client.get("/readyz", std::chrono::seconds{2});
    if (!reply) return "no answer from " + url + "/readyz";
    if (reply->status == 200) return {};
    return url + "/readyz answers " + std::to_string(reply->status);
}

}  // namespace runtime
