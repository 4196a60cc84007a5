#include "core/variables.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <string_view>
#include <vector>

namespace core {
namespace {

constexpr std::string_view kAsText = "--variables";
constexpr std::string_view kAsMarkdown = "--variables=markdown";

std::string default_of(const VariableRules& rules) {
    if (rules.fallback) return *rules.fallback;
    return rules.condition.empty() ? "required" : "required when " + rules.condition;
}

std::string about(const VariableRules& rules) {
    const bool says_when = rules.condition.empty() || !rules.fallback;
    return rules.variable.about + (says_when ? "" : "; read when " + rules.condition);
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string in_cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
    return text;
}

std::string code(const std::string& text) {
    return text.empty() ? "" : "`" + in_cell(text) + "`";
}

}  // namespace

std::string variables_as_text(std::span<const VariableRules> rules) {
    constexpr std::size_t kWidest = 32;
    std::vector<std::array<std::string, 3>> lines;
    std::array<std::size_t, 3> widths{};
    for (const auto& one : rules) {
        auto& line = lines.emplace_back(std::array{one.variable.name, default_of(one), one.kind});
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], std::min(line[i].size(), kWidest));
    }
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (std::size_t column = 0; column < widths.size(); ++column)
            text += padded(lines[i][column], widths[column]) + "  ";
        text += about(rules[i]) + "\n";
    }
    return text +
           "Instead of NAME there may be NAME_FILE=/path: a file's content, without one newline at its "
           "end.\n";
}

std::string variables_as_markdown(std::span<const VariableRules> rules) {
    std::string text = "| name | default | kind | what |\n|---|---|---|---|\n";
    for (const auto& one : rules) {
        const auto fallback = one.fallback ? code(*one.fallback) : in_cell(default_of(one));
        text += "| `" + one.variable.name + "` | " + fallback + " | " + in_cell(one.kind) + " | " +
                in_cell(about(one)) + " |\n";
    }
    return text;
}

bool asks_for_variables(int argc, char** argv) {
    return argc == 2 && (argv[1] == kAsText || argv[1] == kAsMarkdown);
}

void print_variables(char** argv, std::span<const VariableRules> rules) {
    std::cout << (argv[1] == kAsText ? variables_as_text(rules) : variables_as_markdown(rules)) << std::flush;
}

}  // namespace core
