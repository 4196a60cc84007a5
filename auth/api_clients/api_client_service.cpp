#include "auth/api_clients/api_client_service.hpp"

#include <algorithm>

#include "auth/api_clients/api_client_store.hpp"
#include "core/digest.hpp"
#include "core/id.hpp"
#include "core/secret.hpp"

namespace auth {
namespace {

using core::Result;
using postgres::Transaction;

core::Error no_program(const std::string& id) {
    return core::not_found("no program " + id);
}

// Nothing when the caller may do all this as well. UserService have no scopes: their role says it all.
std::optional<core::Error> refuse_more_than_own(const RequestOrigin& origin,
                                                const std::vector<std::string>& scopes) {
    if (!origin.caller || !origin.caller->scopes || granted(*origin.caller->scopes, scopes)) return {};
    return core::Error{core::Kind::forbidden, "these scopes are more than the token has itself"};
}

std::string new_secret() {
    return "qsk_" + core::random_token();
}

core::json::Value said(const ApiClientDraft& draft) {
    return {{"name", draft.name}, {"role", to_string(draft.role)}, {"scopes", to_text(draft.scopes)}};
}

// In the same time for every secret and whatever there is to compare it with.
bool has_secret(const std::vector<std::string>& live, const std::string& secret) {
    const auto sha256 = core::sha256_hex(secret);
    bool found = core::equal_constant_time(sha256, std::string(sha256.size(), '-'));
    for (const auto& one : live) found = core::equal_constant_time(sha256, one) || found;
    return found;
}

}  // namespace

ApiClientService::ApiClientService(postgres::Database& db, KeyRing& keys, telemetry::Metrics& metrics)
    : db_(db),
      keys_(keys),
      issued_(
          metrics.counter("program_tokens_total", "Tokens asked for by programs", {{"outcome", "issued"}})),
      refused_(metrics.counter("program_tokens_total", "Tokens asked for by programs",
                               {{"outcome", "refused"}})) {}

std::variant<ApiClientToken, TokenRefusal> ApiClientService::token(
    const std::string& id, const std::string& secret, const std::optional<std::vector<std::string>>& scopes,
    const RequestOrigin& origin) {
    using Answer = std::variant<ApiClientToken, TokenRefusal>;
    auto answer = db_.transact([&](Transaction& tx) -> Answer {
        const auto program = store::find_program(tx, id);
        const auto secrets = store::live_secrets(tx, id);
        if (!has_secret(secrets, secret) || !program || program->revoked_at) {
            // As often as strangers like: it holds nobody up who waits for the log.
            record_later(tx, origin,
                         {.action = "auth.program_token",
                          .object = program ? program->id : "unknown",
                          .outcome = events::AuditOutcome::failed});
            return TokenRefusal::invalid_client;
        }
        const auto given = granted(program->draft.scopes, scopes);
        if (!given) return TokenRefusal::invalid_scope;
        store::set_program_used(tx, id);
        return ApiClientToken{keys_.sign({id, program->draft.role, *given}), keys_.token_life(), *given};
    });
    (std::holds_alternative<ApiClientToken>(answer) ? issued_ : refused_)(1);
    return answer;
}

Result<ApiClientWithSecret> ApiClientService::create(const ApiClientDraft& draft,
                                                     const RequestOrigin& origin) {
    if (auto refusal = refuse_more_than_own(origin, draft.scopes)) return *std::move(refusal);
    return db_.transact([&](Transaction& tx) {
        const auto id = core::Id<"prg">::make().value();
        auto secret = new_secret();
        store::insert_program(tx, id, draft);
        store::insert_secret(tx, id, core::sha256_hex(secret));
        auto program = store::find_program(tx, id).value();
        record(tx, origin, {.action = "auth.program_created", .object = id, .details = said(draft)});
        return ApiClientWithSecret{std::move(program), std::move(secret)};
    });
}

void ApiClientService::ensure(const std::string& id, const std::string& secret, const ApiClientDraft& draft) {
    db_.transact([&](Transaction& tx) {
        if (!store::insert_program(tx, id, draft)) return;
        store::insert_secret(tx, id, core::sha256_hex(secret));
        record(tx, RequestOrigin::ours(),
               {.action = "auth.program_created", .object = id, .details = said(draft)});
    });
}

Result<ApiClient> ApiClientService::find(const std::string& id) {
    auto program = db_.single([&](Transaction& tx) { return store::find_program(tx, id); });
    if (!program) return no_program(id);
    return *std::move(program);
}

ApiClientService::Page ApiClientService::list(const rest::Page& page) {
    auto programs = db_.single([&](Transaction& tx) { return store::list_programs(tx, page); });
    const bool has_more = programs.size() > static_cast<std::size_t>(page.limit);
    if (has_more) programs.pop_back();
    return {std::move(programs), has_more};
}

Result<ApiClient> ApiClientService::change(const std::string& id, const rest::VersionTest& expected,
                                           const Edit& edit, const RequestOrigin& origin) {
    return db_.transact([&](Transaction& tx) -> Result<ApiClient> {
        auto before = store::find_program_for_update(tx, id);
        if (!before) return no_program(id);
        if (expected && !expected(before->version)) return rest::outdated();
        if (before->revoked_at) return core::conflict("the program is revoked");
        const auto draft = edit(before->draft);
        if (!draft) return draft.error();
        if (*draft == before->draft) return *std::move(before);
        if (auto refusal = refuse_more_than_own(origin, draft->scopes)) return *std::move(refusal);
        store::save_program(tx, id, *draft);
        auto after = store::find_program(tx, id).value();
        record(tx, origin,
               {.action = "auth.program_changed",
                .object = id,
                .details = {{"before", said(before->draft)}, {"after", said(*draft)}}});
        return after;
    });
}

Result<ApiClientWithSecret> ApiClientService::rotate(const std::string& id, std::chrono::seconds overlap,
                                                     const RequestOrigin& origin) {
    return db_.transact([&](Transaction& tx) -> Result<ApiClientWithSecret> {
        const auto before = store::find_program_for_update(tx, id);
        if (!before) return no_program(id);
        if (before->revoked_at) return core::conflict("the program is revoked");
        if (auto refusal = refuse_more_than_own(origin, before->draft.scopes)) return *std::move(refusal);
        store::end_secrets(tx, id, overlap);
        auto secret = new_secret();
        store::insert_secret(tx, id, core::sha256_hex(secret));
        auto after = store::find_program(tx, id).value();
        record(tx, origin,
               {.action = "auth.program_secret_rotated",
                .object = id,
                .details = {{"overlap_seconds", overlap.count()}}});
        return ApiClientWithSecret{std::move(after), std::move(secret)};
    });
}

Result<ApiClient> ApiClientService::revoke(const std::string& id, const RequestOrigin& origin) {
    return db_.transact([&](Transaction& tx) -> Result<ApiClient> {
        auto before = store::find_program_for_update(tx, id);
        if (!before) return no_program(id);
        if (before->revoked_at) return *std::move(before);
        store::revoke_program(tx, id);
        auto after = store::find_program(tx, id).value();
        record(tx, origin, {.action = "auth.program_revoked", .object = id});
        return after;
    });
}

}  // namespace auth
