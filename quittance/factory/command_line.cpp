#include "quittance/factory/command_line.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <sstream>
#include <thread>

#include "quittance/factory/catalog.hpp"
#include "quittance/factory/check.hpp"
#include "quittance/factory/simulate.hpp"
#include "quittance/settings.hpp"
#include "quittance/token.hpp"

namespace quittance::factory {
namespace {

constexpr auto kSimulateExamples = R"(Examples:
  quittance simulate factory --register --rate 5                              press-07 and press-08, until interrupted
  quittance simulate factory --register --machines 20 --rate 0 --count 100000 --record run.jsonl \
      --duplicates 1% --gaps 1% --reorder 1% --bad 0.1% --reboots 0.01%
  quittance check factory --record run.jsonl --within 60
Settings come from the environment, else from .run/dev.env: MQTT_URL, MQTT_CA_FILE; a machine's
password, such as PRESS_07_PASSWORD, else MQTT_USERNAME and MQTT_PASSWORD for it; QUITTANCE_URL,
QUITTANCE_CLIENT_ID and QUITTANCE_CLIENT_SECRET (or QUITTANCE_TOKEN) for --register and check.
Exit status: 0 when all that was said is confirmed, 1 when not, 2 for wrong use.)";

struct Options {
    std::vector<std::string> places;
    int machines = 0;
    int sites = 1;
    int lines = 2;
    std::vector<std::string> parts{"PN-88:C"};
    std::string url;
    std::string credentials;
    double rate = 10;
    std::optional<std::uint64_t> count;
    std::optional<double> duration_s;
    std::string duplicates = "0", gaps = "0", reorder = "0", bad = "0", reboots = "0";
    std::optional<std::uint64_t> seed;
    int window = 50;
    int repeat_after_s = 30;
    int wait_s = 60;
    std::string record;
    std::string state;
    bool do_register = false;
    int within_s = 0;
};

std::string required(const Settings& settings, const std::string& name) {
    if (auto value = settings.find(name)) return *std::move(value);
    throw Misuse{name + " is missing (make up writes it to .run/dev.env)"};
}

Catalog catalog_of(const Settings& settings) {
    return {required(settings, "QUITTANCE_URL"), token(settings)};
}

// ---- options into a plan

// `machines` spread over sites and lines: sim-0001, …
std::vector<Place> spread(const Options& options) {
    std::vector<Place> places;
    for (int i = 0; i < options.machines; ++i) {
        auto number = std::to_string(i + 1);
        number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
        const auto site = i % options.sites;
        const auto line = i / options.sites % options.lines;
        places.push_back({"site-" + std::to_string(site + 1), "pressing", "line-" + std::to_string(line + 1),
                          "sim-" + number});
    }
    return places;
}

std::vector<Place> read_places(const Options& options) {
    if (options.machines > 0) return spread(options);
    const std::vector<std::string> demo{"lyon/pressing/line-1/press-07", "lyon/pressing/line-1/press-08"};
    std::vector<Place> places;
    for (const auto& text : options.places.empty() ? demo : options.places) {
        const auto place = Place::parse(text);
        if (!place) throw Misuse{text + " is no site/area/line/machine"};
        places.push_back(*place);
    }
    return places;
}

std::vector<PartRevision> read_parts(const Options& options) {
    std::vector<PartRevision> parts;
    for (const auto& text : options.parts) {
        const auto colon = text.find(':');
        parts.push_back({text.substr(0, colon), colon == std::string::npos ? "" : text.substr(colon + 1)});
    }
    return parts;
}

std::map<std::string, Login> read_logins(const std::string& file) {
    std::ifstream in{file};
    if (!in) throw Misuse{file + " can't be read"};
    std::map<std::string, Login> logins;
    for (std::string line; std::getline(in, line);) {
        std::istringstream words{line};
        std::string machine, user, password;
        if (words >> machine >> user >> password) logins[machine] = {user, core::Secret{password}};
    }
    return logins;
}

// press-07 → PRESS_07_PASSWORD
std::string password_name(std::string machine) {
    for (auto& c : machine)
        c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return machine + "_PASSWORD";
}

std::map<std::string, Login> read_logins(const Options& options, const Settings& settings,
                                         const std::vector<Place>& places) {
    if (!options.credentials.empty()) return read_logins(options.credentials);
    std::map<std::string, Login> logins;
    for (const auto& [site, area, line, machine] : places) {
        if (const auto password = settings.find(password_name(machine)))
            logins[machine] = {machine, core::Secret{*password}};
    }
    if (const auto user = settings.find("MQTT_USERNAME"))
        logins[""] = {*user, core::Secret{required(settings, "MQTT_PASSWORD")}};
    return logins;
}

Broker read_broker(const Options& options, const Settings& settings) {
    const auto url = options.url.empty() ? required(settings, "MQTT_URL") : options.url;
    auto broker = Broker::parse(url);
    if (!broker) throw Misuse{"the broker must be mqtt://host:port or mqtts://host:port"};
    broker->ca_file = settings.find("MQTT_CA_FILE").value_or("");
    return *std::move(broker);
}

Odds read_odds(const Options& options) {
    const auto share = [](const std::string& text) {
        return parse_share(text).value();
    };  // checked when parsed
    return {share(options.duplicates), share(options.gaps), share(options.reorder), share(options.bad),
            share(options.reboots)};
}

Plan read_plan(const Options& options, const Settings& settings) {
    const auto places = read_places(options);
    Plan plan{.machines = places,
              .parts = read_parts(options),
              .broker = read_broker(options, settings),
              .logins = read_logins(options, settings, places),
              .rate = options.rate,
              .count = options.count,
              .duration = {},
              .odds = read_odds(options),
              .seed = options.seed.value_or(std::random_device{}()),
              .window = options.window,
              .repeat_after = std::chrono::seconds{options.repeat_after_s},
              .wait = std::chrono::seconds{options.wait_s},
              .record_file = options.record,
              .state_file = options.state,
              .baseline = {}};
    if (options.duration_s)
        plan.duration = std::chrono::milliseconds{std::llround(*options.duration_s * 1000)};
    return plan;
}

// ---- what they do

bool run(const Options& options) {
    const Settings settings{std::filesystem::current_path()};
    auto plan = read_plan(options, settings);
    if (options.do_register) {
        const auto catalog = catalog_of(settings);
        register_all(catalog, plan);
        plan.baseline = stock_before(catalog, plan);
    }
    std::cout << plan.machines.size() << " machines at " << plan.broker.host << ":" << plan.broker.port
              << ", seed " << plan.seed << std::endl;
    return simulate(plan);
}

bool check(const Options& options) {
    const auto catalog = catalog_of(Settings{std::filesystem::current_path()});
    const auto record = Record::read(options.record);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{options.within_s};
    auto lines = differences(catalog, record);
    while (!lines.empty() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds{500});
        lines = differences(catalog, record);
    }
    for (const auto& line : lines) std::cout << line << '\n';
    std::cout << (lines.empty() ? "the catalog has all of it, once" : "the catalog differs") << std::endl;
    return lines.empty();
}

