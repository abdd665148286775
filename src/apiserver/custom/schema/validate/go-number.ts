/** Numbers as messages print them. */

/** A limit beside the value it is about: where the value is whole the limit is cut to a whole number, otherwise it is a floating number. */
export function goNumber(limit: number, value: number): string {
  return Number.isInteger(value) ? String(Math.trunc(limit)) : goFloat(limit);
}

/** Shortest form; with an exponent of at least two digits from 1e+06 up and below 1e-04. */
export function goFloat(value: number): string {
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
