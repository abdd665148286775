import assert from "node:assert/strict";
import { test } from "node:test";
import { apiGroups } from "../groups.ts";
import { allResources } from "../resources.ts";
import { classDescriptionsFrom, classNames, moduleDescriptionsFrom } from "./descriptions.ts";
import { aggregatedDiscoveryDocument, apiResourceListDocument, storageVersionHash } from "./discovery.ts";
import { openApiV2, openApiV3, openApiV3Prefixes } from "./openapi.ts";
import { openApiV2Protobuf } from "./openapi-protobuf.ts";
import type { OpenApiNode } from "./openapi-schema.ts";

const options = { resources: allResources, groups: apiGroups, version: "1.36" };
const served = (apiVersion: string) => allResources.filter((info) => info.apiVersion === apiVersion);

interface Definition {
  properties?: Record<string, OpenApiNode>;
}

interface Document {
  paths: Record<string, Record<string, { operationId: string; parameters?: { name: string }[] } & OpenApiNode>>;
  definitions: Record<string, Definition>;
  components: { schemas: Record<string, Definition> };
}

test("a resource's entry in discovery is followed by its subresources", () => {
  const { resources } = apiResourceListDocument("apps/v1", served("apps/v1"));
  const names = resources.map(({ name }) => name).filter((name) => name.startsWith("deployments"));
  assert.deepEqual(names, ["deployments", "deployments/scale", "deployments/status"]);
  const scale = resources.find(({ name }) => name === "deployments/scale");
  assert.deepEqual([scale?.group, scale?.version, scale?.kind], ["autoscaling", "v1", "Scale"]);
});

test("storage version hashes are upstream's", () => {
  assert.equal(storageVersionHash({ group: "apps", version: "v1", kind: "DaemonSet" }), "dd7pWHUlMKQ=");
});

test("aggregated discovery names another group only for kinds of another group", () => {
  const document = aggregatedDiscoveryDocument([
    { name: "apps", versions: [{ version: "v1", resources: served("apps/v1") }] },
  ]) as { items: { versions: { resources: { resource: string; subresources?: { responseKind: object }[] }[] }[] }[] };
  const deployments = document.items[0]?.versions[0]?.resources.find(({ resource }) => resource === "deployments");
  const kinds = deployments?.subresources?.map(({ responseKind }) => responseKind);
  assert.deepEqual(kinds, [
    { group: "autoscaling", version: "v1", kind: "Scale" },
    { group: "", version: "", kind: "Deployment" },
  ]);
});

test("every reference in OpenAPI leads to a definition", () => {
  const v2 = openApiV2(options) as unknown as Document;
  for (const [, name] of JSON.stringify(v2).matchAll(/"#\/definitions\/([^"]+)"/g))
    assert.ok(v2.definitions[name ?? ""], `${name}`);
  assert.equal(Object.keys(v2.definitions).length, 584);
  for (const prefix of openApiV3Prefixes(options)) {
    const v3 = openApiV3(prefix, options) as unknown as Document;
    for (const [, name] of JSON.stringify(v3).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(v3.components.schemas[name ?? ""], `${prefix}: ${name}`);
    }
  }
});

test("operations have distinct names and say which kind they are for", () => {
  const { paths } = openApiV2(options) as unknown as Document;
  const operations = Object.values(paths).flatMap((item) =>
    Object.entries(item).filter(([key]) => key !== "parameters"),
  );
  const ids = operations.map(([, { operationId }]) => operationId);
  assert.equal(new Set(ids).size, ids.length);
  const patch = paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]?.["patch"];
  assert.equal(patch?.operationId, "patchAppsV1NamespacedDeployment");
  assert.deepEqual(patch?.["x-kubernetes-group-version-kind"], { group: "apps", kind: "Deployment", version: "v1" });
  assert.deepEqual(
    patch?.parameters?.map(({ name }) => name),
    ["body", "dryRun", "fieldManager", "fieldValidation", "force"],
  );
});

test("the dialects differ in references, alternatives and defaults", () => {
  const name = "io.k8s.api.core.v1.ServicePort";
  const v2 = openApiV2(options) as unknown as Document;
  const v3 = openApiV3("api/v1", options) as unknown as Document;
  assert.deepEqual(v2.definitions[name]?.properties?.["targetPort"], {
    $ref: "#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString",
  });
  assert.deepEqual(v3.components.schemas[name]?.properties?.["targetPort"], {
    allOf: [{ $ref: "#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString" }],
  });
  assert.deepEqual(v3.components.schemas[name]?.properties?.["protocol"], {
    type: "string",
    enum: ["SCTP", "TCP", "UDP"],
    default: "TCP",
  });
  assert.deepEqual(v2.definitions[name]?.properties?.["protocol"], { type: "string", enum: ["SCTP", "TCP", "UDP"] });
});

test("descriptions come from the declarations of the client package", () => {
  const declaration = `/** Kubernetes */
/**
* A port\\'s
* place &lt;here&gt;.
*/
export declare class V1ServicePort {
    /**
    * Its name.
    */
    'name'?: string;
    'port': number;
    /** The rest. */
    '_continue'?: string;
}`;
  const descriptions = classDescriptionsFrom((className) => (className === "V1ServicePort" ? declaration : undefined));
  const name = "io.k8s.api.core.v1.ServicePort";
  assert.deepEqual(classNames(name), ["CoreV1ServicePort", "V1ServicePort"]);
  assert.equal(descriptions.type(name), "A port's place <here>.");
  assert.equal(descriptions.field(name, "name"), "Its name.");
  assert.equal(descriptions.field(name, "continue"), "The rest.");
  assert.equal(descriptions.field(name, "port"), undefined);
});

test("descriptions of references come from modules of declarations, in paragraphs", () => {
  const module = `import { LabelSelector } from "../meta/v1";
export interface Bare {
    /** Of the bare one. */
    name?: string;
}
/** A set. */
export interface Set {
    /**
     * Which are its own.
     *
     * All of them.
     */
    readonly selector: LabelSelector;
    labels?: {
        [name: string]: string;
    };
}
/** An amount. */
export type Amount = string;
`;
  const descriptions = moduleDescriptionsFrom((name) => (["apps/v1", "runtime"].includes(name) ? module : undefined));
  assert.equal(descriptions.type("io.k8s.api.apps.v1.Set"), "A set.");
  assert.equal(descriptions.field("io.k8s.api.apps.v1.Set", "selector"), "Which are its own.\n\nAll of them.");
  assert.equal(descriptions.field("io.k8s.api.apps.v1.Set", "labels"), undefined);
  assert.equal(descriptions.type("io.k8s.api.apps.v1.Bare"), undefined);
  assert.equal(descriptions.field("io.k8s.api.apps.v1.Bare", "name"), "Of the bare one.");
  assert.equal(descriptions.type("io.k8s.apimachinery.pkg.runtime.Amount"), "An amount.");
  assert.equal(descriptions.type("io.k8s.api.apps.v2.Set"), undefined);
});

test("OpenAPI v2 is encoded as gnostic's protobuf", () => {
  const document = {
    swagger: "2.0",
    info: { title: "K", version: "1" },
    paths: {},
    definitions: { A: { type: "object" } },
  };
  const parts = [
    "0a03322e30",
    "12060a014b120131",
    "4200",
    "4a12",
    "0a10",
    "0a0141",
    "120b",
    "b20108",
    "0a066f626a656374",
  ];
  assert.equal(openApiV2Protobuf(document).toString("hex"), parts.join(""));
  assert.ok(openApiV2Protobuf(openApiV2(options)).includes("io.k8s.api.core.v1.PodSpec"));
});
