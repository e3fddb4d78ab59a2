#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace gapmap {

/// Whether `query` has a row in the SQLite file at `path`; false where there is no such file, or it is of another kind.
[[nodiscard]] bool sqlite_file_has(const std::filesystem::path& path, const char* query);

/// A new SQLite file that appears whole with commit(); without it nothing is left behind. Nobody reads it before, so it is
/// written in one transaction without journal. Errors are OutputError (a full disk).
class SqliteOutput {
public:
    /// A prepared statement. Values are bound by place, from 1, and must live until step().
    class Statement {
    public:
        Statement& bind(int place, std::int64_t value);
        Statement& bind(int place, int value) { return bind(place, std::int64_t{value}); }
        Statement& bind(int place, double value);
        Statement& bind(int place, std::string_view text);
        Statement& bind_blob(int place, std::string_view bytes);
        void       run();                                                     ///< of a statement without result; ready for new values after
        [[nodiscard]] bool first_blob_equals(std::string_view bytes);  ///< of a query whose first column is a blob

    private:
        friend class SqliteOutput;
        struct End {
            void operator()(sqlite3_stmt* statement) const noexcept;
        };
        std::unique_ptr<sqlite3_stmt, End> statement_;
        const SqliteOutput*                owner_ = nullptr;
    };

    /// `pragmas` run before the transaction begins.
    SqliteOutput(const std::filesystem::path& target, const char* pragmas);
    ~SqliteOutput();
    SqliteOutput(const SqliteOutput&)            = delete;
    SqliteOutput& operator=(const SqliteOutput&) = delete;

    void                    run(const char* sql);
    [[nodiscard]] Statement prepare(const char* sql) const;
    void                    commit();  ///< REQUIRES that no Statement is left

private:
    [[noreturn]] void fail(int code) const;
    struct Close {
        void operator()(sqlite3* db) const noexcept;
    };
    std::filesystem::path           target_, part_path_;
    std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace gapmap
