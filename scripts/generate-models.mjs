/**
 * Generates `src/wire/models/<service>.model.gen.json`, `<service>.gen.ts` and `catalog.gen.ts`
 * from the runtime schemas inside the `@aws-sdk/client-*` packages.
 *
 * The schemas are an internal format without a semver promise, so the packages are pinned to the
 * digit and this script is the only reader. `npm run models` rewrites the files;
 * `test/wire/models.test.ts` fails when they are stale.
 *
 * Format read: @smithy/types schema/static-schemas (kind, namespace, name, traits, ...).
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const root = path.resolve(fileURLToPath(import.meta.url), "../..");

/** Every service with a model. `client` is the package suffix; `protocols` are listed best first. */
const SERVICES = [
  {
    name: "applicationautoscaling",
    client: "application-auto-scaling",
    signing: "application-autoscaling",
    protocols: ["awsJson1_1"],
  },
  { name: "apigateway", client: "api-gateway", protocols: ["restJson1"] },
  { name: "apigatewayv2", client: "apigatewayv2", signing: "apigateway", protocols: ["restJson1"] },
  { name: "cloudformation", client: "cloudformation", protocols: ["awsQuery"] },
  {
    name: "cloudwatch",
    client: "cloudwatch",
    signing: "monitoring",
    protocols: ["awsJson1_0", "rpcv2Cbor", "awsQuery"],
  },
  { name: "codedeploy", client: "codedeploy", protocols: ["awsJson1_1"] },
  { name: "dynamodb", client: "dynamodb", protocols: ["awsJson1_0"] },
  {
    name: "dynamodbstreams",
    client: "dynamodb-streams",
    signing: "dynamodb",
    protocols: ["awsJson1_0"],
  },
  { name: "events", client: "eventbridge", protocols: ["awsJson1_1"] },
  { name: "iam", client: "iam", protocols: ["awsQuery"] },
  { name: "kinesis", client: "kinesis", protocols: ["awsJson1_1"] },
  { name: "lambda", client: "lambda", protocols: ["restJson1"] },
  { name: "logs", client: "cloudwatch-logs", protocols: ["awsJson1_1"] },
  { name: "pipes", client: "pipes", protocols: ["restJson1"] },
  { name: "s3", client: "s3", protocols: ["restXml"] },
  { name: "scheduler", client: "scheduler", protocols: ["restJson1"] },
  { name: "schemas", client: "schemas", protocols: ["restJson1"] },
  { name: "secretsmanager", client: "secrets-manager", protocols: ["awsJson1_1"] },
  { name: "sns", client: "sns", protocols: ["awsQuery"] },
  { name: "sqs", client: "sqs", protocols: ["awsJson1_0", "awsQuery"] },
  { name: "ssm", client: "ssm", protocols: ["awsJson1_1"] },
  { name: "states", client: "sfn", protocols: ["awsJson1_0"] },
  { name: "sts", client: "sts", protocols: ["awsQuery"] },
];

const SIMPLE = {
  0: "string",
  1: "number",
  2: "boolean",
  4: "timestamp",
  5: "timestamp.dateTime",
  6: "timestamp.httpDate",
  7: "timestamp.epochSeconds",
  15: "document",
  17: "bigInteger",
  19: "bigDecimal",
  21: "blob",
  42: "streamingBlob",
};

const TRAIT_BITS = [
  "httpLabel",
  "idempotent",
  "idempotencyToken",
  "sensitive",
  "httpPayload",
  "httpResponseCode",
  "httpQueryParams",
];

/** Traits that reach the model, and the name each has there. */
const MEMBER_TRAITS = {
  httpLabel: "label",
  httpHeader: "header",
  httpQuery: "query",
  httpQueryParams: "queryParams",
  httpPayload: "payload",
  httpPrefixHeaders: "prefixHeaders",
  httpResponseCode: "statusCode",
  xmlName: "xmlName",
  xmlFlattened: "flattened",
  xmlAttribute: "xmlAttribute",
  xmlNamespace: "xmlNamespace",
  jsonName: "jsonName",
  mediaType: "mediaType",
  idempotencyToken: "idempotencyToken",
  sensitive: "sensitive",
  eventPayload: "eventPayload",
  eventHeader: "eventHeader",
  hostLabel: "hostLabel",
};

function traitsOf(indicator) {
  if (typeof indicator === "object" && indicator !== null) {
    return indicator;
  }
  const traits = {};
  TRAIT_BITS.forEach((name, bit) => {
    if (((indicator >> bit) & 1) === 1) {
      traits[name] = 1;
    }
  });
  return traits;
}

