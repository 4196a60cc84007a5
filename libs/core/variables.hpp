// The variables of a program as people read them: what --variables prints.
#pragma once

#include <span>
#include <string>

#include "core/environment.hpp"

namespace core {

// Columns, a line each.
std::string variables_as_text(std::span<const VariableRules> rules);
// A table; docs/variables.md is made of these.
std::string variables_as_markdown(std::span<const VariableRules> rules);

// The command line --variables or --variables=markdown; anything else is somebody else's.
bool asks_for_variables(int argc, char** argv);
void print_variables(char** argv, std::span<const VariableRules> rules);

}  // namespace core
