/** What properties of a REST API write into its definition: CORS, gateway responses, models. */
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { resourceError } from "./sam-error.ts";
import { defined, isIntrinsic, objectOf, type SamResource } from "./sam-resource.ts";

const ANY_METHOD = "x-amazon-apigateway-any-method";
const INTEGRATION = "x-amazon-apigateway-integration";
const ALL_METHODS = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT";
const CORS_NAMES = ["AllowCredentials", "AllowHeaders", "AllowMethods", "AllowOrigin", "MaxAge"];
const NOT_METHODS = ["summary", "description", "parameters"];

export function isOpenApi3(document: ValueObject): boolean {
  return document["swagger"] === undefined && /^3\./.test(String(document["openapi"] ?? ""));
}

/** Changes what stands under conditions as well: `Fn::If` of one thing or another. */
export function overContents(value: Value, change: (content: ValueObject) => ValueObject): Value {
  const branches = isObject(value) ? value["Fn::If"] : undefined;
  if (Array.isArray(branches)) {
    const [condition, ...contents] = branches as Value[];
    return { "Fn::If": [condition ?? "", ...contents.map((one) => overContents(one, change))] };
  }
  return isObject(value) && !isIntrinsic(value) ? change(value) : value;
}

export function overMethods(
  document: ValueObject,
  change: (method: ValueObject, name: string) => ValueObject,
): ValueObject {
  const paths = Object.entries(objectOf(document["paths"])).map(([path, item]) => [
    path,
    overContents(item, (content) =>
      Object.fromEntries(
        Object.entries(content).map(([name, method]) => [
          name,
          NOT_METHODS.includes(name)
            ? method
            : overContents(method, (body) =>
                body[INTEGRATION] === undefined ? body : change(body, name),
              ),
        ]),
      ),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(paths) };
}

/** Each path gets an `OPTIONS` method that answers by itself, unless it has one. */
export function withCors(resource: SamResource, document: ValueObject): ValueObject {
  const cors = corsOf(resource);
  if (cors === undefined) {
    return document;
  }
  const depth = isOpenApi3(document) ? schemaDepth(resource) : 0;
  const seen = new Set<string>();
  const paths = Object.entries(objectOf(document["paths"])).map(([path, item]) => {
    const normal = path === "/" ? path : path.replace(/\/+$/, "");
    if (seen.has(normal)) {
      return [path, item];
    }
    seen.add(normal);
    return [
      path,
      overContents(item, (content) =>
        content["options"] === undefined
          ? { ...content, options: preflight(cors, content, depth) }
          : content,
      ),
    ];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

function corsOf({ logicalId, properties }: SamResource): ValueObject | undefined {
  const cors = properties["Cors"];
  if (cors === undefined || cors === false || cors === "") {
    return undefined;
  }
  if (typeof cors === "string" || isIntrinsic(cors)) {
    return { AllowOrigin: cors };
  }
  if (!isObject(cors)) {
    throw resourceError(logicalId, "Invalid value for 'Cors' property");
  }
  const unknown = Object.keys(cors).find((key) => !CORS_NAMES.includes(key));
  if (unknown !== undefined) {
    throw resourceError(logicalId, `Invalid key '${unknown}' for 'Cors' property.`);
  }
  const whole: ValueObject = { AllowOrigin: "'*'", ...cors };
  if (whole["AllowCredentials"] === true && whole["AllowOrigin"] === "'*'") {
    throw resourceError(
      logicalId,
      "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or not set",
    );
  }
  return whole;
}

/** AWS's translator wraps the schemas of preflight headers at every look it takes at a definition. */
function schemaDepth({ properties }: SamResource): number {
  return 1 + Number(isObject(properties["Auth"])) + Number(isObject(properties["Models"]));
}

function preflight(cors: ValueObject, item: ValueObject, depth: number): ValueObject {
  const methods = cors["AllowMethods"] ?? `'${methodsOf(item)}'`;
  const credentials = cors["AllowCredentials"] === true ? "'true'" : undefined;
  const headers = defined({
    "Access-Control-Allow-Origin": cors["AllowOrigin"],
    "Access-Control-Allow-Headers": cors["AllowHeaders"],
    "Access-Control-Allow-Methods": methods,
    "Access-Control-Max-Age": cors["MaxAge"],
    "Access-Control-Allow-Credentials": credentials,
  });
  const described = Object.keys(headers).map((name) => {
    let schema: ValueObject = { type: name === "Access-Control-Max-Age" ? "integer" : "string" };
    for (let wrapped = 0; wrapped < depth; wrapped += 1) {
      schema = { schema };
    }
    return [name, schema];
  });
  const parameters = Object.entries(headers).map(([name, value]) => [
    `method.response.header.${name}`,
    value,
  ]);
  return {
    summary: "CORS support",
    ...(depth > 0 ? {} : { consumes: ["application/json"], produces: ["application/json"] }),
    [INTEGRATION]: {
      type: "mock",
      requestTemplates: { "application/json": '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: "200",
          responseParameters: Object.fromEntries(parameters),
          responseTemplates: { "application/json": "{}\n" },
        },
      },
    },
    responses: {
      "200": {
        description: "Default response for CORS method",
        headers: Object.fromEntries(described),
      },
    },
  };
}

function methodsOf(item: ValueObject): string {
  const names = Object.keys(item);
  return names.includes(ANY_METHOD)
    ? ALL_METHODS
    : [...new Set([...names, "options"].map((name) => name.toUpperCase()))].sort().join(",");
}

const RESPONSE_PROPERTIES = ["ResponseParameters", "ResponseTemplates", "StatusCode"];
const PREFIXES: Readonly<Record<string, string>> = {
  Headers: "header",
  Paths: "path",
  QueryStrings: "querystring",
};

export function withGatewayResponses(resource: SamResource, document: ValueObject): ValueObject {
  const { logicalId, properties } = resource;
  const stated = properties["GatewayResponses"];
  if (!isObject(stated)) {
    return document;
  }
  const responses = Object.entries(stated).map(([type, value]) => {
    const response = objectOf(value);
    const unknown = Object.keys(response).find((key) => !RESPONSE_PROPERTIES.includes(key));
    if (unknown !== undefined) {
      throw resourceError(
        logicalId,
        `Invalid property '${unknown}' in 'GatewayResponses' property '${type}'.`,
      );
    }
    const status = response["StatusCode"];
    const parameters = responseParameters(logicalId, objectOf(response["ResponseParameters"]));
    return [
      type,
      defined({
        responseParameters: parameters,
        responseTemplates: response["ResponseTemplates"] ?? {},
        statusCode: status === undefined ? undefined : String(status),
      }),
    ];
  });
  const name = "x-amazon-apigateway-gateway-responses";
  return { ...document, [name]: { ...objectOf(document[name]), ...Object.fromEntries(responses) } };
}

function responseParameters(logicalId: string, stated: ValueObject): ValueObject {
  const parameters: Record<string, Value> = {};
  for (const [kind, values] of Object.entries(stated)) {
    const prefix = PREFIXES[kind];
    if (prefix === undefined) {
      throw resourceError(logicalId, `Invalid gateway response parameter '${kind}'`);
    }
    for (const [name, value] of Object.entries(objectOf(values))) {
      parameters[`gatewayresponse.${prefix}.${name}`] = value;
    }
  }
  return parameters;
}

/** Names are written in lower case, as the references of events are. */
export function withModels(resource: SamResource, document: ValueObject): ValueObject {
  const stated = objectOf(resource.properties["Models"]);
  const models = Object.entries(stated).map(([name, schema]) => {
    if (objectOf(schema)["type"] === undefined) {
      throw resourceError(resource.logicalId, "'Models' schema is missing 'type'.");
    }
    return [name.toLowerCase(), schema];
  });
  if (models.length === 0) {
    return document;
  }
  if (!isOpenApi3(document)) {
    const definitions = { ...objectOf(document["definitions"]), ...Object.fromEntries(models) };
    return { ...document, definitions };
  }
  const components = objectOf(document["components"]);
  const schemas = { ...objectOf(components["schemas"]), ...Object.fromEntries(models) };
  return { ...document, components: { ...components, schemas } };
}
