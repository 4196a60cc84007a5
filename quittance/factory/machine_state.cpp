#include "quittance/factory/machine_state.hpp"

#include <filesystem>
#include <limits>

namespace quittance::factory {
namespace {

using Json = core::json::Value;

Json boot_line(const std::string& machine, std::int64_t boot) {
    return {{"machine", machine}, {"boot", boot}};
}
Json message_line(const std::string& machine, const Message& message) {
    return {{"machine", machine},   {"boot", message.boot},       {"seq", message.seq},
            {"type", message.type}, {"payload", message.payload}, {"verdict", message.verdict}};
}
Json job_line(const std::string& machine, const Job& job) {
    return {{"machine", machine},  {"job", job.id},    {"work_order", job.work_order}, {"part", job.part},
            {"rev", job.revision}, {"unit", job.unit}, {"quantity", job.quantity},     {"left", job.left}};
}

Message read_message(const core::json::Value& line) {
    return {line.at("boot").get<std::int64_t>(), line.at("seq").get<std::int64_t>(), line.at("type").text(),
            line.at("payload").text(), line.at("verdict").text()};
}
Job read_job(const core::json::Value& line) {
    return {line.at("job").text(),       line.at("work_order").text(), line.at("part").text(),
            line.at("rev").text(),       line.at("unit").text(),       line.at("quantity").get<Micro>(),
            line.at("left").get<Micro>()};
}

void take(Remembered& machine, const core::json::Value& line) {
    if (line.contains("job")) {
        auto job = read_job(line);
        machine.jobs.insert_or_assign(job.id, job);
    } else if (line.contains("complete_to")) {
        machine.unconfirmed.forget(line.at("boot").get<std::int64_t>(),
                                   line.at("complete_to").get<std::int64_t>());
    } else if (line.contains("seq")) {
        machine.unconfirmed.keep(read_message(line));
    } else {
        machine.boot = line.at("boot").get<std::int64_t>();
    }
}

void write(Lines& to, const std::string& name, const Remembered& machine) {
    to.write(boot_line(name, machine.boot));
    for (const auto& [id, job] : machine.jobs) to.write(job_line(name, job));
    for (const auto* message : machine.unconfirmed.first(std::numeric_limits<std::size_t>::max()))
        to.write(message_line(name, *message));
}

std::map<std::string, Remembered> read_and_tidy(const std::string& file) {
    std::map<std::string, Remembered> machines;
    if (file.empty()) return machines;
    Lines::read(file, [&](const auto& line) { take(machines[line.at("machine").text()], line); });
    const auto tidy = file + ".new";
    std::filesystem::remove(tidy);
    {
        Lines to{tidy};
        for (const auto& [name, machine] : machines) write(to, name, machine);
    }
    std::filesystem::rename(tidy, file);
    return machines;
}

}  // namespace

Memory::Memory(const std::string& file) : machines_(read_and_tidy(file)), lines_(file) {}

const Remembered& Memory::of(const std::string& machine) const {
    static const Remembered kNothing;
    const auto found = machines_.find(machine);
    return found == machines_.end() ? kNothing : found->second;
}

void Memory::boots(const std::string& machine, std::int64_t boot) {
    lines_.write(boot_line(machine, boot));
}
void Memory::says(const std::string& machine, const Message& message) {
    if (lines_.is_on()) lines_.write(message_line(machine, message));
}
void Memory::forgets(const std::string& machine, std::int64_t boot, std::int64_t complete_to) {
    lines_.write({{"machine", machine}, {"boot", boot}, {"complete_to", complete_to}});
}
void Memory::works(const std::string& machine, const Job& job) {
    lines_.write(job_line(machine, job));
}

}  // namespace quittance::factory
