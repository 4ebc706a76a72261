// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Segment, Trouble } from "../types/Credits.sol";

/// @notice The ranges of one batch that are not in good standing: disjoint, in no order, few.
/// @dev A batch without trouble costs its readers one storage read (the array's length).
library Segments {
    /// @dev Bounds what a retirement may have to read, so that no lot can be made too dear to retire.
    uint256 internal constant MOST = 64;

    /// @return The trouble of the first segment found that meets `[first, end)`, or None.
    function troubleOf(Segment[] storage segments, uint32 first, uint32 end) internal view returns (Trouble) {
        uint256 n = segments.length;
        for (uint256 i = 0; i < n; ++i) {
            Segment memory s = segments[i];
            if (s.first < end && first < s.end) return s.trouble;
        }
        return Trouble.None;
    }

    /// @return Whether any segment in this `trouble` meets `[first, end)`.
    function meets(Segment[] storage segments, uint32 first, uint32 end, Trouble trouble) internal view returns (bool) {
        uint256 n = segments.length;
        for (uint256 i = 0; i < n; ++i) {
            Segment memory s = segments[i];
            if (s.trouble == trouble && s.first < end && first < s.end) return true;
        }
        return false;
    }

    /// @notice Add a range of which the caller has checked that it meets no segment.
    /// @return added Whether there was room.
    function add(Segment[] storage segments, uint32 first, uint32 end, Trouble trouble) internal returns (bool added) {
        if (segments.length >= MOST) return false;
        segments.push(Segment({ first: first, end: end, trouble: trouble }));
        return true;
    }

    /// @notice Take `[first, end)` out of the suspension that holds all of it; what is left of it stays.
    /// @return found Whether one suspension holds all of the range. @return room Whether what is left still fits.
    function lift(Segment[] storage segments, uint32 first, uint32 end) internal returns (bool found, bool room) {
        uint256 n = segments.length;
        for (uint256 i = 0; i < n; ++i) {
            Segment memory s = segments[i];
            if (s.trouble == Trouble.Suspended && s.first <= first && end <= s.end) {
                return (true, _cut(segments, i, s, first, end));
            }
        }
        return (false, true);
    }

    /// @notice Remove the invalidated segments that `[first, end)` meets or touches, to be added again as one with it:
    /// so no number of invalidations leaves a batch without room for a wider one.
    /// @return from Start of the union. @return to Its end.
    function absorb(Segment[] storage segments, uint32 first, uint32 end) internal returns (uint32 from, uint32 to) {
        (from, to) = (first, end);
        for (uint256 i = segments.length; i > 0; --i) {
            Segment memory s = segments[i - 1];
            if (s.trouble != Trouble.Invalidated || s.first > end || first > s.end) continue;
            if (s.first < from) from = s.first;
            if (s.end > to) to = s.end;
            _remove(segments, i - 1);
        }
    }

    /// @notice Take `[first, end)` out of every suspension that it meets.
    /// @return room Whether what is left of them still fits.
    function liftAll(Segment[] storage segments, uint32 first, uint32 end) internal returns (bool room) {
        room = true;
        // Backwards: cutting may move the last segment into the place of a removed one, and that was seen already.
        for (uint256 i = segments.length; i > 0; --i) {
            Segment memory s = segments[i - 1];
            if (s.trouble != Trouble.Suspended || s.first >= end || first >= s.end) continue;
            uint32 from = s.first < first ? first : s.first;
            uint32 to = s.end < end ? s.end : end;
            room = _cut(segments, i - 1, s, from, to) && room;
        }
    }

    /// @dev Replace segment `i`, which holds `[first, end)`, by its parts on either side.
    function _cut(Segment[] storage segments, uint256 i, Segment memory s, uint32 first, uint32 end)
        private
        returns (bool room)
    {
        bool left = s.first < first;
        bool right = end < s.end;
        if (left) {
            segments[i].end = first;
            return !right || add(segments, end, s.end, s.trouble);
        }
        if (right) {
            segments[i].first = end;
            return true;
        }
        _remove(segments, i);
        return true;
    }

    function _remove(Segment[] storage segments, uint256 i) private {
        segments[i] = segments[segments.length - 1];
        segments.pop();
    }
}
