// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev A plain ERC-20 without a return value, as some widely held tokens are.
contract SilentToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 units) external {
        balanceOf[to] += units;
    }

    function approve(address spender, uint256 units) external {
        allowance[msg.sender][spender] = units;
    }

    function transfer(address to, uint256 units) external virtual {
        _move(msg.sender, to, units);
    }

    function transferFrom(address from, address to, uint256 units) external virtual {
        allowance[from][msg.sender] -= units;
        _move(from, to, units);
    }

    function _move(address from, address to, uint256 units) internal virtual {
        balanceOf[from] -= units;
        balanceOf[to] += units;
    }
}

/// @dev Takes a hundredth of what is transferred.
contract SharingToken is SilentToken {
    function _move(address from, address to, uint256 units) internal override {
        balanceOf[from] -= units;
        balanceOf[to] += units - units / 100;
    }
}

/// @dev Says no to whoever transfers it, and returns that instead of reverting.
contract RefusingToken is SilentToken {
    function transferFrom(address, address, uint256) external pure override {
        assembly {
            mstore(0, 0)
            return(0, 32)
        }
    }
}

/// @dev Calls back while it is transferred, with whatever it was told to, and remembers whether that went through.
contract CallingToken is SilentToken {
    address private _target;
    bytes[] private _calls;
    uint256 public succeeded;
    uint256 public tried;

    function plan(address target, bytes[] calldata calls) external {
        _target = target;
        _calls = calls;
    }

    function _move(address from, address to, uint256 units) internal override {
        super._move(from, to, units);
        for (uint256 i = 0; i < _calls.length; ++i) {
            (bool ok,) = _target.call(_calls[i]);
            ++tried;
            if (ok) ++succeeded;
        }
    }

    function onERC721Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC721Received.selector;
    }
}
