import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import pino from "pino";
import { CertificateAuthority } from "../auth/mod.ts";
import type { Access } from "./access.ts";
import type { Readings } from "./readings.ts";
import { MetricsApi } from "./server.ts";

test("a connection on which nothing has been said keeps nobody from stopping", async () => {
  const authority = CertificateAuthority.create("metrics");
  const api = new MetricsApi({
    serving: authority.issue({ commonName: "metrics", usage: "server" }),
    clientAuthority: authority.certificate,
    address: "127.0.0.1",
    access: {} as Access,
    readings: {} as Readings,
    log: pino({ level: "silent" }),
  });
  const silent = connect(await api.start(), "127.0.0.1");
  silent.on("error", () => {});
  await once(silent, "connect");
  await api.stop();
  await once(silent.resume(), "close");
});