function dereference(schema) {
  return typeof schema === "function" ? schema() : schema;
}

function modelBuilder() {
  const shapes = {};
  const pending = [];

  /** The name of a schema's shape; structures, lists and maps are queued for definition. */
  function nameOf(ref) {
    const schema = dereference(ref);
    if (typeof schema === "number") {
      if (schema >= 128)
        return inline(`map.${SIMPLE[schema - 128]}`, [2, "", "", 0, 0, schema - 128]);
      if (schema >= 64) return inline(`list.${SIMPLE[schema - 64]}`, [1, "", "", 0, schema - 64]);
      return SIMPLE[schema];
    }
    if (schema === "unit") return undefined;
    const [kind, , name] = schema;
    if (kind === 0) return nameOf(schema[4]);
    if (name === "Unit") return undefined;
    define(name, schema);
    return name;
  }

  function inline(name, schema) {
    define(name, schema);
    return name;
  }

  function define(name, schema) {
    if (shapes[name] === undefined) {
      shapes[name] = {};
      pending.push([name, schema]);
    }
  }

  /** A reference with its traits: a member's own, and those of the simple shape it names. */
  function reference(ref) {
    const traits = {};
    let schema = ref;
    while (true) {
      schema = dereference(schema);
      const isMember = Array.isArray(schema) && schema.length === 2;
      if (isMember) {
        Object.assign(traits, { ...traitsOf(schema[1]), ...traits });
        schema = schema[0];
        continue;
      }
      if (Array.isArray(schema) && schema[0] === 0) {
        Object.assign(traits, { ...traitsOf(schema[3]), ...traits });
      }
      if (Array.isArray(schema) && schema[0] >= 1 && schema[0] <= 4) {
        const { streaming, sensitive } = traitsOf(schema[3]);
        if (streaming) traits.eventStream = 1;
        if (sensitive) traits.sensitive = 1;
      }
      break;
    }
    const out = { shape: nameOf(schema) };
    for (const [trait, name] of Object.entries(MEMBER_TRAITS)) {
      const value = traits[trait];
      if (value !== undefined && value !== 0) out[name] = value === 1 ? true : value;
    }
    if (traits.eventStream) out.eventStream = true;
    return out;
  }

  function structure(schema) {
    const [kind, , , traits, names, members, requiredCount = 0] = schema;
    const shape = { type: kind === 4 ? "union" : "structure", members: {} };
    names.forEach((name, index) => {
      const member = reference(members[index]);
      if (index < requiredCount) member.required = true;
      shape.members[name] = member;
    });
    const own = traitsOf(traits);
    if (own.xmlName) shape.xmlName = own.xmlName;
    if (own.xmlNamespace) shape.xmlNamespace = own.xmlNamespace;
    if (kind === -3) {
      shape.error = {
        status: own.httpError ?? (own.error === "server" ? 500 : 400),
        fault: own.error,
      };
      if (own.awsQueryError) {
        shape.error.queryCode = own.awsQueryError[0];
        shape.error.queryStatus = own.awsQueryError[1];
      }
    }
    return shape;
  }

  function drain() {
    while (pending.length > 0) {
      const [name, schema] = pending.pop();
      if (schema[0] === 1) shapes[name] = { type: "list", member: reference(schema[4]) };
      else if (schema[0] === 2)
        shapes[name] = { type: "map", key: reference(schema[4]), value: reference(schema[5]) };
      else shapes[name] = structure(schema);
    }
  }

  return { shapes, nameOf, drain };
}

function operationModel(schema, builder) {
  const traits = traitsOf(schema[3]);
  const operation = {};
  const input = builder.nameOf(schema[4]);
  const output = builder.nameOf(schema[5]);
  if (input !== undefined) operation.input = input;
  if (output !== undefined) operation.output = output;
  if (traits.http) {
    operation.http = { method: traits.http[0], uri: traits.http[1], status: traits.http[2] };
  }
  if (traits.endpoint) operation.hostPrefix = traits.endpoint[0];
  return operation;
}

