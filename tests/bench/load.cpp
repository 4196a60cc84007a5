// Load on the webhook endpoint: N keep-alive connections, each posting the next signed event as soon as it is
// answered.
//
// One thread, so that the client takes as little as possible of the machine it measures. Writes a JSON
// summary to standard output, and the ids of the events answered 200 to --acknowledged, one a line.
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>
#include "core/json.hpp"

#include "core/command_line.hpp"
#include "tests/bench/connection.hpp"
#include "tests/bench/signed_events.hpp"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string template_file, orders_file, acknowledged_file, secret, run;
    std::string path = "/api/v1/payment/webhooks/stripe";
    std::size_t connections = 16;
    double seconds = 6;
    double warm_up_s = 1;  // answered, but not measured
    double duplicates = 0.01;
};

Options read_options(int argc, char** argv) {
    Options options;
    core::CommandLine app{"Posts signed webhooks and measures the answers"};
    app.option("--host", &options.host);
    app.option("--port", &options.port).required();
    app.option("--template", &options.template_file,
               "an event's body with {{event}} {{payment}} {{charge}} {{order}}")
        .required();
    app.option("--orders", &options.orders_file, "ids of unpaid orders, one a line: one event each")
        .required();
    app.option("--acknowledged", &options.acknowledged_file, "where the ids of events answered 200 go")
        .required();
    app.option("--secret", &options.secret).required();
    app.option("--run", &options.run, "makes the ids of this run unique").required();
    app.option("--path", &options.path);
    app.option("--connections", &options.connections);
    app.option("--seconds", &options.seconds);
    app.option("--warm-up", &options.warm_up_s);
    app.option("--duplicates", &options.duplicates, "share of requests that repeat an event sent before");
    if (const auto status = app.parse(argc, argv)) std::exit(*status);
    return options;
}

std::string contents(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) throw std::runtime_error("can't read " + file);
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::string> lines(const std::string& file) {
    std::istringstream in{contents(file)};
    return {std::istream_iterator<std::string>{in}, {}};
}

struct Measured {
    std::map<int, std::size_t> by_status;  // 0: the connection broke before an answer
    std::vector<double> took_ms;           // of those answered 200, after the warm-up
    std::size_t duplicates = 0;
    double seconds = 0;
    bool ran_out = false;  // of events, before the time was up
};

class Load {
public:
    Load(const Options& options, const std::vector<Event>& events)
        : options_(options),
          events_(events),
          acknowledged_(events.size(), false),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

    Measured run() {
        const auto begin = Clock::now();
        counts_from_ = begin + as_duration(options_.warm_up_s);
        stop_at_ = counts_from_ + as_duration(options_.seconds);
        clients_.resize(options_.connections);
        for (auto& client : clients_) connect_and_send(client);
        const auto abandon = stop_at_ + std::chrono::seconds{15};
        while (in_flight_ > 0 && Clock::now() < abandon) serve_ready();
        measured_.seconds =
            std::chrono::duration<double>(std::min(Clock::now(), stop_at_) - counts_from_).count();
        measured_.by_status[0] += in_flight_;
        return std::move(measured_);
    }

    void write_acknowledged(const std::string& file) const {
        std::ofstream out{file};
        for (std::size_t i = 0; i < events_.size(); ++i) {
            if (acknowledged_[i]) out << events_[i].id << '\n';
        }
    }

private:
    struct Client {
        std::unique_ptr<Connection> connection;
        std::size_t event = 0;
        Clock::time_point sent_at;
        bool busy = false;
    };

