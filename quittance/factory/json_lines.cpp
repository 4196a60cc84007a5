#include "quittance/factory/json_lines.hpp"

#include <stdexcept>

namespace quittance::factory {
namespace {

bool ends_half_way(const std::string& file) {
    std::ifstream in{file, std::ios::binary | std::ios::ate};
    if (!in || in.tellg() <= 0) return false;
    in.seekg(-1, std::ios::end);
    return in.get() != '\n';
}

}  // namespace

Lines::Lines(std::string file) : file_(std::move(file)) {
    if (file_.empty()) return;
    const bool half = ends_half_way(file_);
    out_.open(file_, std::ios::binary | std::ios::app);
    if (half) out_ << '\n';
    if (!out_) throw std::runtime_error(file_ + " can't be written");
}

void Lines::write(const core::json::Value& line) {
    if (!is_on()) return;
    out_ << line.dump() + '\n' << std::flush;
    if (!out_) throw std::runtime_error(file_ + " can't be written");
}

void Lines::read(const std::string& file, const std::function<void(const core::json::Value&)>& each) {
    std::ifstream in{file, std::ios::binary};
    for (std::string text; std::getline(in, text);) {
        const auto line = core::json::Value::parse(text, false);
        if (line.is_object()) each(line);
    }
}

}  // namespace quittance::factory
