#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace gapmap {

/// The parts of an address as written, each empty where it is not said. Numbers are Arabic, letters upper case.
struct Address {
    std::string town{};      ///< 九成宫镇
    std::string village{};   ///< 栗川村, 官坪社区: with its suffix
    std::string group{};     ///< 3 of 栗川村3组
    std::string compound{};  ///< 杜阳苑小区: what stands before the building
    std::string building{};  ///< 3 of 3号楼, A of A座
    std::string unit{};      ///< 2 of 2单元
    std::string floor{};     ///< 5 of 5层
    std::string room{};      ///< 501 of 501室
    std::string house{};     ///< 12 of 12号 where there is no building
    bool        operator==(const Address&) const = default;
};

/// Takes an address apart by its suffixes alone; province, city and county in front and remarks in parentheses are left out. What
/// no rule explains stands in `compound`. Text of over 400 bytes is no address: all parts are empty.
[[nodiscard]] Address parse_address(std::string_view text);

/// A building's number alone, as Arabic digits or a capital letter: 3 for 3, 3幢, 3栋, 3号楼, 三号楼, #3, 3#, 03号楼; A for A座.
/// Nothing for a floor (3楼, 三层) and for anything longer.
[[nodiscard]] std::optional<std::string> building_number(std::string_view text);

}  // namespace gapmap