    static Clock::duration as_duration(double seconds) {
        return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>{seconds});
    }

    void connect_and_send(Client& client) {
        client.connection = std::make_unique<Connection>(options_.host, options_.port);
        watch(client, EPOLL_CTL_ADD);
        send_next(client);
    }

    void watch(Client& client, int operation) {
        epoll_event event{};
        event.events = client.connection->wants_to_send() ? EPOLLIN | EPOLLOUT : EPOLLIN;
        event.data.ptr = &client;
        ::epoll_ctl(epoll_, operation, client.connection->socket(), &event);
    }

    void send_next(Client& client) {
        const auto now = Clock::now();
        if (now >= stop_at_) return;
        if (next_ == events_.size()) {
            measured_.ran_out = true;
            stop_at_ = now;
            return;
        }
        const bool repeat = next_ > 0 && std::uniform_real_distribution{}(random_) < options_.duplicates;
        client.event = repeat ? recent() : next_++;
        measured_.duplicates += repeat;
        client.sent_at = now;
        client.busy = true;
        ++in_flight_;
        if (!client.connection->send(events_[client.event].request)) return broke(client);
        if (client.connection->wants_to_send()) watch(client, EPOLL_CTL_MOD);
    }

    // One of the last hundred: some answered, some still on their way.
    std::size_t recent() {
        const auto back =
            std::uniform_int_distribution<std::size_t>{1, std::min<std::size_t>(next_, 100)}(random_);
        return next_ - back;
    }

    void serve_ready() {
        std::array<epoll_event, 256> ready;
        const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 100);
        for (int i = 0; i < count; ++i) {
            auto& client = *static_cast<Client*>(ready[static_cast<std::size_t>(i)].data.ptr);
            if (client.connection->wants_to_send()) {
                if (!client.connection->continue_sending()) {
                    broke(client);
                    continue;
                }
                if (!client.connection->wants_to_send()) watch(client, EPOLL_CTL_MOD);
            }
            receive(client);
        }
    }

    void receive(Client& client) {
        switch (client.connection->receive()) {
            case Connection::Progress::waiting: return;
            case Connection::Progress::broken: return broke(client);
            case Connection::Progress::answered: break;
        }
        client.busy = false;
        --in_flight_;
        const auto now = Clock::now();
        const int status = client.connection->status();
        ++measured_.by_status[status];
        if (status == 200) {
            acknowledged_[client.event] = true;
            if (now >= counts_from_ && now < stop_at_) {
                measured_.took_ms.push_back(
                    std::chrono::duration<double, std::milli>(now - client.sent_at).count());
            }
        }
        send_next(client);
    }

    void broke(Client& client) {
        if (client.busy) {
            client.busy = false;
            --in_flight_;
            ++measured_.by_status[0];
        }
        if (Clock::now() < stop_at_) return connect_and_send(client);
        ::epoll_ctl(epoll_, EPOLL_CTL_DEL, client.connection->socket(), nullptr);
    }

    const Options& options_;
    const std::vector<Event>& events_;
    std::vector<bool> acknowledged_;
    std::vector<Client> clients_;
    std::mt19937 random_{1};
    std::size_t next_ = 0;
    std::size_t in_flight_ = 0;
    Clock::time_point counts_from_, stop_at_;
    Measured measured_;
    int epoll_;
};

core::json::Value summary(Measured measured, std::size_t connections) {
    auto& took = measured.took_ms;
    std::sort(took.begin(), took.end());
    const auto quantile = [&](double q) {
        return took.empty() ? 0.0 : took[static_cast<std::size_t>(q * static_cast<double>(took.size() - 1))];
    };
    core::json::Value by_status = core::json::Value::object();
    for (const auto& [status, count] : measured.by_status) {
        if (count > 0) by_status[std::to_string(status)] = count;
    }
    return {{"connections", connections},
            {"by_status", by_status},
            {"duplicates", measured.duplicates},
            {"ran_out", measured.ran_out},
            {"seconds", measured.seconds},
            {"per_second", static_cast<double>(took.size()) / measured.seconds},
            {"p50_ms", quantile(0.5)},
            {"p99_ms", quantile(0.99)},
            {"max_ms", quantile(1)}};
}

int run(const Options& options) {
    const EventTemplate form{contents(options.template_file), options.host, options.path, options.secret};
    const auto events = make_events(form, options.run, lines(options.orders_file));
    Load load{options, events};
    const auto measured = load.run();
    load.write_acknowledged(options.acknowledged_file);
    std::cout << summary(measured, options.connections).dump() << std::endl;
    return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    try {
        return bench::run(bench::read_options(argc, argv));
    } catch (const std::exception& error) {
        std::cerr << "load: " << error.what() << '\n';
        return 1;
    }
}
