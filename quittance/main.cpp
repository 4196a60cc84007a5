// quittance: sends what a payment provider sends, and what machines send, for developers.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include "core/json.hpp"

#include "core/command_line.hpp"
#include "core/id.hpp"
#include "core/variables.hpp"
#include "quittance/audit.hpp"
#include "quittance/factory/command_line.hpp"
#include "quittance/http.hpp"
#include "quittance/log_store/log_store.hpp"
#include "quittance/logs/logs.hpp"
#include "quittance/settings.hpp"
#include "quittance/stripe/payment_scenario.hpp"
#include "quittance/stripe/signature.hpp"
#include "quittance/stripe/stripe_event.hpp"
#include "quittance/token.hpp"

namespace {

using namespace quittance;

constexpr auto kExamples = R"(Examples:
  quittance send stripe payment_intent.succeeded --order ord_…                   the order's total, captured
  quittance send stripe payment_intent.succeeded --order ord_… --amount 1        not the order's total: refused
  quittance send stripe charge.refunded --order ord_… --amount 500               a part goes back
  quittance send stripe charge.dispute.closed --order ord_… --outcome lost
  quittance send stripe payment_intent.succeeded --order ord_… --times 100 --concurrent
  quittance send stripe payment_intent.succeeded --order ord_… --tamper          changed after signing: 400
Ids are made of the order's, so events sent one after another belong to one payment.
Addresses and secrets come from the environment, else from .run/dev.env (make up writes it): QUITTANCE_URL,
STRIPE_WEBHOOK_SECRET and, to ask for the order's total, QUITTANCE_CLIENT_ID and QUITTANCE_CLIENT_SECRET (or a
token: QUITTANCE_TOKEN).
Exit status: 0 when every answer was 2xx, 1 when one was not, 2 for wrong use.)";

struct Options {
    std::string type;
    std::string order;
    std::optional<std::int64_t> amount;
    std::optional<std::int64_t> total;
    std::string currency;
    std::string secret;
    std::string url;
    std::string event_id;
    std::string payment, charge, refund, dispute;
    std::string outcome = "won";
    int times = 1;
    std::int64_t age_s = 0;
    bool concurrent = false;
    bool tamper = false;
    bool print = false;
};

std::string required(const Settings& settings, const std::string& name, const std::string& option) {
    if (const auto value = settings.find(name)) return *value;
    throw Misuse{option + " is missing, and so is " + name + " (make up writes it to .run/dev.env)"};
}

// Throws when the order can't be asked for.
core::Money total_of_order(const Settings& settings, const std::string& order) {
    const auto answer = send({required(settings, "QUITTANCE_URL", "--amount") + "/api/v1/orders/" + order,
                              {},
                              {"Authorization: Bearer " + token(settings)}});
    if (!answer.ok()) {
        throw std::runtime_error("the order's total can't be asked for (or give --amount and --currency): " +
                                 (answer.status != 0 ? answer.body : answer.failure));
    }
    const auto total = core::json::Value::parse(answer.body).at("total");
    const auto currency = core::Currency::parse(total.at("currency").get<std::string>());
    if (!currency) throw std::runtime_error("the order's currency is not known: " + total.dump());
    return {total.at("amount").get<std::int64_t>(), *currency};
}

void take_from_order(PaymentScenario& story, const Options& options, const Settings& settings) {
    const auto total = total_of_order(settings, options.order);
    const auto at_stripe = stripe_amount(total);
    if (!at_stripe) throw std::runtime_error("Stripe has no such amount of this currency");
    story.total = *at_stripe;
    story.currency = lower_case(total.currency.code());
}

// What is not given comes from the order. Amount and currency given are enough for an order nobody knows.
void fill_in_amounts(PaymentScenario& story, const Options& options, const Settings& settings) {
    const bool enough = options.amount && !options.currency.empty();
    if (!enough || !options.total) {
        try {
            take_from_order(story, options, settings);
        } catch (const std::exception&) {
            if (!enough) throw;
            story.total = *options.amount;
        }
    }
    if (options.total) story.total = *options.total;
    if (!options.currency.empty()) story.currency = lower_case(options.currency);
    story.amount = options.amount.value_or(story.total);
}

