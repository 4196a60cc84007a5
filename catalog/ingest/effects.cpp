#include "catalog/ingest/effects.hpp"

#include <algorithm>

#include "catalog/event_publisher.hpp"

namespace catalog {
namespace {

template <class... Ts>
struct Visitor : Ts... {
    using Ts::operator()...;
};

std::string item_of(const std::string& part, const std::string& material) {
    return part.empty() ? stock_item_of_material(material) : stock_item_of_part(part);
}

struct Said {
    Unit unit;
    Quantity first;
    Quantity second = {};
};
// The quantities as the event says them; nothing where it has none.
std::optional<Said> said(const EventData& data) {
    using Nothing = std::optional<Said>;
    return std::visit(Visitor{[](const ProductionCount& e) -> Nothing {
                                  return Said{e.unit, e.good_total, e.scrap_total};
                              },
                              [](const MaterialConsumed& e) -> Nothing {
                                  return Said{e.unit, e.quantity};
                              },
                              [](const SupplyReceived& e) -> Nothing {
                                  return Said{e.unit, e.quantity};
                              },
                              [](const StockLevel& e) -> Nothing {
                                  return Said{e.unit, e.on_hand};
                              },
                              [](const auto&) -> Nothing { return {}; }},
                      data);
}

// Raises `total` to `reported`; by how much. A total told late, and so lower, raises nothing.
Quantity raise(Quantity& total, Quantity reported) {
    const auto by = std::max(reported - total, Quantity{});
    total += by;
    return by;
}

void make_newer(std::optional<store::Position>& newest, const store::Position& at, auto&& when_newer) {
    if (newest && std::tie(newest->boot, newest->seq) >= std::tie(at.boot, at.seq)) return;
    newest = at;
    when_newer();
}

}  // namespace

std::optional<std::string> item_of(const EventData& data) {
    using Item = std::optional<std::string>;
    return std::visit(
        Visitor{[](const MaterialConsumed& e) -> Item { return stock_item_of_material(e.material); },
                [](const SupplyReceived& e) -> Item { return item_of(e.part, e.material); },
                [](const StockLevel& e) -> Item { return item_of(e.part, e.material); },
                [](const Downtime&) -> Item { return {}; },
                [](const auto& e) -> Item { return stock_item_of_part(e.part); }},
        data);
}

std::variant<Measured, Refusal> measure(const EventData& data, const Units& units) {
    const auto item = item_of(data);
    if (!item) return Measured{};
    const auto unit = units.find(*item);
    if (unit == units.end()) return Refusal{MessageOutcome::schema_violation, "the catalog has no " + *item};
    const auto quantities = said(data);
    if (!quantities) return Measured{};
    const auto first = quantities->first.convert(quantities->unit, unit->second);
    const auto second = quantities->second.convert(quantities->unit, unit->second);
    if (first && second) return Measured{*first, *second};
    return Refusal{MessageOutcome::unit_unknown,
                   *item + " is counted in " + std::string{unit->second.code()} + ", which " +
                       std::string{quantities->unit.code()} + " can't be turned into"};
}

void IntakeEffects::load(store::Transaction& tx, const std::vector<Effect>& expected) {
    std::vector<store::CounterKey> counters;
    std::vector<std::string> items;
    bool has_level = false;
    for (const auto& [at, event, measured, type, received_at] : expected) {
        if (const auto* count = std::get_if<ProductionCount>(&event->data)) {
            const store::CounterKey key{at.machine, at.boot, count->part, count->revision, count->work_order};
            if (counters_.try_emplace(key).second) counters.push_back(key);
        }
        has_level = has_level || std::holds_alternative<StockLevel>(event->data);
    }
    if (!counters.empty()) {
        for (const auto& row : store::counters(tx, counters)) {
            counters_.find({row.machine, row.boot, row.part, row.revision, row.work_order})->second =
                row.totals;
        }
    }
    if (!has_level) return;
    for (const auto& effect : expected) {
        if (auto item = item_of(effect.event->data)) items.push_back(*std::move(item));
    }
    balances_ = store::lock_balances(tx, items);
}

const store::NewEvent* IntakeEffects::event_at(const store::Position& at) const {
    const auto found = std::ranges::find(events_, at, &store::NewEvent::at);
    return found == events_.end() ? nullptr : &*found;
}

void IntakeEffects::apply(store::Transaction& tx, const Effect& effect) {
    const auto& [at, event, measured, type, received_at] = effect;
    events_.push_back({at, type, event->ts, received_at, event->data_text});
    std::visit(Visitor{[&](const ProductionCount& e) { count(effect, e); },
                       [&](const MaterialConsumed& e) { consume(effect, e); },
                       [&](const SupplyReceived& e) { receive(effect, e); },
                       [&](const StockLevel& e) { level(tx, effect, e); }, [](const auto&) {}},
               event->data);
    publish(effect);
}

void IntakeEffects::count(const Effect& effect, const ProductionCount& count) {
    const auto& at = effect.at;
    auto& totals = counters_[{at.machine, at.boot, count.part, count.revision, count.work_order}];
    const store::Totals made{raise(totals.good, effect.measured.first),
                             raise(totals.scrap, effect.measured.second)};
    if (made.good == Quantity{} && made.scrap == Quantity{}) return;
    const auto add = [&made](store::Totals& to) {
        to.good += made.good;
        to.scrap += made.scrap;
    };
    add(hours_[{count.part, at.machine, std::chrono::floor<std::chrono::hours>(effect.event->ts)}]);
    if (!count.work_order.empty()) add(made_[{count.work_order, count.part}]);
    move(effect, stock_item_of_part(count.part), MovementKind::produce, made.good, count.work_order);
}

void IntakeEffects::consume(const Effect& effect, const MaterialConsumed& consumed) {
    if (!consumed.lot.empty()) lots_[{consumed.material, consumed.lot}].consumed += effect.measured.first;
    move(effect, stock_item_of_material(consumed.material), MovementKind::consume, -effect.measured.first,
         consumed.lot.empty() ? consumed.work_order : consumed.lot);
}

void IntakeEffects::receive(const Effect& effect, const SupplyReceived& supply) {
    if (!supply.lot.empty() && !supply.material.empty()) {
        auto& lot = lots_[{supply.material, supply.lot}];
        lot.received += effect.measured.first;
        lot.supplier = supply.supplier;
    }
    move(effect, item_of(supply.part, supply.material), MovementKind::receive, effect.measured.first,
         supply.lot);
}

// The stock becomes what was counted. A count from before the last one of the same machine says nothing any
// more.
void IntakeEffects::level(store::Transaction& tx, const Effect& effect, const StockLevel& level) {
    const auto item = item_of(level.part, level.material);
    const auto& at = effect.at;
    const auto reported = store::reported_level(tx, at.machine, item);
    if (reported && *reported > store::SeqOfBoot{at.boot, at.seq}) return;
    store::save_level(tx, at, item);
    move(effect, item, MovementKind::adjust, effect.measured.first - balances_[item].on_hand, "");
}

void IntakeEffects::move(const Effect& effect, std::string item, MovementKind kind, Quantity change,
                         std::string_view reference) {
    if (change == Quantity{}) return;
    const auto& at = effect.at;
    if (const auto balance = balances_.find(item); balance != balances_.end())
        balance->second.on_hand += change;
    const auto [found, is_new] =
        moved_.try_emplace({std::move(item), kind, at.machine, at.boot, reference}, Sum{{}, at.seq, at.seq});
    auto& sum = found->second;
    sum.quantity += change;
    sum.from_seq = std::min(sum.from_seq, at.seq);
    sum.to_seq = std::max(sum.to_seq, at.seq);
}

void IntakeEffects::see(const store::Position& at, core::Time received_at) {
    auto& news = news_[at.machine];
    make_newer(news.newest, at, [] {});
    news.seen_at = std::max(news.seen_at, received_at);
}

void IntakeEffects::publish(const Effect& effect) {
    see(effect.at, effect.received_at);
    auto& news = news_[effect.at.machine];
    if (const auto* running = std::get_if<PartReference>(&effect.event->data)) {
        make_newer(news.running_at, effect.at, [&] { news.running = running; });
    }
    if (const auto* downtime = std::get_if<Downtime>(&effect.event->data)) {
        make_newer(news.downtime_at, effect.at, [&] {
            news.down = downtime->down;
            news.down_since = effect.event->ts;
        });
    }
}

void IntakeEffects::hear(std::string_view machine, const StateReport& report,
                         const contracts::MachineMessage& message) {
    auto& news = news_[machine];
    news.state = report;
    news.state_at = message.received_at;
    if (!message.retained) news.seen_at = std::max(news.seen_at, message.received_at);
}

void IntakeEffects::move_stock(store::Transaction& tx) const {
    std::vector<Movement> movements;
    for (const auto& [key, sum] : moved_) {
        movements.push_back(
            {.item = key.item,
             .kind = key.kind,
             .on_hand = sum.quantity,
             .reserved = {},
             .reference = std::string{key.reference},
             .reason = {},
             .origin = MachineOrigin{std::string{key.machine}, key.boot, sum.from_seq, sum.to_seq}});
    }
    if (!movements.empty()) store::move(tx, movements);
}

void IntakeEffects::save(store::Transaction& tx) const {
    if (!events_.empty()) store::insert_events(tx, events_);
    if (!counters_.empty()) store::save_counters(tx, counters_);
    if (!hours_.empty()) store::add_to_hours(tx, hours_);
    move_stock(tx);  // before work orders and lots, as lists with a level have locked it already
    if (!made_.empty()) publish_progress(tx, store::add_to_production_orders(tx, made_));
    if (!lots_.empty()) store::add_to_lots(tx, lots_);
    if (!news_.empty()) store::save_pending_events(tx, news_);
}

}  // namespace catalog
