#pragma once
// Plain readers for the peers: one thread, from_chars, the whole file in memory. They are given the best usual case:
// no attribute is kept and nothing is validated.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace peers {

struct XY {
    double x, y;
};

inline std::string read_file(const char* path) {
    std::FILE* f = std::fopen(path, "rb");
    if (f == nullptr) {
        std::perror(path);
        std::exit(3);
    }
    std::fseek(f, 0, SEEK_END);
    std::string text(static_cast<std::size_t>(std::ftell(f)), '\0');
    std::rewind(f);
    if (std::fread(text.data(), 1, text.size(), f) != text.size()) std::exit(3);
    std::fclose(f);
    return text;
}

inline const char* number(const char* p, const char* end, double& value) { return std::from_chars(p, end, value).ptr; }

/// id,x,y,...
inline std::vector<XY> read_points(const char* path) {
    const std::string text = read_file(path);
    const char *      p = text.data(), *end = p + text.size();
    std::vector<XY>   out;
    while (p < end && *p++ != '\n') {}
    while (p < end) {
        while (*p++ != ',') {}
        XY xy{};
        p = number(p, end, xy.x);
        p = number(p + 1, end, xy.y);
        out.push_back(xy);
        while (p < end && *p++ != '\n') {}
    }
    return out;
}

/// id,pop,"POLYGON((x y,...))": one ring a row, closed.
inline std::vector<std::vector<XY>> read_polygons(const char* path) {
    const std::string            text = read_file(path);
    const char *                 p = text.data(), *end = p + text.size();
    std::vector<std::vector<XY>> out;
    while (p < end && *p++ != '\n') {}
    while (p < end) {
        while (*p++ != '(') {}
        ++p;
        out.emplace_back();
        for (bool more = true; more;) {
            XY xy{};
            p = number(p, end, xy.x);
            p = number(p + 1, end, xy.y);
            out.back().push_back(xy);
            more = *p++ == ',';
        }
        while (p < end && *p++ != '\n') {}
    }
    return out;
}

/// Total and a hash over the counts of all polygons, to compare engines by.
inline void print_counts(const char* name, const std::vector<long>& counts) {
    long          total = 0;
    unsigned long hash  = 0;
    for (const long c : counts) {
        total += c;
        hash = hash * 1000003 + static_cast<unsigned long>(c);
    }
    std::printf("%s matched %ld hash %lx\n", name, total, hash);
}

}  // namespace peers
