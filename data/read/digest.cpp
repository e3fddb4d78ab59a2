#include "data/read/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <vector>

#include "geo/core/error.h"

namespace gapmap {
namespace {

struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

class Sha256 {
public:
    Sha256() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
    void        add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
    std::string hex() {
        std::array<unsigned char, 32> digest{};
        EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
        static constexpr char digits[] = "0123456789abcdef";
        std::string           text;
        for (const unsigned char byte : digest) {
            text += digits[byte >> 4];
            text += digits[byte & 15];
        }
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, FreeDigest> context_;
};

void add_file(Sha256& hash, const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw InputError("there is no such file, or it cannot be read; check the path in county.toml", {.source = path.string()});
    std::vector<char> block(1 << 20);
    while (file) {
        file.read(block.data(), static_cast<std::streamsize>(block.size()));
        hash.add({block.data(), static_cast<std::size_t>(file.gcount())});
    }
    if (file.bad()) throw InputError("cannot be read to its end", {.source = path.string()});
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.hex();
}

std::string file_digest(const std::filesystem::path& path) {
    Sha256 hash;
    add_file(hash, path);
    if (path.extension() == ".shp") {
        for (const char* companion : {".dbf", ".shx", ".prj", ".cpg"}) {
            auto sibling = path;
            sibling.replace_extension(companion);
            if (std::filesystem::exists(sibling)) add_file(hash, sibling);
        }
    }
    return hash.hex();
}

}  // namespace gapmap
