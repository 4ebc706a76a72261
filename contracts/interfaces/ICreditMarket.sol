// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IHistory } from "./IHistory.sol";
import { IPausable } from "./IPausable.sol";
import { Listing } from "../types/Market.sol";
import { Trouble } from "../types/Credits.sol";

/// @title ICreditMarket: credits for sale, and what each one cost
/// @notice A listing holds its lot in escrow. A fill takes credits from the lot's tail, at the listing's price for each
/// whole credit, in one ERC-20. The buyer names the most that it pays, for a credit and as a fee. What is paid stands to
/// the credit of the seller and of whoever receives the fee until they collect it. Every fill is an event with price
/// and fee, so that anyone can say what each retired credit cost.
/// @dev The fee is on top of the price and rounds down, in the buyer's favour. A token that takes a share of what is
/// transferred is refused. Pausing stops listing and buying; it never stops collecting, and cancelling waits only for
/// the registry itself to be open. ETH is refused: no function takes any.
interface ICreditMarket is IHistory, IPausable {
    // ------------------------------------------------------------------------------------------------ events

    /// @notice `count` credits of `lot` are for sale. `buyer` zero: to anybody; else a block trade, whole and to it alone.
    event Listed(
        uint64 indexed listing,
        uint256 indexed lot,
        address indexed seller,
        uint32 count,
        address token,
        uint88 unitPrice,
        address buyer,
        uint32 expiry,
        bytes32 prior
    );
    /// @notice `buyer` paid `count` × the listing's price and `fee` on top; `owner` holds the credits as `lot`, retired
    /// at once if `retired`.
    event Filled(
        uint64 indexed listing,
        uint256 indexed lot,
        address indexed buyer,
        address owner,
        uint32 count,
        uint256 cost,
        uint256 fee,
        bool retired,
        bytes32 prior
    );
    /// @notice The listing ended with `count` credits unsold, which went back to its seller.
    event ListingCancelled(uint64 indexed listing, uint256 indexed lot, uint32 count, address account, bytes32 prior);
    /// @notice The registry is closed, and the seller asked that what is unsold be taken out without a claim. Whoever
    /// confirms it owes the credits to `seller`.
    event ListingWithdrawn(
        uint64 indexed listing, uint256 indexed lot, address indexed seller, uint32 count, bytes32 prior
    );
    event Collected(address indexed account, address indexed token, uint256 units, address to, bytes32 prior);
    /// @notice A lot that somebody sent here without listing it went to `to`.
    event StrayReturned(uint256 indexed lot, address to, address account, bytes32 prior);
    event FeeSet(uint16 basisPoints, address recipient, address account, bytes32 prior);

    // ------------------------------------------------------------------------------------------------ errors

    error NotListed(uint256 lot);
    error AlreadyListed(uint256 lot, uint64 listing);
    error UnexpectedListing(uint256 lot, uint64 expected, uint64 found);
    error ListingExpired(uint64 listing, uint32 expiry);
    error ExpiryInvalid(uint32 expiry, uint256 now_);
    error PriceInvalid();
    error TokenInvalid(address token);
    error NotTheSeller(uint256 lot, address account);
    error NotTheNamedBuyer(uint64 listing, address account);
    error CountInvalid(uint256 count, uint256 least, uint256 most);
    error PriceAbove(uint64 listing, uint256 unitPrice, uint256 most);
    error FeeAbove(uint64 listing, uint256 fee, uint256 most);
    error FeeInvalid(uint256 basisPoints, uint256 most);
    error RecipientInvalid(address to);
    error NotInGoodStanding(uint64 batch, uint32 firstIndex, uint32 endIndex, Trouble trouble);
    /// @notice The token delivered another amount than was to be paid.
    error PaymentDiffers(address token, uint256 expected, uint256 received);
    error NothingToCollect(address account, address token);
    error RegistryOpen();

    // ------------------------------------------------------------------------------------------------ trading

    /// @notice Put a whole lot with nothing retired up for sale; the market holds it until it is sold or comes back. By
    /// its owner, who has approved the market for it. Suspended and invalid credits cannot be listed.
    /// @param unitPrice Of one credit, in the smallest unit of `token`, at least 1.
    /// @param buyer A block trade: the only account that may buy, and only all of it. Zero: anybody, any part.
    /// @param expiry Unix time from which nobody can buy; the lot then goes back at anyone's call.
    function list(uint256 lot, address token, uint88 unitPrice, address buyer, uint32 expiry)
        external
        returns (uint64 listing);

    /// @notice Buy `count` credits of a listed lot for `to`, paid by the caller, who has approved the market for the
    /// token.
    /// @param listing The number of the listing whose terms were seen; a lot that was listed anew has another.
    /// @param maxUnitPrice The most that one credit may cost. @param maxFee The most that the fee may be in all.
    function buy(uint256 lot, uint64 listing, uint32 count, uint256 maxUnitPrice, uint256 maxFee, address to)
        external
        returns (uint256 bought);

    /// @notice The same, and the credits are retired at once: `to` owns the retired lot, and so the claims on it.
    function buyAndRetire(uint256 lot, uint64 listing, uint32 count, uint256 maxUnitPrice, uint256 maxFee, address to)
        external
        returns (uint256 bought);

    /// @notice End a listing; what is unsold goes back to its seller. By the seller, or by anybody once it expired.
    /// Never stopped by a pause of the market or by the standing of the credits.
    function cancel(uint256 lot) external;

    /// @notice Ask, when the registry is closed for ever, that what is unsold be taken out of it. By the seller.
    function withdrawUnsold(uint256 lot) external;

    /// @notice Pay out all that stands to the caller's credit in `token`, to `to`.
    function collect(address token, address to) external returns (uint256 units);

    // ------------------------------------------------------------------------------------------- administrator

    /// @notice Set the fee on all later fills, at most `MAX_FEE`, and who receives it.
    function setFee(uint16 basisPoints, address recipient) external;

    /// @notice Give back a lot that was sent here without being listed.
    function returnStray(uint256 lot, address to) external;

    // ------------------------------------------------------------------------------------------------ reading

    /// @notice The present listing of a lot; its seller is zero if there is none.
    function listingOf(uint256 lot) external view returns (Listing memory);

    /// @notice Who alone may buy; zero if a listing is no block trade.
    function buyerOf(uint64 listing) external view returns (address);

    /// @notice What `account` can collect of `token`.
    function owed(address account, address token) external view returns (uint256 units);

    /// @notice The fee in hundredths of a percent of the price, and who receives it.
    function fee() external view returns (uint16 basisPoints, address recipient);
}
