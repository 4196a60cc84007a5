// What the log shipper hands its lines to: `quittance store-logs`, which writes them into PostgreSQL.
#pragma once

#include <functional>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "core/command_line.hpp"
#include "core/environment.hpp"
#include "postgres/database.hpp"
#include "quittance/logs/log_line.hpp"

namespace quittance {

class LogStore {
public:
    explicit LogStore(postgres::Database& database) : database_(database) {}

    // Envelopes as the shipper sends them. All of them are committed when this returns; one that is there
    // already is left alone; of one the database refuses, that it was there. Throws postgres::Unavailable.
    void add(const std::vector<std::string>& envelopes);
    // Deletes some of what is older; true when there may be more.
    bool forget(std::chrono::days keep);

private:
    postgres::Database& database_;
};

// rsyslog's omprog: BEGIN, lines, COMMIT; each is confirmed, and COMMIT after the commit. Ends with its
// input.
void serve_omprog(std::istream& in, std::ostream& out, LogStore& store);

std::function<bool()> declare_store_logs(core::Command app);
std::vector<core::VariableRules> variables_of_store_logs();

}  // namespace quittance
