#include "catalog/products/product_store.hpp"

#include "catalog/stock/row.hpp"

namespace catalog::store {
namespace {

constexpr auto kSelectProducts =
    sql("SELECT id, sku, name, description, price_minor, currency, seller, active, attributes, part, "
        "made_to_order, on_hand_micro, reserved_micro, version, ",
        select_times("created_at", "updated_at"), " FROM products LEFT JOIN ", kBalances,
        " ON item = coalesce('part:' || part, 'product:' || sku) ");

core::Money money(const postgres::Field& minor, const postgres::Field& currency) {
    return {minor.as<std::int64_t>(), core::Currency::parse(currency.c_str()).value()};
}

Product read_product(const postgres::Row& row) {
    return {.id = ProductId::trusted(row["id"].c_str()),
            .draft = {.sku = row["sku"].c_str(),
                      .name = row["name"].c_str(),
                      .description = row["description"].c_str(),
                      .price = money(row["price_minor"], row["currency"]),
                      .seller = row["seller"].c_str(),
                      .active = row["active"].as<bool>(),
                      .attributes = attributes(row["attributes"]),
                      .part = read_optional<std::string>(row["part"]),
                      .made_to_order = row["made_to_order"].as<bool>()},
            .stock = balance(row),
            .version = row["version"].as<std::int64_t>(),
            .created_at = read_time(row["created_at"]),
            .updated_at = read_time(row["updated_at"])};
}

std::optional<Product> read_first_product(const postgres::Rows& rows) {
    if (rows.empty()) return {};
    return read_product(rows.front());
}

}  // namespace

constexpr auto kInsertProduct = R"sql(
    INSERT INTO products (id, sku, name, description, price_minor, currency, seller, active, attributes, part,
                          made_to_order, created_event_published)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true)
        ON CONFLICT (sku) DO NOTHING
)sql";
bool insert_product(Transaction& tx, const ProductId& id, const ProductDraft& draft) {
    return tx.exec(kInsertProduct, id.value(), draft.sku, draft.name, draft.description,
                   draft.price.amount_minor, std::string{draft.price.currency.code()}, draft.seller,
                   draft.active, stored(draft.attributes), draft.part, draft.made_to_order)
               .affected_rows() == 1;
}

constexpr auto kFindProduct = sql(kSelectProducts, "WHERE id = $1");
std::optional<Product> find_product(Transaction& tx, const std::string& id) {
    return read_first_product(tx.exec(kFindProduct, id));
}

constexpr auto kFindProductForUpdate = sql(kSelectProducts, "WHERE id = $1 FOR NO KEY UPDATE OF products");
std::optional<Product> find_product_for_update(Transaction& tx, const std::string& id) {
    return read_first_product(tx.exec(kFindProductForUpdate, id));
}

constexpr auto kFindProductBySkuForUpdate =
    sql(kSelectProducts, "WHERE sku = $1 FOR NO KEY UPDATE OF products");
std::optional<Product> find_product_by_sku_for_update(Transaction& tx, const std::string& sku) {
    return read_first_product(tx.exec(kFindProductBySkuForUpdate, sku));
}

constexpr auto kSaveProduct = R"sql(
    UPDATE products
       SET name = $2, description = $3, price_minor = $4, currency = $5, seller = $6, active = $7, attributes = $8,
           part = $9, made_to_order = $10, version = version + 1, updated_at = now()
     WHERE id = $1
)sql";
void save_product(Transaction& tx, const ProductId& id, const ProductDraft& draft) {
    tx.exec(kSaveProduct, id.value(), draft.name, draft.description, draft.price.amount_minor,
            std::string{draft.price.currency.code()}, draft.seller, draft.active, stored(draft.attributes),
            draft.part, draft.made_to_order);
}

constexpr auto kTakeUnpublished = R"sql(
    UPDATE products
       SET created_event_published = true
     WHERE id IN (SELECT id FROM products WHERE NOT created_event_published
                   ORDER BY id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)
 RETURNING id
)sql";
std::vector<std::string> take_unpublished_products(Transaction& tx, int most) {
    std::vector<std::string> ids;
    for (const auto& row : tx.exec(kTakeUnpublished, most)) ids.emplace_back(row[0].c_str());
    return ids;
}

