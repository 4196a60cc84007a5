#include "auth/api.hpp"

#include <algorithm>
#include <iterator>

namespace auth {

Routes routes(Services& services, postgres::Database& db) {
    Routes all;
    const auto add = [&all](Routes some) { std::ranges::move(some, std::back_inserter(all)); };
    add(login_routes(services.logins, services.pool));
    add(password_routes(services.passwords, services.pool));
    add(people_routes(services.people, services.passwords, services.pool));
    add(program_routes(services.programs));
    add(key_routes(services.keys));
    add(audit_routes(services.audit, db));
    return all;
}

}  // namespace auth
