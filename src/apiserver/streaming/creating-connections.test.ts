import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuthorizationAttributes, Decision } from "../../auth/mod.ts";
import type { ConnectionRequest } from "../request/connection.ts";
import { parseRequest } from "../request/request-info.ts";
import { creatingConnections } from "./creating-connections.ts";

const names = ["pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "pods/log"];

/** What a user who may do only `verbs` comes to: the subresources that were reached. */
async function reached(method: string, verbs: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const asked: AuthorizationAttributes[] = [];
  const authorize = (attributes: AuthorizationAttributes): Decision => {
    asked.push(attributes);
    return { decision: verbs.includes(attributes.verb) ? "allow" : "no-opinion" };
  };
  const handlers = names.map((name) => [name, async () => void found.push(name)] as const);
  const connections = creatingConnections(new Map(handlers), { authorize });
  for (const name of names) {
    const { resource: request, query } = parseRequest(method, `/api/v1/namespaces/shop/pods/web/${name.slice(5)}`);
    const connection = { user: { name: "jane", groups: [] }, request, query } as unknown as ConnectionRequest;
    await connections.get(name)!(connection).catch((error: Error) => {
      assert.equal(error.message, 'pods "web" is forbidden: ');
    });
  }
  for (const { resource } of asked) assert.deepEqual([resource?.namespace, resource?.name], ["shop", "web"]);
  return found;
}

test("who may only read does not get into a container, also by a WebSocket", async () => {
  assert.deepEqual(await reached("GET", ["get"]), ["pods/proxy", "pods/log"]);
});

test("who may create gets there either way, and is asked once", async () => {
  assert.deepEqual(await reached("GET", ["get", "create"]), names);
  assert.deepEqual(await reached("POST", []), names);
});
