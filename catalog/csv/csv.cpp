#include "catalog/csv/csv.hpp"

#include <algorithm>

namespace catalog::csv {
namespace {

class ObjectReader {
public:
    explicit ObjectReader(std::string_view text) : text_(text) {}

    bool at_end() const { return at_ == text_.size(); }

    // Passes over an empty line's end; false when it is not empty.
    bool skip_empty_line() { return pass_line_end(); }

    // The fields up to the end of the line.
    Row read_row(int number) {
        Row row{.number = number, .fields = {}};
        do row.fields.push_back(peek() == '"' ? quoted() : plain(row));
        while (pass(','));
        if (!at_end() && !pass_line_end()) {
            fail(row, "has text behind a closing quote");
            skip_line();
        }
        return row;
    }

    bool unclosed() const { return unclosed_; }

private:
    char peek() const { return at_end() ? '\0' : text_[at_]; }

    bool pass(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    bool pass_line_end() {
        if (text_.substr(at_).starts_with("\r\n")) return at_ += 2, true;
        return pass('\n');
    }

    void skip_line() {
        at_ = std::min(text_.find('\n', at_), text_.size());
        pass('\n');
    }

    std::string plain(Row& row) {
        auto end = std::min(text_.find_first_of(",\n", at_), text_.size());
        if (end > at_ && end < text_.size() && text_[end] == '\n' && text_[end - 1] == '\r') --end;
        std::string field{text_.substr(at_, end - at_)};
        at_ = end;
        if (field.find('"') != field.npos) fail(row, "has a quote in a field that is not quoted");
        return field;
    }

    std::string quoted() {
        std::string field;
        for (++at_;;) {
            const auto quote = text_.find('"', at_);
            if (quote == text_.npos) {
                unclosed_ = true;
                at_ = text_.size();
                return field;
            }
            field += text_.substr(at_, quote - at_);
            at_ = quote + 1;
            if (!pass('"')) return field;
            field += '"';
        }
    }

    static void fail(Row& row, const char* fault) {
        if (row.fault.empty()) row.fault = fault;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool unclosed_ = false;
};

std::string_view without_mark(std::string_view text) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

}  // namespace

std::optional<std::string> Table::find(const Row& row, std::string_view column) const {
    const auto found = std::ranges::find(columns, column);
    if (found == columns.end()) return {};
    return row.fields[static_cast<std::size_t>(found - columns.begin())];
}

core::Result<Table> parse(std::string_view text) {
    ObjectReader reader{without_mark(text)};
    Table table;
    for (int number = 1; !reader.at_end(); ++number) {
        if (reader.skip_empty_line()) continue;
        auto row = reader.read_row(number);
        if (reader.unclosed())
            return core::malformed("a quote of row " + std::to_string(number) + " is never closed");
        if (table.columns.empty()) {
            if (!row.fault.empty()) return core::malformed("the header " + row.fault);
            table.columns = std::move(row.fields);
            continue;
        }
        if (row.fault.empty() && row.fields.size() != table.columns.size())
            row.fault = "has " + std::to_string(row.fields.size()) + " fields where the header has " +
                        std::to_string(table.columns.size());
        table.rows.push_back(std::move(row));
    }
    if (table.columns.empty()) return core::malformed("there is no header");
    return table;
}

std::string line(std::span<const std::string> fields) {
    std::string text;
    for (const auto& field : fields) {
        if (&field != fields.data()) text += ',';
        if (field.find_first_of(",\"\r\n") == field.npos) {
            text += field;
            continue;
        }
        text += '"';
        for (const char c : field) text += c == '"' ? std::string{"\"\""} : std::string{c};
        text += '"';
    }
    return text + "\r\n";
}

}  // namespace catalog::csv
