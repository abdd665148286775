/** What the expressions of a policy would trip over, were they asked about the kinds that the policy is for. */
import {
  type admissionregistrationv1,
  type apiextensionsv1,
  builtInResources,
  type ResourceCatalogue,
} from "../../api/mod.ts";
import { celTypes, type Environment, type Type } from "../../cel/mod.ts";
import { typeOfCustomResource, typeOfMessage } from "./declared-types.ts";
import { policyEnvironment, withVariables } from "./environment.ts";
import { compile, compileVariables } from "./expressions.ts";

type Policy = admissionregistrationv1.ValidatingAdmissionPolicy;
type Definition = apiextensionsv1.CustomResourceDefinition;
type Warning = admissionregistrationv1.ExpressionWarning;

/** A policy may be for anything; more kinds than these are not looked at. */
const mostKinds = 10;

interface Served {
  readonly definitions: readonly Definition[];
  readonly known: ResourceCatalogue;
}

interface DeclaredKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly type: Type;
}

/** `definitions`: of the custom resources that are served. `known`: what the server declares itself. */
export function policyTypeWarnings(
  { spec }: Policy,
  definitions: readonly Definition[],
  known: ResourceCatalogue = builtInResources,
): readonly Warning[] {
  const served: Served = { definitions, known };
  const kinds = kindsOf(spec, served);
  if (kinds.length === 0) return [];
  const params = spec.paramKind && (typeOfKind(spec.paramKind, served) ?? celTypes.dyn);
  const environments = kinds.map((kind) => [kind, environmentFor(spec, kind.type, params)] as const);
  return (spec.validations ?? []).flatMap((validation, position) =>
    (["expression", "messageExpression"] as const).flatMap((key) => {
      const text = validation[key];
      const warning = text
        ? environments
            .map((one) => problemText(text, one))
            .filter(Boolean)
            .join("\n")
        : "";
      return warning ? [{ fieldRef: `spec.validations[${position}].${key}`, warning }] : [];
    }),
  );
}

function problemText(text: string, [{ group, version, kind }, environment]: readonly [DeclaredKind, Environment]) {
  const compiled = compile(text, environment);
  if (!("error" in compiled)) return "";
  return `${group}/${version}, Kind=${kind}: ${compiled.error.replace(/^compilation failed: /, "")}\n`;
}

function environmentFor(spec: Policy["spec"], objectType: Type, paramsType: Type | undefined): Environment {
  const environment = policyEnvironment({
    hasParams: paramsType !== undefined,
    objectType,
    ...(paramsType && { paramsType }),
  });
  return withVariables(environment, compileVariables(spec.variables, environment).types);
}

/** In the order of their names, each once. Stars stand for no kind. */
function kindsOf({ matchConstraints }: Policy["spec"], served: Served): DeclaredKind[] {
  const found = new Map<string, DeclaredKind>();
  for (const { apiGroups = [], apiVersions = [], resources = [] } of matchConstraints?.resourceRules ?? [])
    for (const group of apiGroups)
      for (const version of apiVersions)
        for (const resource of resources)
          for (const kind of declared({ group, version, resource }, served))
            found.set([kind.group, kind.version, kind.kind].join("/"), kind);
  const inOrder = [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  return inOrder.slice(0, mostKinds).map(([, kind]) => kind);
}

interface Named {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** The core group's empty name leaves the group open, as upstream reads it: `events` are those of both groups. */
function declared(named: Named, { definitions, known }: Served): DeclaredKind[] {
  const isNamed = (group: string, version: string, resource: string) =>
    resource === named.resource && version === named.version && (named.group === "" || group === named.group);
  const own = known.all.filter((one) => isNamed(one.group, one.version, one.resource));
  const kinds = own.flatMap(({ group, version, kind, schema }) =>
    schema ? [{ group, version, kind, type: typeOfMessage(schema, kind) }] : [],
  );
  const custom = definitions.flatMap((definition) => {
    const { group, names } = definition.spec;
    const type = isNamed(group, named.version, names.plural) && typeOfCustomResource(definition, named.version);
    return type ? [{ group, version: named.version, kind: names.kind, type }] : [];
  });
  return [...kinds, ...custom];
}

function typeOfKind(
  { apiVersion = "", kind = "" }: admissionregistrationv1.ParamKind,
  { definitions, known }: Served,
): Type | undefined {
  const own = known.ofKind(apiVersion, kind);
  if (own?.schema) return typeOfMessage(own.schema, kind);
  const [group, version] = apiVersion.split("/");
  const definition = definitions.find(({ spec }) => spec.group === group && spec.names.kind === kind);
  return definition && typeOfCustomResource(definition, version);
}
