// The catalog's REST, as far as the simulator and the checker need it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include "core/json.hpp"

#include "quittance/factory/message.hpp"
#include "quittance/factory/record.hpp"
#include "quittance/factory/simulate.hpp"

namespace quittance::factory {

class Catalog {
public:
    Catalog(std::string url, std::string token) : url_(std::move(url)), token_(std::move(token)) {}

    // GET {url}/api/v1/catalog/{path}; nothing at 404. Whatever else is not 200 throws std::runtime_error.
    std::optional<core::json::Value> find(const std::string& path) const;
    // Every member of a list, page by page.
    void each(const std::string& path, const std::function<void(const core::json::Value&)>& each) const;
    // False when it is there already.
    bool create(const std::string& path, const core::json::Value& body) const;

private:
    std::string url_;
    std::string token_;
};

// Makes sure that the catalog has the plan's machines, parts and materials.
void register_all(const Catalog& catalog, const Plan& plan);
// How much of the plan's parts and materials there is.
Baseline stock_before(const Catalog& catalog, const Plan& plan);

}  // namespace quittance::factory
