/** How tables print what volumes and claims have in common. */
export const unset = "<unset>";

const shortModes: Readonly<Record<string, string>> = Object.freeze({
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
});

/** Each mode once, in a fixed order. */
export function accessModesText(modes: readonly string[] | undefined): string {
  return Object.keys(shortModes)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => shortModes[mode])
    .join(",");
}
