#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace gapmap {

/// A connection with SpatiaLite's functions. Every return code is checked here; callers see StoreError with SQLite's text.
class Database {
public:
    Database(const std::string& path, bool create);
    /// Opens a file in a folder that may not be written: nothing is written beside it either. REQUIRES that nobody writes to it meanwhile.
    static Database open_frozen(const std::string& path);
    ~Database();
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept = delete;

    void                       run(const std::string& sql);  ///< one or more statements; rows are ignored
    [[nodiscard]] std::int64_t number(const std::string& sql) const;  ///< first column of the first row
    [[nodiscard]] std::int64_t last_row_id() const;
    void                       set_triggers(bool enabled) const;
    [[nodiscard]] sqlite3*     raw() const noexcept;
    [[noreturn]] void          fail(const std::string& doing) const;

private:
    struct State;
    explicit Database(std::unique_ptr<State> state);
    void connect(const std::string& name, int flags);
    std::unique_ptr<State> state_;
};

/// Keeps triggers from firing on a connection while it lives; does nothing where `wanted` is false.
class TriggersOff {
public:
    TriggersOff(const Database& database, bool wanted);
    ~TriggersOff();
    TriggersOff(const TriggersOff&)            = delete;
    TriggersOff& operator=(const TriggersOff&) = delete;

private:
    const Database* database_;  ///< none: nothing to undo
};

/// A prepared statement. Binding starts at 1, columns at 0, as in SQLite.
class Statement {
public:
    Statement(const Database& database, const std::string& sql);
    ~Statement();
    Statement(const Statement&)            = delete;
    Statement& operator=(const Statement&) = delete;

    void bind(int at, std::int64_t value);
    void bind(int at, double value);
    void bind(int at, std::string_view text);  ///< the text must live until run() or the next reset
    void bind_blob(int at, std::string_view bytes);
    void bind_null(int at);
    bool step();  ///< true while there is a row
    void run();   ///< steps to the end and resets

    [[nodiscard]] bool             is_null(int column) const;
    [[nodiscard]] std::int64_t     integer(int column) const;
    [[nodiscard]] double           real(int column) const;
    [[nodiscard]] std::string_view text(int column) const;  ///< also blobs; valid until the next step

private:
    const Database* database_;
    sqlite3_stmt*   statement_ = nullptr;
};

}  // namespace gapmap
