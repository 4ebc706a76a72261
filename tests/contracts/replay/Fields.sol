// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev Reads a text of lines with fields between commas, from its beginning to its end.
library Fields {
    struct Cursor {
        bytes text;
        uint256 position;
    }

    error NotANumber(uint256 position);

    function isAtEnd(Cursor memory c) internal pure returns (bool) {
        return c.position >= c.text.length;
    }

    /// @return field Up to the next comma or line break, which is skipped.
    function word(Cursor memory c) internal pure returns (string memory field) {
        uint256 from = c.position;
        while (c.text[c.position] != "," && c.text[c.position] != "\n") ++c.position;
        bytes memory found = new bytes(c.position - from);
        for (uint256 i = 0; i < found.length; ++i) {
            found[i] = c.text[from + i];
        }
        ++c.position;
        return string(found);
    }

    /// @return value The next field as a decimal number; `empty` if it has no characters.
    function number(Cursor memory c, uint256 empty) internal pure returns (uint256 value) {
        if (c.text[c.position] == "," || c.text[c.position] == "\n") {
            ++c.position;
            return empty;
        }
        for (bytes1 digit = c.text[c.position++]; digit != "," && digit != "\n"; digit = c.text[c.position++]) {
            if (digit < "0" || digit > "9") revert NotANumber(c.position - 1);
            value = value * 10 + uint8(digit) - 48;
        }
    }

    function number(Cursor memory c) internal pure returns (uint256) {
        if (c.text[c.position] == "," || c.text[c.position] == "\n") revert NotANumber(c.position);
        return number(c, 0);
    }

    function is_(string memory field, string memory other) internal pure returns (bool) {
        return keccak256(bytes(field)) == keccak256(bytes(other));
    }
}
