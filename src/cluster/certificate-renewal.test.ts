import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import type { KeyPair } from "../auth/mod.ts";
import { type Clock, FakeClock } from "../client/mod.ts";
import { CertificateRenewal } from "./certificate-renewal.ts";

test("a new certificate is used once, day by day it is looked for, and a failure does not end that", async () => {
  let timer: (() => void) | undefined;
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    onJump: () => () => {},
    after(_: number, callback: () => void) {
      timer = callback;
      return () => {
        timer = undefined;
      };
    },
  };
  const answers: (KeyPair | Error)[] = [
    { certificate: "one", key: "k" },
    { certificate: "two", key: "k" },
    new Error("disk full"),
    { certificate: "two", key: "k" },
    { certificate: "three", key: "k" },
  ];
  const used: string[] = [];
  const renew = async () => {
    const next = answers.shift();
    if (next instanceof Error || !next) throw next;
    return next;
  };
  const use = ({ certificate }: KeyPair) => used.push(certificate);
  const current = { certificate: "one", key: "k" };
  let others = 0;
  const other = { what: "other", current, renew: async () => current, use: () => others++ };
  const renewal = new CertificateRenewal([{ what: "serving", current, renew, use }, other], {
    clock: clock as unknown as Clock,
    log: pino({ enabled: false }),
  });
  await renewal.start();
  while (answers.length > 0) {
    timer?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(used, ["two", "three"]);
  assert.equal(others, 0);
  const last = timer;
  timer = undefined;
  last?.();
  await renewal.stop();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(timer, undefined);
});

test("when the machine's clock was set, certificates are looked at at once", async (t) => {
  const clock = new FakeClock();
  const current = { certificate: "one", key: "k" };
  let looked = 0;
  const renew = async () => {
    looked++;
    return current;
  };
  const renewal = new CertificateRenewal([{ what: "serving", current, renew, use: () => {} }], {
    clock,
    log: pino({ enabled: false }),
  });
  t.after(() => renewal.stop());
  await renewal.start();
  clock.jump(-5 * 3_600_000);
  clock.advance(0);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(looked, 1);
});
