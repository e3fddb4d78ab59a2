#pragma once
#include <string>
#include <string_view>

namespace gapmap {

/// What a number format makes of a number.
enum class CellKind : unsigned char { number, day, time };

/// By the format's code, e.g. "yyyy\-mm\-dd" (day), "[h]:mm" (time), "0.00%" (number). Quoted text, colours and locales in it do not count.
[[nodiscard]] CellKind kind_of_format(std::string_view code);
/// By the number of a built-in format, with the Chinese ones (27 to 36, 50 to 58).
[[nodiscard]] CellKind kind_of_builtin(int id) noexcept;

/// The digits that a format such as 000000 pads a whole number to, as offices keep codes; 0 for any other format.
[[nodiscard]] unsigned padding_of_format(std::string_view code) noexcept;

/// A cell's number as text. Numbers: the shortest text that reads back as the same number; whole numbers below 1e15 plain.
/// From 1e15 on digits are lost in every spreadsheet: exponent form, so that nobody takes them for a code.
void append_cell_number(std::string& out, double value);

/// A serial number of the 1900 or the 1904 calendar as 2022/08/03, 2022/08/03 09:30:00 or, where it is a time of day only, 09:30:00.
/// What is no day of the calendar (before 1900, after 9999) is appended as a number.
void append_serial(std::string& out, double serial, CellKind kind, bool date1904);

/// Text with its escapes (_x000D_ and the like) resolved, appended to `out`.
void append_unescaped(std::string& out, std::string_view text);

}  // namespace gapmap
