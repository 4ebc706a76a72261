// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Base64 } from "solady/utils/Base64.sol";
import { LibString } from "solady/utils/LibString.sol";

/// @notice A lot as ERC-721 metadata. Every text in it comes from this contract or is an id of safe characters.
library LotUri {
    using LibString for uint256;

    function json(uint256 lot, string memory series, uint256 firstSerial, uint32 count, uint32 retired, bool withdrawn)
        internal
        pure
        returns (string memory)
    {
        string memory serials = string.concat(firstSerial.toString(), "-", (firstSerial + count - 1).toString());
        bytes memory metadata = bytes(
            string.concat(
                '{"name":"',
                series,
                " ",
                serials,
                '","description":"Carbon credits of 1 tCO2e each; retired ones are permanently unusable.","attributes":[',
                _attribute("lot", lot),
                ",",
                _attribute("credits", count),
                ",",
                _attribute("retired", retired),
                ",",
                _attribute("withdrawn", withdrawn ? 1 : 0),
                "]}"
            )
        );
        return string.concat("data:application/json;base64,", Base64.encode(metadata));
    }

    function _attribute(string memory trait, uint256 value) private pure returns (string memory) {
        return string.concat('{"trait_type":"', trait, '","value":"', value.toString(), '"}');
    }
}