function readService(service) {
  const schemas = require(`@aws-sdk/client-${service.client}`);
  const Client = Object.entries(schemas).find(([name]) => /^(?!__).+Client$/.test(name))[1];
  const config = new Client({ region: "us-east-1" }).config;
  const settings = config.protocolSettings;
  const builder = modelBuilder();
  const operations = {};
  for (const schema of Object.values(schemas)) {
    if (!Array.isArray(schema)) continue;
    if (schema[0] === 9) operations[schema[2]] = operationModel(schema, builder);
    if (schema[0] === -3 && !schema[2].endsWith("ServiceException")) builder.nameOf(schema);
  }
  builder.drain();
  return {
    name: service.name,
    serviceId: config.serviceId,
    signingName: service.signing ?? service.name,
    protocols: service.protocols,
    version: settings.version,
    targetPrefix: settings.serviceTarget,
    ...(settings.xmlNamespace ? { xmlNamespace: settings.xmlNamespace } : {}),
    ...(settings.awsQueryCompatible ? { queryCompatible: true } : {}),
    operations: sorted(operations),
    shapes: sorted(builder.shapes),
  };
}

function sorted(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/* ------------------------------------------------------------------ types */

const TYPES = {
  string: "string",
  number: "number",
  boolean: "boolean",
  timestamp: "Date",
  "timestamp.dateTime": "Date",
  "timestamp.httpDate": "Date",
  "timestamp.epochSeconds": "Date",
  document: "unknown",
  bigInteger: "bigint",
  bigDecimal: "string",
  blob: "Uint8Array",
  streamingBlob: "ByteStream",
};

function typeName(model, shapeName) {
  if (TYPES[shapeName] !== undefined) return TYPES[shapeName];
  const shape = model.shapes[shapeName];
  if (shape.type === "list") return `readonly ${elementType(model, shape.member.shape)}[]`;
  if (shape.type === "map") {
    return `{ readonly [key: string]: ${typeName(model, shape.value.shape)} }`;
  }
  return identifier(shapeName);
}

/** Shape names that would shadow a global (`Error`, `Object`) get a trailing underscore. */
function identifier(name) {
  return ["Error", "Object", "Date", "Record", "Function"].includes(name) ? `${name}_` : name;
}

function elementType(model, shapeName) {
  const type = typeName(model, shapeName);
  return type.startsWith("readonly") ? `(${type})` : type;
}

function structureType(model, name, shape) {
  const lines = Object.entries(shape.members).map(([member, reference]) => {
    const stream = reference.eventStream
      ? `AsyncIterable<${typeName(model, reference.shape)}>`
      : "";
    const type = stream || typeName(model, reference.shape);
    const key = /^[A-Za-z_$][\w$]*$/.test(member) ? member : JSON.stringify(member);
    return reference.required
      ? `  readonly ${key}: ${type};`
      : `  readonly ${key}?: ${type} | undefined;`;
  });
  return `export interface ${identifier(name)} {\n${lines.join("\n")}\n}`;
}

function typesOf(model) {
  const structures = Object.entries(model.shapes)
    .filter(([, shape]) => shape.type === "structure" || shape.type === "union")
    .map(([name, shape]) => structureType(model, name, shape));
  const title = model.name[0].toUpperCase() + model.name.slice(1);
  const operations = Object.entries(model.operations).map(([name, operation]) => {
    const input = operation.input ? identifier(operation.input) : "Record<string, never>";
    const output = operation.output ? identifier(operation.output) : "void";
    return `  ${name}: { input: ${input}; output: ${output} };`;
  });
  const stream = structures.some((text) => text.includes("ByteStream"))
    ? 'import type { ByteStream } from "../../base/byte-stream.ts";\n\n'
    : "";
  return `// Generated by scripts/generate-models.mjs. Do not edit.
${stream}/** Every operation of ${model.serviceId} with the shapes of its input and output. */
export interface ${title}Operations {
${operations.join("\n")}
}

${structures.join("\n\n")}
`;
}

/** What a request is claimed by, known before any model is loaded. */
function catalogOf(models) {
  const rows = models.map(({ name, serviceId, signingName, targetPrefix, version, protocols }) =>
    JSON.stringify({ name, serviceId, signingName, targetPrefix, version, protocols }),
  );
  return `// Generated by scripts/generate-models.mjs. Do not edit.
import type { CatalogEntry } from "../model.ts";

export const CATALOG: readonly CatalogEntry[] = [
  ${rows.join(",\n  ")},
];
`;
}

const target = process.argv[2] ?? path.join(root, "src/wire/models");
mkdirSync(target, { recursive: true });
const models = SERVICES.map(readService);
for (const model of models) {
  writeFileSync(path.join(target, `${model.name}.model.gen.json`), `${JSON.stringify(model)}\n`);
  writeFileSync(path.join(target, `${model.name}.gen.ts`), typesOf(model));
}
writeFileSync(path.join(target, "catalog.gen.ts"), catalogOf(models));