// ---- lists

constexpr auto kListProducts =
    sql(kSelectProducts,
        "WHERE ($1::text IS NULL OR words @@ to_tsquery('simple', $1)) AND ($2::text IS NULL OR seller = $2) "
        "AND ($3::text IS NULL OR currency = $3::char(3)) AND ($4::bigint IS NULL OR price_minor >= $4) "
        "AND ($5::bigint IS NULL OR price_minor <= $5) AND ($6::text IS NULL OR part = $6) "
        "AND ($7::text IS NULL OR sku = $7) AND ($8::boolean IS NULL OR active = $8) ");
// The page after the product $9, sorted by `columns`, of which the last is the id.
template <class Columns, class Follows>
consteval auto after(const Columns& columns, const Follows& follows) {
    return sql("AND ($9 = '' OR (", columns, ") ", follows, " (SELECT ", columns,
               " FROM products WHERE id = $9)) ");
}

constexpr auto kNewest = sql(kListProducts, "AND ($9 = '' OR id < $9) ORDER BY id DESC LIMIT $10");
constexpr auto kByName = sql(kListProducts, after("name, id", ">"), "ORDER BY name, id LIMIT $10");
constexpr auto kByNameDown =
    sql(kListProducts, after("name, id", "<"), "ORDER BY name DESC, id DESC LIMIT $10");
constexpr auto kByPrice = sql(kListProducts, after("currency, price_minor, id", ">"),
                              "ORDER BY currency, price_minor, id LIMIT $10");
constexpr auto kByPriceDown = sql(kListProducts, after("currency, price_minor, id", "<"),
                                  "ORDER BY currency DESC, price_minor DESC, id DESC LIMIT $10");

namespace {

std::string_view statement_for(ProductSort sort) {
    switch (sort) {
        case ProductSort::newest: return kNewest;
        case ProductSort::name: return kByName;
        case ProductSort::name_down: return kByNameDown;
        case ProductSort::price: return kByPrice;
        case ProductSort::price_down: return kByPriceDown;
    }
    return kNewest;
}

}  // namespace

std::vector<Product> list_products(Transaction& tx, const ProductFilter& filter, ProductSort sort,
                                   const rest::Page& page) {
    tx.plan_for_values();
    std::vector<Product> products;
    for (const auto& row : tx.exec(statement_for(sort), filter.words, filter.seller, filter.currency,
                                   filter.price_min, filter.price_max, filter.part, filter.sku, filter.active,
                                   page.starting_after, page.limit + 1)) {
        products.push_back(read_product(row));
    }
    return products;
}

constexpr auto kListProductsBySku = sql(kSelectProducts, "WHERE sku > $1 ORDER BY sku LIMIT $2");
std::vector<Product> list_products_by_sku(Transaction& tx, const rest::Page& page) {
    std::vector<Product> products;
    for (const auto& row : tx.exec(kListProductsBySku, page.starting_after, page.limit + 1))
        products.push_back(read_product(row));
    return products;
}

// ---- prices

constexpr auto kKeepPrice = R"sql(
    INSERT INTO prices (product_id, version, price_minor, currency)
    SELECT id, version, price_minor, currency FROM products WHERE id = $1
)sql";
void keep_price(Transaction& tx, const ProductId& id) {
    tx.exec(kKeepPrice, id.value());
}

constexpr auto kListPrices = sql("SELECT version, price_minor, currency, ", select_times("since"), R"sql(
      FROM prices
     WHERE product_id = $1 AND ($2::bigint IS NULL OR version < $2)
     ORDER BY version DESC
     LIMIT $3
)sql");
std::vector<PastPrice> list_prices(Transaction& tx, const std::string& id, std::optional<std::int64_t> before,
                                   int most) {
    std::vector<PastPrice> prices;
    for (const auto& row : tx.exec(kListPrices, id, before, most)) {
        prices.push_back({row["version"].as<std::int64_t>(), money(row["price_minor"], row["currency"]),
                          read_time(row["since"])});
    }
    return prices;
}

}  // namespace catalog::store
