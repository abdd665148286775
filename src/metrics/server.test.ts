import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import pino from "pino";
import { CertificateAuthority } from "../auth/mod.ts";
import type { Access } from "./access.ts";
import type { Readings } from "./readings.ts";
import { MetricsApi } from "./server.ts";

const authority = CertificateAuthority.create("metrics");

const server = () =>
  new MetricsApi({
    serving: authority.issue({ commonName: "metrics", usage: "server" }),
    clientAuthority: authority.certificate,
    address: "127.0.0.1",
    access: {} as Access,
    readings: {} as Readings,
    log: pino({ level: "silent" }),
  });

test("a connection on which nothing has been said keeps nobody from stopping", async () => {
  const api = server();
  const silent = connect(await api.start(), "127.0.0.1");
  silent.on("error", () => {});
  await once(silent, "connect");
  await api.stop();
  await once(silent.resume(), "close");
});

test("a new certificate is shown to who comes from then on", async (t) => {
  const api = server();
  t.after(() => api.stop());
  const port = await api.start();
  const shown = async () => {
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return CN;
  };
  assert.equal(await shown(), "metrics");
  api.useCertificate(authority.issue({ commonName: "renewed", usage: "server" }));
  assert.equal(await shown(), "renewed");
});
