#include "core/command_line.hpp"

#include <CLI/CLI.hpp>

namespace core {

CommandOption CommandOption::required() {
    option_->required();
    return *this;
}

CommandOption CommandOption::needs(CommandOption other) {
    option_->needs(other.option_);
    return *this;
}

CommandOption CommandOption::show_default() {
    option_->capture_default_str();
    return *this;
}

CommandOption CommandOption::not_negative() {
    option_->check(CLI::NonNegativeNumber);
    return *this;
}

CommandOption CommandOption::between(int min, int max) {
    option_->check(CLI::Range(min, max));
    return *this;
}

CommandOption CommandOption::one_of(const std::vector<std::string>& values) {
    option_->check(CLI::IsMember(values));
    return *this;
}

CommandOption CommandOption::check(const std::function<std::string(const std::string&)>& error_of) {
    option_->check(error_of);
    return *this;
}

CommandOption Command::option(const std::string& name, OptionTarget target, const std::string& description) {
    return std::visit(
        [&](auto* variable) { return CommandOption{*app_->add_option(name, *variable, description)}; },
        target);
}

void Command::flag(const std::string& name, bool& target, const std::string& description) {
    app_->add_flag(name, target, description);
}

Command Command::subcommand(const std::string& name, const std::string& description) {
    return Command{*app_->add_subcommand(name, description)};
}

Command Command::group_of_one(const std::string& name) {
    auto* group = app_->add_option_group(name);
    group->require_option(1);
    return Command{*group};
}

void Command::require_subcommand() {
    app_->require_subcommand(1);
}

void Command::footer(const std::string& text) {
    app_->footer(text);
}

bool Command::parsed() const {
    return app_->parsed();
}

CommandLine::CommandLine(const std::string& description)
    : CommandLine(std::make_unique<CLI::App>(description)) {}

CommandLine::CommandLine(std::unique_ptr<CLI::App> root) : Command(*root), root_(std::move(root)) {}

CommandLine::~CommandLine() = default;

std::optional<int> CommandLine::parse(int argc, char** argv) {
    try {
        root_->parse(argc, argv);
        return {};
    } catch (const CLI::ParseError& error) {
        return root_->exit(error);
    }
}

}  // namespace core