PaymentScenario publish(const Options& options, const Settings& settings, std::int64_t now_s) {
    auto story = story_of(options.order);
    for (const auto& [given, id] : {std::pair{&options.payment, &story.payment},
                                    {&options.charge, &story.charge},
                                    {&options.refund, &story.refund},
                                    {&options.dispute, &story.dispute}}) {
        if (!given->empty()) *id = *given;
    }
    story.outcome = options.outcome;
    story.created_s = now_s - options.age_s;
    fill_in_amounts(story, options, settings);
    return story;
}

// A changed amount, as a forger would wish it.
std::string tampered(std::string body) {
    const auto at = body.find_first_of("0123456789", body.find("\"amount"));
    if (at == std::string::npos) return body + " ";
    body[at] = body[at] == '9' ? '1' : '9';
    return body;
}

Sent signed_event(const Options& options, const Settings& settings, const std::string& body,
                  std::int64_t at_s) {
    const auto secrets =
        options.secret.empty() ? required(settings, "STRIPE_WEBHOOK_SECRET", "--secret") : options.secret;
    // Several may be live; Stripe would sign with each, one is enough.
    const auto secret = secrets.substr(0, secrets.find(','));
    return {options.url.empty()
                ? required(settings, "QUITTANCE_URL", "--url") + "/api/v1/payment/webhooks/stripe"
                : options.url,
            options.tamper ? tampered(body) : body,
            {"Content-Type: application/json; charset=utf-8",
             "User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)", "Accept: */*",
             "Expect:", "Stripe-Signature: " + stripe_signature(secret, at_s, body)}};
}

// Of many answers that are the same word for word, the first is enough; the closing line counts them.
void print_if_new(const Answer& answer, std::set<std::pair<int, std::string>>& printed) {
    if (!printed.emplace(answer.status, answer.body).second) return;
    if (answer.status == 0)
        std::cout << "  no answer: " << answer.failure;
    else
        std::cout << "  " << answer.status << "  " << answer.body;
    std::cout << "  (" << answer.took.count() << " ms)" << std::endl;
}

bool print_and_judge(const std::vector<Answer>& answers) {
    std::map<int, int> by_status;
    bool all_ok = true;
    for (const auto& answer : answers) {
        ++by_status[answer.status];
        all_ok = all_ok && answer.ok();
    }
    if (answers.size() > 1) {
        std::cout << answers.size() << " answers:";
        for (const auto& [status, count] : by_status) {
            std::cout << "  " << count << " × " << (status == 0 ? "none" : std::to_string(status));
        }
        std::cout << std::endl;
    }
    return all_ok;
}

bool send_stripe(const Options& options) {
    const Settings settings{std::filesystem::current_path()};
    const auto now_s =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    const auto story = publish(options, settings, now_s);
    const auto event_id = options.event_id.empty() ? "evt_" + core::new_uuid7() : options.event_id;
    const auto sent =
        signed_event(options, settings, stripe_event(options.type, event_id, story), now_s - options.age_s);
    if (options.print) {
        for (const auto& header : sent.headers) std::cout << header << '\n';
        std::cout << '\n' << sent.body << std::endl;
        return true;
    }

    std::cout << options.type << "  " << event_id << "  " << story.amount << ' ' << story.currency << "  of "
              << story.payment << "  to " << sent.url << std::endl;
    std::vector<Answer> answers;
    std::set<std::pair<int, std::string>> printed;
    if (options.concurrent) {
        answers = send_at_once({static_cast<std::size_t>(options.times), sent});
        for (const auto& answer : answers) print_if_new(answer, printed);
    } else {
        for (int i = 0; i < options.times; ++i) print_if_new(answers.emplace_back(send(sent)), printed);
    }
    return print_and_judge(answers);
}

