#include "data/write/table_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "data/read/number_text.h"
#include "data/write/stream_file.h"
#include "data/write/vector_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t rows_per_chunk = 4'096;

bool is_csv_target(const std::string& path) { return path.empty() || path == "-" || path.ends_with(".csv") || path.ends_with(".CSV"); }

struct XY {
    std::span<const double> x, y;
};

XY points_of(const Layer& layer) {
    if (const auto* p = std::get_if<Points<Lonlat>>(&layer.geometry)) return {p->x, p->y};
    if (const auto* p = std::get_if<Points<Planar>>(&layer.geometry)) return {p->x, p->y};
    return {};
}

void append_value(std::string& to, const Column& column, std::size_t row) {
    if (!column.is_valid(row)) return;
    if (const auto* reals = std::get_if<Column::Reals>(&column.data)) append_number(to, (*reals)[row]);
    else if (const auto* integers = std::get_if<Column::Integers>(&column.data)) fmt::format_to(std::back_inserter(to), "{}", (*integers)[row]);
    else append_csv_field(to, std::get<Column::Texts>(column.data)[row]);
}

void write_csv(const std::string& path, const Layer& layer, const Execution& exec) {
    StreamFile  file(path);
    XY          points = points_of(layer);
    if (layer.table.find("x") != nullptr || layer.table.find("y") != nullptr) points = {};
    std::string header;
    for (const Column& column : layer.table.columns) {
        if (&column != &layer.table.columns.front()) header.push_back(',');
        append_csv_field(header, column.name);
    }
    if (!points.x.empty()) header += header.empty() ? "x,y" : ",x,y";
    file.append(header + "\n");
    const std::size_t rows = layer.rows();
    ordered_pipeline<std::string>(
        exec, (rows + rows_per_chunk - 1) / rows_per_chunk,
        [&](std::size_t chunk) {
            std::string text;
            for (std::size_t row = chunk * rows_per_chunk; row < std::min(rows, (chunk + 1) * rows_per_chunk); ++row) {
                bool first = true;
                const auto next = [&] {
                    if (!first) text.push_back(',');
                    first = false;
                };
                for (const Column& column : layer.table.columns) {
                    next();
                    append_value(text, column, row);
                }
                if (!points.x.empty()) {
                    next();
                    append_number(text, points.x[row]);
                    next();
                    append_number(text, points.y[row]);
                }
                text.push_back('\n');
            }
            return text;
        },
        [&](std::size_t, std::string&& text) { file.append(text); });
    file.commit();
}

/// Each chunk's records go through `write_record` and then, in order, to the file.
void copy_csv(const std::string& path, const CsvFile& source, const std::string& header, const Execution& exec,
              const std::function<void(std::size_t row, std::string_view record, std::string& to)>& write_record) {
    StreamFile file(path);
    file.append(header + "\n");
    ordered_pipeline<std::string>(
        exec, source.chunks(),
        [&](std::size_t chunk) {
            std::string text;
            text.reserve(source.chunk_size(chunk) * 3 / 2);
            source.for_each_record(chunk, [&](std::size_t row, std::string_view record) {
                write_record(row, record, text);
                text.push_back('\n');
            });
            return text;
        },
        [&](std::size_t, std::string&& text) { file.append(text); });
    file.commit();
}

}  // namespace

void append_number(std::string& to, double value) {
    if (std::isnan(value)) return;
    char       buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    to.append(buffer, end);
}

namespace {
/// The layer is named after the file. GCJ-02 and BD-09 have no code that a file could state: the system is left out.
void write_gis(const std::string& path, Layer layer) {
    layer.name = std::filesystem::path(path).stem().string();
    if (layer.crs == "GCJ02" || layer.crs.starts_with("BD09")) layer.crs.clear();
    write_layers({&layer}, path, vector_format_for(path));
}
}  // namespace

void write_table_file(const std::string& path, const Layer& layer, const Execution& exec) {
    if (is_csv_target(path)) write_csv(path, layer, exec);
    else write_gis(path, layer);
}

void write_csv_with(const std::string& path, const CsvFile& source, std::span<const AddedColumn> added, const Execution& exec) {
    std::string header(source.header_line());
    for (const AddedColumn& column : added) {
        header.push_back(source.delimiter());
        append_csv_field(header, column.name, source.delimiter());
    }
    copy_csv(path, source, header, exec, [&](std::size_t row, std::string_view record, std::string& to) {
        to.append(record);
        for (const AddedColumn& column : added) {
            to.push_back(source.delimiter());
            column.append(row, to);
        }
    });
}

void write_csv_replacing(const std::string& path, const CsvFile& source, std::span<const ReplacedColumn> replaced, const Execution& exec) {
    std::vector<ReplacedColumn> ordered(replaced.begin(), replaced.end());
    std::ranges::sort(ordered, {}, &ReplacedColumn::column);
    std::vector<std::size_t> columns;
    for (const ReplacedColumn& r : ordered) columns.push_back(r.column);
    copy_csv(path, source, std::string(source.header_line()), exec, [&](std::size_t row, std::string_view record, std::string& to) {
        std::array<std::string_view, 8> fields;
        const auto  found = source.locate(record, columns, fields);
        const char* from  = record.data();
        for (std::size_t k = 0; k < found; ++k) {
            to.append(from, fields[k].data());
            append_fixed(to, ordered[k].values[row], ordered[k].decimals);
            from = fields[k].data() + fields[k].size();
        }
        to.append(from, record.data() + record.size());
    });
}

}  // namespace gapmap