// ---- options

std::string is_share(const std::string& text) {
    return parse_share(text) ? "" : "must be a share, such as 1% or 0.01";
}

void declare_simulate(core::Command app, Options& options) {
    app.footer(kSimulateExamples);
    app.option("--machine", &options.places,
               "site/area/line/machine; may be given often; default: two presses");
    app.option("--machines", &options.machines, "instead: so many, sim-0001, …").between(1, 5000);
    app.option("--sites", &options.sites, "… over so many sites").between(1, 1000);
    app.option("--lines", &options.lines, "… with so many lines each").between(1, 1000);
    app.option("--part", &options.parts, "number:revision they make; may be given often").show_default();
    app.option("--broker", &options.url, "default: MQTT_URL");
    app.option("--credentials", &options.credentials, "file of lines: machine user password");
    app.option("--rate", &options.rate, "messages a second of all together; 0: as fast as possible")
        .not_negative()
        .show_default();
    app.option("--count", &options.count, "end after so many messages and the jobs they were given");
    app.option("--duration", &options.duration_s, "end after so many seconds").not_negative();
    for (const auto& [name, share, what] :
         {std::tuple{"--duplicates", &options.duplicates, "share of the messages sent twice"},
          {"--gaps", &options.gaps, "… withheld until cmd/resend asks for them"},
          {"--reorder", &options.reorder, "… sent after later ones"},
          {"--bad", &options.bad, "… before which one comes that can't be taken in"},
          {"--reboots", &options.reboots, "… before which the machine loses power"}}) {
        app.option(name, share, what).check(is_share);
    }
    app.option("--seed", &options.seed, "of chance; default: another each time");
    app.option("--window", &options.window, "messages a machine has in flight").between(1, 1000);
    app.option("--repeat-after", &options.repeat_after_s,
               "seconds without confirmation after which a machine sends by itself again")
        .show_default();
    app.option("--wait", &options.wait_s, "seconds to wait at the end until catalog has confirmed all")
        .show_default();
    app.option("--record", &options.record, "write what is said to this file, for quittance check factory");
    app.option("--state", &options.state, "file in which the machines remember what they need over an end");
    app.flag("--register", options.do_register, "make sure that catalog has the machines and what they make");
}

}  // namespace

std::function<bool()> declare(core::Command simulate_app, core::Command check_app) {
    const auto options = std::make_shared<Options>();
    auto simulating = simulate_app.subcommand("factory", "machines that speak MQTT");
    declare_simulate(simulating, *options);
    auto checking = check_app.subcommand("factory", "is everything in catalog that was said, once?");
    checking.option("--record", &options->record, "the file simulate wrote").required();
    checking.option("--within", &options->within_s, "seconds in which it may still get there");
    return [options, simulating] { return simulating.parsed() ? run(*options) : check(*options); };
}

}  // namespace quittance::factory
