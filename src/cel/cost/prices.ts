/** What the parts of an expression cost, by upstream's scale. */
export const prices = {
  name: 1,
  call: 1,
  list: 10,
  map: 30,
  struct: 40,
} as const;
