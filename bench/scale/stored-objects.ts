/** Many objects in a store before its cluster starts: made by requests they would take minutes. */
import { randomUUID } from "node:crypto";
import { formatTime } from "../../src/api/mod.ts";
import { openLmdbStore } from "../../src/store/mod.ts";

const batch = 2000;
const bytes = 1000;

/** ConfigMaps of about 1 kB in the namespace `default`. */
export async function storeConfigMaps(folder: string, count: number): Promise<void> {
  const store = openLmdbStore({ folder, durable: false });
  const creationTimestamp = formatTime(Date.now());
  for (let first = 0; first < count; first += batch) {
    const names = Array.from({ length: Math.min(batch, count - first) }, (_, index) => nameOf(first + index));
    await Promise.all(
      names.map((name) =>
        store.write({
          key: `/registry/core/configmaps/default/${name}`,
          expected: 0,
          value: value(name, creationTimestamp),
        }),
      ),
    );
  }
  await store.close();
}

export const nameOf = (index: number): string => `scale-${String(index).padStart(7, "0")}`;

/** As the server stores it: `kind`, `apiVersion` and `metadata` first. */
function value(name: string, creationTimestamp: string): Buffer {
  const metadata = { name, namespace: "default", uid: randomUUID(), creationTimestamp };
  const object = { kind: "ConfigMap", apiVersion: "v1", metadata, data: { text: "" } };
  object.data.text = "x".repeat(bytes - JSON.stringify(object).length);
  return Buffer.from(JSON.stringify(object));
}
