#pragma once
#include <initializer_list>
#include <memory>
#include <string>

class GDALDataset;

namespace gapmap {

struct CloseDataset {
    void operator()(GDALDataset* dataset) const noexcept;
};
using DatasetHandle = std::unique_ptr<GDALDataset, CloseDataset>;

/// Registers GDAL's drivers once; safe from any thread.
void ensure_gdal();

/// Opens a dataset, or gives null (GdalErrors holds GDAL's reason). `drivers` empty: any.
[[nodiscard]] DatasetHandle open_dataset(const std::string& path, unsigned flags, std::initializer_list<const char*> drivers = {},
                                         const char* const* open_options = nullptr);

/// While it lives, GDAL's messages of this thread go into it instead of to stderr.
class GdalErrors {
public:
    GdalErrors();
    ~GdalErrors();
    GdalErrors(const GdalErrors&)            = delete;
    GdalErrors& operator=(const GdalErrors&) = delete;
    [[nodiscard]] bool        failed() const noexcept { return failed_; }  ///< an error, not only a warning, was raised
    [[nodiscard]] std::string text(const std::string& otherwise) const { return text_.empty() ? otherwise : text_; }
    void note(int severity, const char* message);  ///< used by the handler

private:
    bool        failed_ = false;
    std::string text_;
};

}  // namespace gapmap
