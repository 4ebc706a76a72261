// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What an organisation can be accredited for.
enum Accreditation {
    Validation,
    Verification
}

enum ProjectStatus {
    None,
    Proposed,
    Validated,
    Registered,
    /// As its source registry lists it; no validator known here.
    Recorded,
    Deregistered
}

enum ReportStatus {
    None,
    Filed,
    Verified,
    Rejected,
    /// As its source registry issued; no verifier known here.
    Recorded
}

/// @notice A mitigation activity. Two slots, fixed in docs/spec/storage.md.
struct Project {
    // slot 0
    uint32 programme;
    ProjectStatus status; // 8 bits
    bool bridged; // copied from the programme, so that one read tells
    uint32 proponent; // organisation; 0 in a bridged programme
    uint32 validator; // organisation; 0 until validated, and in a bridged programme
    // slot 1
    address registrar; // who registered or recorded it
}

/// @notice A monitoring period with its tonnes. Two slots, fixed in docs/spec/storage.md.
struct Report {
    // slot 0
    uint64 project;
    uint32 fromDay; // days since 1970, inclusive
    uint32 endDay; // exclusive
    uint32 tonnes; // reported; after verification the verified tonnes
    ReportStatus status; // 8 bits
    uint32 verifier; // organisation; 0 until verified, and when recorded
    // slot 1
    address attestor; // the account that verified, rejected or recorded it
}

/// @notice What projects belong to. Two slots, fixed in docs/spec/storage.md.
struct Programme {
    bytes32 code; // ASCII, right-padded with zero bytes
    bool bridged; // its credits live in a source registry, and the chain mirrors them
}

/// @notice Seconds since 1970, half-open.
struct Period {
    uint64 from;
    uint64 until;
}
