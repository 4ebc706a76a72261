"""Units. Credits are whole tonnes of CO2e, claims are grams of CO2e; never a float."""

GRAMS_PER_CREDIT = 1_000_000
"""1 credit = 1 tCO2e = 1,000,000 g CO2e."""

MAX_GRAMS = 2**53 - 1
"""Greatest number of grams in any sum or position: still a plain JSON integer in every language."""

MAX_U32 = 2**32 - 1
MAX_U64 = 2**64 - 1
MAX_U128 = 2**128 - 1
MAX_U256 = 2**256 - 1
