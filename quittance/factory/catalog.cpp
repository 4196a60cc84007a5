#include "quittance/factory/catalog.hpp"

#include <set>
#include <stdexcept>

#include "quittance/http.hpp"

namespace quittance::factory {
namespace {

using Json = core::json::Value;

std::runtime_error failed(const std::string& path, const Answer& answer) {
    return std::runtime_error{
        "catalog, " + path + ": " +
        (answer.status == 0 ? answer.failure : std::to_string(answer.status) + " " + answer.body)};
}

std::set<std::string> materials_of(const Plan& plan) {
    std::set<std::string> codes{kSteel};
    for (const auto& place : plan.machines) codes.insert(tank_of(place.machine));
    return codes;
}

}  // namespace

std::optional<Json> Catalog::find(const std::string& path) const {
    const auto answer =
        send({url_ + "/api/v1/catalog/" + path, {}, {"Authorization: Bearer " + token_, "Accept: */*"}});
    if (answer.status == 404) return {};
    if (answer.status != 200) throw failed(path, answer);
    return Json::parse(answer.body);
}

void Catalog::each(const std::string& path, const std::function<void(const Json&)>& each) const {
    const auto start = path + (path.find('?') == std::string::npos ? "?" : "&") + "limit=100";
    std::string after;
    for (bool has_more = true; has_more;) {
        const auto page = find(start + after);
        if (!page) throw std::runtime_error{"catalog has no " + path};
        for (const auto& one : page->at("data")) each(one);
        has_more = page->at("has_more").get<bool>();
        if (has_more) after = "&starting_after=" + page->at("data").back().at("id").get<std::string>();
    }
}

bool Catalog::create(const std::string& path, const Json& body) const {
    const auto answer =
        send({url_ + "/api/v1/catalog/" + path,
              body.dump(),
              {"Authorization: Bearer " + token_, "Content-Type: application/json", "Expect:"}});
    if (answer.status != 201 && answer.status != 409) throw failed(path, answer);
    return answer.status == 201;
}

void register_all(const Catalog& catalog, const Plan& plan) {
    auto makes = Json::array();
    for (const auto& [part, revision] : plan.parts) {
        Json body{{"number", part}, {"name", "Simulated part " + part}, {"unit", "H87"}};
        if (catalog.create("parts", body) && !revision.empty())
            catalog.create("parts/" + part + "/revisions", {{"revision", revision}});
        makes.push_back(part);
    }
    for (const auto& code : materials_of(plan)) {
        const bool is_steel = code == kSteel;
        catalog.create("materials", {{"code", code},
                                     {"name", is_steel ? "Sheet steel" : "Coolant in the tank of a machine"},
                                     {"unit", is_steel ? "KGM" : "LTR"}});
    }
    for (const auto& place : plan.machines) {
        catalog.create("machines", {{"name", place.machine},
                                    {"site", place.site},
                                    {"area", place.area},
                                    {"line", place.line},
                                    {"makes", makes}});
    }
}

Baseline stock_before(const Catalog& catalog, const Plan& plan) {
    Baseline baseline;
    const auto note = [&](const char* kind, const std::string& path, const std::string& name) {
        if (const auto found = catalog.find(path + name))
            baseline[kind + name] = found->at("stock").at("on_hand").get<double>();
    };
    for (const auto& [part, revision] : plan.parts) note("part:", "parts/", part);
    for (const auto& code : materials_of(plan)) note("material:", "materials/", code);
    return baseline;
}

}  // namespace quittance::factory
