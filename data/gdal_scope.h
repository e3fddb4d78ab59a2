#pragma once
#include <string>

namespace gapmap {

/// Registers GDAL's drivers (once a process) and collects this thread's GDAL messages while it lives, so that nothing is
/// printed and an error can quote GDAL's own words. Scopes nest; one thread a scope.
class GdalScope {
public:
    GdalScope();
    ~GdalScope();
    GdalScope(const GdalScope&)            = delete;
    GdalScope& operator=(const GdalScope&) = delete;

    [[nodiscard]] bool        failed() const noexcept { return failed_; }
    [[nodiscard]] std::string text() const { return text_; }  ///< the first failure, else the last warning; may be empty
    void                      clear() noexcept;

private:
    static void on_message(int severity, const char* text, void* self) noexcept;
    std::string text_;
    bool        failed_ = false;
    friend struct GdalScopeAccess;
};

}  // namespace gapmap
