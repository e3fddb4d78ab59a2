#include "data/read/wkt.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <optional>
#include <vector>

#include "data/read/number_text.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t rows_per_chunk = 512;
constexpr double      missing        = std::numeric_limits<double>::quiet_NaN();

/// What is wrong, thrown inside one row and completed with its place outside.
struct Malformed {
    std::string expected;
};

enum class Shape { none, point, polygon };

/// Recursive descent over one text. Grammar: OGC 06-103r4, clause 7, the part with points and polygons.
class Reader {
public:
    explicit Reader(std::string_view text) : p_(text.data()), end_(text.data() + text.size()) {}

    Shape read(Polygons<Planar>& polygons, Points<Planar>& points) {
        const std::string tag = word();
        std::string       extra = word();
        if (extra == "Z" || extra == "M" || extra == "ZM") extra = word();
        const bool empty = extra == "EMPTY";
        if (tag == "POINT") {
            if (empty) points.push_back({missing, missing});
            else point(points);
            finish();
            return Shape::point;
        }
        if (tag != "POLYGON" && tag != "MULTIPOLYGON") throw Malformed{"expected POINT, POLYGON or MULTIPOLYGON"};
        if (!empty) {
            if (tag == "POLYGON") polygon(polygons);
            else list([&] { polygon(polygons); });
        }
        finish();
        polygons.end_row();
        return Shape::polygon;
    }

private:
    void blanks() {
        while (p_ < end_ && std::isspace(static_cast<unsigned char>(*p_)) != 0) ++p_;
    }
    std::string word() {
        blanks();
        std::string out;
        while (p_ < end_ && std::isalpha(static_cast<unsigned char>(*p_)) != 0) out.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(*p_++))));
        for (const char* suffix : {"ZM", "Z", "M"}) {  // POLYGONZ and the like
            const std::string_view tail(suffix);
            if (out.size() > 5 && out.ends_with(tail) && out.substr(0, out.size() - tail.size()).ends_with(out.starts_with("POINT") ? "POINT" : "POLYGON")) {
                out.resize(out.size() - tail.size());
                break;
            }
        }
        return out;
    }
    bool take(char c) {
        blanks();
        if (p_ >= end_ || *p_ != c) return false;
        ++p_;
        return true;
    }
    void expect(char c) {
        if (!take(c)) throw Malformed{fmt::format("expected '{}'", c)};
    }
    double number() {
        blanks();
        const ParsedNumber n = parse_number(p_, end_);
        if (n.end == nullptr) throw Malformed{"expected a number"};
        p_ = n.end;
        return n.value;
    }
    Point<Planar> position() {
        const double x = number(), y = number();
        for (blanks(); p_ < end_ && *p_ != ',' && *p_ != ')'; blanks()) (void)number();  // Z, M
        return {x, y};
    }
    template <class Item>
    void list(Item item) {
        expect('(');
        do item();
        while (take(','));
        expect(')');
    }
    void point(Points<Planar>& points) {
        expect('(');
        points.push_back(position());
        expect(')');
    }
    void polygon(Polygons<Planar>& out) {
        list([&] {
            const std::size_t first = out.x.size();
            list([&] {
                const Point<Planar> p = position();
                out.push_point(p.x, p.y);
            });
            if (out.x.size() - first < 4 || out.x[first] != out.x.back() || out.y[first] != out.y.back()) {
                throw Malformed{"expected a closed ring of at least 4 positions"};
            }
            out.end_ring();
        });
        out.end_part();
    }
    void finish() {
        blanks();
        if (p_ != end_) throw Malformed{"expected the end of the text"};
    }

    const char *p_, *end_;
};

struct Piece {
    Polygons<Planar>          polygons;
    Points<Planar>            points;
    std::optional<InputError> error;
};

void append(Polygons<Planar>& to, const Polygons<Planar>& from) {
    const auto shift = [](std::vector<std::uint32_t>& out, const std::vector<std::uint32_t>& in) {
        const std::uint32_t base = out.back();
        for (std::size_t i = 1; i < in.size(); ++i) out.push_back(base + in[i]);
    };
    shift(to.rings, from.rings);
    shift(to.parts, from.parts);
    shift(to.rows, from.rows);
    to.x.insert(to.x.end(), from.x.begin(), from.x.end());
    to.y.insert(to.y.end(), from.y.begin(), from.y.end());
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

}  // namespace

Geometry parse_wkt(std::span<const std::string> texts, const std::string& source, const std::string& field, const Execution& exec) {
    const auto first = std::ranges::find_if(texts, [](const std::string& t) { return !is_blank(t); });
    if (first == texts.end()) return std::monostate{};
    const std::size_t at     = first->find_first_not_of(" \t");
    const Shape       common = std::toupper(static_cast<unsigned char>((*first)[at])) == 'P' && std::toupper(static_cast<unsigned char>((*first)[at + 2])) == 'I' ? Shape::point : Shape::polygon;
    std::vector<Piece> pieces((texts.size() + rows_per_chunk - 1) / rows_per_chunk);
    parallel_chunks(exec, texts.size(), rows_per_chunk, [&](std::size_t begin, std::size_t end) {
        Piece& piece = pieces[begin / rows_per_chunk];
        for (std::size_t i = begin; i < end && !piece.error; ++i) {
            if (is_blank(texts[i])) {
                if (common == Shape::point) piece.points.push_back({missing, missing});
                else piece.polygons.end_row();
                continue;
            }
            try {
                if (Reader(texts[i]).read(piece.polygons, piece.points) != common) throw Malformed{"points and polygons are mixed; give one kind"};
            } catch (const Malformed& malformed) {
                piece.error = InputError(fmt::format("{}, got '{:.40}'", malformed.expected, texts[i]), {source, {}, i + 2, field});
            }
        }
    });
    Polygons<Planar> polygons;
    Points<Planar>   points;
    for (const Piece& piece : pieces) {
        if (piece.error) throw *piece.error;
        append(polygons, piece.polygons);
        points.x.insert(points.x.end(), piece.points.x.begin(), piece.points.x.end());
        points.y.insert(points.y.end(), piece.points.y.begin(), piece.points.y.end());
    }
    if (common == Shape::point) return points;
    return polygons;
}

}  // namespace gapmap
