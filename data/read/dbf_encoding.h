#pragma once
#include <string>

namespace gapmap {

/// The encoding in which GDAL must read the attribute table of a Shapefile: what its .cpg says (936, GBK and GB2312 are read as
/// GB18030), else what its bytes are: empty where it is plain ASCII or the driver knows best, UTF-8 where every text is,
/// else GB18030 (which holds code page 936). Throws InputError where the bytes are neither: the encoding must be declared.
[[nodiscard]] std::string shapefile_encoding(const std::string& shp_or_dbf);

}  // namespace gapmap
