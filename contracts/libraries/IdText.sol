// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The characters of ids that have one spelling only: `A-Z 0-9 . _ -`.
library IdText {
    function isIdCharacter(bytes1 c) internal pure returns (bool) {
        return (c >= "A" && c <= "Z") || (c >= "0" && c <= "9") || c == "." || c == "_" || c == "-";
    }

    /// @return Whether `text` has 1 to `most` characters, all of them of an id.
    function isId(bytes memory text, uint256 most) internal pure returns (bool) {
        if (text.length == 0 || text.length > most) return false;
        for (uint256 i = 0; i < text.length; ++i) {
            if (!isIdCharacter(text[i])) return false;
        }
        return true;
    }
}
