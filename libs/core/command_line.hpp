// A program's command line that is cheap to compile: CLI11's templates parse it in command_line.cpp only.
//
//   core::CommandLine line{"Sends signed webhooks."};
//   auto send = line.subcommand("send", "build an event, sign it, post it");
//   send.option("--times", &times, "send the same event so often").between(1, 1000);
//   if (const auto status = line.parse(argc, argv)) return *status;
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace core {

// The variable an option writes; its value before parsing is the default, its type is checked and is in the
// help.
using OptionTarget = std::variant<std::string*, std::vector<std::string>*, int*, std::int64_t*,
                                  std::uint16_t*, std::uint64_t*, double*, std::optional<std::int64_t>*,
                                  std::optional<std::uint64_t>*, std::optional<double>*>;

// A handle: copies mean the same option, and live as long as the CommandLine.
class CommandOption {
public:
    explicit CommandOption(CLI::Option& option) : option_(&option) {}

    CommandOption required();
    CommandOption needs(CommandOption other);
    CommandOption show_default();
    CommandOption not_negative();
    CommandOption between(int min, int max);
    CommandOption one_of(const std::vector<std::string>& values);
    // `error_of` returns what is wrong with the text, empty when nothing is.
    CommandOption check(const std::function<std::string(const std::string&)>& error_of);

private:
    CLI::Option* option_;
};

// A handle of a program's or a subcommand's command line, like CommandOption.
class Command {
public:
    explicit Command(CLI::App& app) : app_(&app) {}

    // "--name", or "name" for a positional argument. The variable must outlive parse().
    CommandOption option(const std::string& name, OptionTarget target, const std::string& description = {});
    void flag(const std::string& name, bool& target, const std::string& description);
    Command subcommand(const std::string& name, const std::string& description);
    // Exactly one option of the group has to be given.
    Command group_of_one(const std::string& name);
    void require_subcommand();
    void footer(const std::string& text);
    // True when this subcommand was given.
    bool parsed() const;

private:
    CLI::App* app_;
};

class CommandLine : public Command {
public:
    explicit CommandLine(const std::string& description);
    ~CommandLine();
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    // The status to exit with at once: 0 when help was asked for and printed, CLI11's own (over 100) when the
    // arguments are wrong and the error was printed. Nothing when the program is to go on.
    [[nodiscard]] std::optional<int> parse(int argc, char** argv);

private:
    explicit CommandLine(std::unique_ptr<CLI::App> root);

    std::unique_ptr<CLI::App> root_;
};

}  // namespace core
