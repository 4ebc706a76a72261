// Numbers as people read them. Whole grams and money units, moved by their decimal point, never divided.

/** 1234567 as "1,234,567". */
export function thousands(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Grams as g, kg or t, exactly: 31532000 is "31.532 t". */
export function mass(grams) {
  if (grams < 1000) return `${grams} g`;
  return grams < 1_000_000 ? `${shifted(grams, 3)} kg` : `${shifted(grams, 6)} t`;
}

/** An amount of money `{currency, exponent, units}`: 2 units with exponent 2 are "0.02 CNY". */
export function money({ currency, exponent, units }) {
  return `${shifted(units, exponent, true)} ${currency}`;
}

/** Seconds since 1970 as "2026-11-22 08:00:00"; nothing for a time beyond the calendar. */
export function instant(seconds) {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? "?" : time.toISOString().replace("T", " ").slice(0, 19);
}

function shifted(number, places, keepZeros = false) {
  const digits = String(number).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const part = keepZeros ? digits.slice(digits.length - places) : digits.slice(digits.length - places).replace(/0+$/, "");
  return thousands(whole) + (part ? `.${part}` : "");
}
