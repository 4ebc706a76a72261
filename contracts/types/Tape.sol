// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev What the upper 96 bits of a lot's ERC-721 slot hold, from the lowest bit: count 32 | retired 32 | flags 32. A
/// value, so that reading it costs no memory.
type Tape is uint96;

uint32 constant REQUESTED = 1; // withdrawal asked for
uint32 constant WITHDRAWN = 2;
uint32 constant CLAIMANT = 4; // somebody may claim beside the owner, named by the present owner

using { count, retired, live, flags, has, set, clear, retire, head } for Tape global;

function newTape(uint32 count_, uint32 retired_, uint32 flags_) pure returns (Tape) {
    return Tape.wrap(uint96(count_) | uint96(retired_) << 32 | uint96(flags_) << 64);
}

/// @return Credits in the lot.
function count(Tape tape) pure returns (uint32) {
    return uint32(Tape.unwrap(tape));
}

/// @return How many of them, from the start, are permanently unusable.
function retired(Tape tape) pure returns (uint32) {
    return uint32(Tape.unwrap(tape) >> 32);
}

/// @return The others. A withdrawn lot has them too, but nothing can be done with them.
function live(Tape tape) pure returns (uint32) {
    return tape.count() - tape.retired();
}

function flags(Tape tape) pure returns (uint32) {
    return uint32(Tape.unwrap(tape) >> 64);
}

function has(Tape tape, uint32 flag) pure returns (bool) {
    return tape.flags() & flag != 0;
}

function set(Tape tape, uint32 flag) pure returns (Tape) {
    return newTape(tape.count(), tape.retired(), tape.flags() | flag);
}

function clear(Tape tape, uint32 flag) pure returns (Tape) {
    return newTape(tape.count(), tape.retired(), tape.flags() & ~flag);
}

/// @dev The retired mark moves on by `credits`; the caller has checked that they are live.
function retire(Tape tape, uint32 credits) pure returns (Tape) {
    return newTape(tape.count(), tape.retired() + credits, tape.flags());
}

/// @dev The first part of a split: its count shrinks to `credits`, which the caller has checked to hold all retired
/// ones; everything else stays.
function head(Tape tape, uint32 credits) pure returns (Tape) {
    return newTape(credits, tape.retired(), tape.flags());
}
