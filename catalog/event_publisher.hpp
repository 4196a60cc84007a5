// What the catalog publishes: events of products and of what is made for orders.
#pragma once

#include <span>
#include <string_view>
#include <thread>

#include "catalog/production/production_store.hpp"
#include "catalog/products/product.hpp"
#include "contracts/production.hpp"
#include "postgres/database.hpp"

namespace catalog {

class Production;
class Products;

// What may be told outside.
inline constexpr std::string_view kPublicEventTypes[] = {"product.created",       "product.changed",
                                                         "product.price_changed", "production.planned",
                                                         "production.progressed", "production.completed"};

// The product as its GET shows it. A price that changed is told with the one before.
void publish_created(postgres::Transaction& tx, const Product& product);
void publish_changed(postgres::Transaction& tx, const Product& before, const Product& after);

// Subject: the order. Their version grows with time, not by one.
void publish_planned(postgres::Transaction& tx, const contracts::ProductionPlan& plan);
void publish_progress(postgres::Transaction& tx, std::span<const store::Progress> progress);

// What a program of before had not told yet is told: at once, and again every minute, as one may still be
// running beside this one.
std::jthread publish_pending_events(Production& production);
// Likewise products: others follow whose they are.
std::jthread publish_pending_products(Products& products);

}  // namespace catalog