void declare_stripe(core::Command stripe, Options& options) {
    std::string types = "any of Stripe's types; those with an object of their own:";
    for (const auto& type : known_stripe_types()) types += "\n" + type;
    stripe.option("type", &options.type, types).required();
    stripe.option("--order", &options.order, "the order it is about").required();
    stripe
        .option("--amount", &options.amount,
                "what the event is about, as Stripe counts (4200 is 42 EUR or 4200 JPY); "
                "default: the order's total")
        .not_negative();
    stripe.option("--total", &options.total, "what the payment as a whole is for; default: the order's total")
        .not_negative();
    stripe.option("--currency", &options.currency, "default: the order's").check([](const std::string& text) {
        return text.size() == 3 ? "" : "a currency has three letters";
    });
    stripe.option("--times", &options.times, "send the same event so often").between(1, 1000);
    stripe.flag("--concurrent", options.concurrent, "… all at the same time");
    stripe.flag("--tamper", options.tamper, "change the body after it was signed");
    stripe.option("--age", &options.age_s, "seconds ago it was signed; negative: in the future");
    stripe.option("--outcome", &options.outcome, "of charge.dispute.closed")
        .one_of({"won", "lost", "warning_closed"})
        .show_default();
    stripe.option("--event-id", &options.event_id, "default: a new one");
    stripe.option("--payment", &options.payment,
                  "pi_…; default: made of the order's id, like the next three");
    stripe.option("--charge", &options.charge, "ch_…");
    stripe.option("--refund", &options.refund, "re_…; a second refund of one payment needs its own");
    stripe.option("--dispute", &options.dispute, "dp_…");
    stripe.option("--secret", &options.secret,
                  "the endpoint's secret, whsec_…; default: STRIPE_WEBHOOK_SECRET");
    stripe.option("--url", &options.url, "default: QUITTANCE_URL/api/v1/payment/webhooks/stripe");
    stripe.flag("--print", options.print, "print the request instead of sending it");
}

}  // namespace

int main(int argc, char** argv) {
    if (core::asks_for_variables(argc, argv)) {
        auto variables = Settings::rules();
        std::ranges::move(variables_of_store_logs(), std::back_inserter(variables));
        core::print_variables(argv, variables);
        return 0;
    }
    Options options;
    core::CommandLine app{
        "Sends signed webhooks as payment providers do, and is a factory full of machines."};
    app.require_subcommand();
    app.footer("--variables lists the environment variables.");
    auto version = app.subcommand("version", "print the version");
    auto print_token = app.subcommand("token", "print an access token that is good for some minutes");
    auto audit = app.subcommand("audit", "the audit log");
    auto logs = app.subcommand("logs", "one request's way through the logs of all services");
    auto store_logs = app.subcommand("store-logs", "what the log shipper hands its lines to");
    auto send = app.subcommand("send", "build an event, sign it, post it");
    send.require_subcommand();
    auto stripe = send.subcommand("stripe", "as Stripe does");
    stripe.footer(kExamples);
    declare_stripe(stripe, options);
    auto simulate = app.subcommand("simulate", "be what is outside");
    auto check = app.subcommand("check", "compare with what a simulation recorded");
    for (auto group : {simulate, check, audit}) group.require_subcommand();
    const auto run_audit = declare_audit(audit);
    const auto run_logs = declare_logs(logs);
    const auto run_store_logs = declare_store_logs(store_logs);
    const auto run_factory = factory::declare(simulate, check);
    if (const auto status = app.parse(argc, argv)) return *status == 0 ? 0 : 2;
    if (version.parsed()) {
        std::cout << "quittance " QUITTANCE_VERSION "\n";
        return 0;
    }
    try {
        if (print_token.parsed()) {
            std::cout << token(Settings{std::filesystem::current_path()}) << std::endl;
            return 0;
        }
        if (audit.parsed()) return run_audit() ? 0 : 1;
        if (logs.parsed()) return run_logs() ? 0 : 1;
        if (store_logs.parsed()) return run_store_logs() ? 0 : 1;
        return (send.parsed() ? send_stripe(options) : run_factory()) ? 0 : 1;
    } catch (const Misuse& misuse) {
        std::cerr << "quittance: " << misuse.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "quittance: " << error.what() << '\n';
        return 1;
    }
}
