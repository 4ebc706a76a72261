// Where a certificate's grams lie in its lot, and which credits of the batch they touch.

export const GRAMS_PER_CREDIT = 1_000_000;

/** Index, in its batch, of a lot's first credit; `lot` is a BigInt. */
export const lotIndex = (lot) => Number(lot & 0xffffffffn);

/** The batch (BigInt) of a lot. */
export const lotBatch = (lot) => lot >> 32n;

/** Credits from the start of the lot up to and with the last one touched. */
export const creditsNeeded = (position) => wholeCredits(position.endGram + GRAMS_PER_CREDIT - 1);

/** The credits that a position touches, whole or in part, as indexes `[first, end)` in the lot's batch. */
export function creditRange(position, lot) {
  const base = lotIndex(lot);
  return [base + wholeCredits(position.startGram), base + creditsNeeded(position)];
}

// Exact below 2^53: the quotient of a plain division could round up to the next credit.
function wholeCredits(grams) {
  return (grams - (grams % GRAMS_PER_CREDIT)) / GRAMS_PER_CREDIT;
}
