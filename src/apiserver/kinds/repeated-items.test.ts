/** Items that mean the same though they are written in different ways are repeated, as upstream's API server says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { nodev1, storagev1 } from "../../api/mod.ts";
import { validateRuntimeClass } from "./node/runtime-class-validation.ts";
import { validateStorageClass } from "./storage/storage-class-validation.ts";

const expression = (key: string, ...values: string[]) => ({ key, values });

function repeatedTopologies(...terms: object[][]): string[] {
  const allowedTopologies = terms.map((matchLabelExpressions) => ({ matchLabelExpressions }));
  const volumeBindingMode = "Immediate";
  const object = { provisioner: "a", volumeBindingMode, allowedTopologies } as unknown as storagev1.StorageClass;
  const errors = validateStorageClass(object);
  return errors.map((error) => error.field);
}

test("tolerations of a runtime class that differ only in how long are the same", () => {
  const toleration = (tolerationSeconds: number) => ({ key: "a", effect: "NoExecute", tolerationSeconds });
  const tolerations = [toleration(1), toleration(2)];
  const errors = validateRuntimeClass({ handler: "a", scheduling: { tolerations } } as unknown as nodev1.RuntimeClass);
  assert.deepEqual(
    errors.map(({ field }) => field),
    ["scheduling.tolerations[1]"],
  );
});

test("topologies are the same whatever the order of keys and values, and however often they stand there", () => {
  const second = "allowedTopologies[1].matchLabelExpressions";
  const [x, y] = [expression("a", "x"), expression("b", "y", "z")];
  assert.deepEqual(repeatedTopologies([x, y], [expression("b", "z", "y"), x]), [second]);
  assert.deepEqual(repeatedTopologies([expression("a", "x", "x")], [x]), [
    "allowedTopologies[0].matchLabelExpressions[0].values[1]",
    second,
  ]);
  assert.deepEqual(repeatedTopologies([expression("a", "w"), x], [x]), [
    "allowedTopologies[0].matchLabelExpressions[1].key",
    second,
  ]);
  assert.deepEqual(repeatedTopologies([x], [expression("a", "w")]), []);
});
