import assert from "node:assert/strict";
import { test } from "node:test";
import { field } from "./field-path.ts";
import { validateResources } from "./quantity-rules.ts";

test("a resource may be called what every object has, and is unknown like any other", () => {
  for (const name of ["constructor", "toString"]) {
    const found = validateResources({ limits: { cpu: "1" }, requests: { [name]: "1" } }, field("resources"));
    assert.deepEqual(
      found.map(({ message }) => message),
      [
        `Invalid value: "${name}": must be a standard resource type or fully qualified`,
        `Invalid value: "${name}": must be a standard resource for containers`,
      ],
    );
  }
});
