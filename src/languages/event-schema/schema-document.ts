/**
 * Schemas of events as documents: OpenAPI 3 and JSON Schema Draft 4, as EventBridge writes them.
 *
 * Each object is a component of its own, named after its field; fields refer to it.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-schemas-infer-from-json.html
 */
import { isJsonObject } from "../../base/json.ts";
import type { Field, Shape } from "./event-shape.ts";

type Json = Readonly<Record<string, unknown>>;

export interface EventDescription {
  /** Absent for JSON that is no event of EventBridge. */
  readonly event?: { readonly source: string; readonly detailType: string } | undefined;
  readonly shape: Shape;
}

/** What makes a JSON object an event of EventBridge. */
const ENVELOPE = ["detail-type", "source", "detail"];

/** `undefined` for JSON that is no event. */
export function eventIn(value: unknown): EventDescription["event"] {
  const event = isJsonObject(value) ? value : {};
  const { source, "detail-type": detailType } = event;
  return ENVELOPE.every((name) => Object.hasOwn(event, name)) &&
    typeof source === "string" &&
    typeof detailType === "string"
    ? { source, detailType }
    : undefined;
}

/** `EC2 Instance State-change Notification` is `EC2InstanceStateChangeNotification`. */
export function titleOf(detailType: string): string {
  return detailType
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** As discovered schemas are named: `source@DetailType`. */
export function discoveredName(event: NonNullable<EventDescription["event"]>): string {
  return `${event.source}@${titleOf(event.detailType)}`.replace(/[^\w.@-]/g, "-");
}

export function openApiOf(description: EventDescription): Json {
  const { event, shape } = description;
  const title = event === undefined ? "Event" : titleOf(event.detailType) || "Event";
  const components = new Components();
  if (event === undefined) {
    components.add(title, shape);
  } else {
    components.addEvent(title, event, shape);
  }
  return {
    openapi: "3.0.0",
    info: { version: "1.0.0", title },
    paths: {},
    components: { schemas: components.schemas },
  };
}

class Components {
  readonly schemas: Record<string, Json> = {};

  addEvent(title: string, event: NonNullable<EventDescription["event"]>, shape: Shape): void {
    const fields = shape.kind === "object" ? shape.fields : {};
    this.schemas["AWSEvent"] = {};
    const detail = fields["detail"]?.shape ?? { kind: "anything" };
    const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== "detail"));
    const detailSchema =
      detail.kind === "object" ? this.add(title, detail) : this.#schemaOf(title, detail);
    this.schemas["AWSEvent"] = {
      ...this.#objectOf(rest),
      required: [...requiredOf(fields)],
      "x-amazon-events-detail-type": event.detailType,
      "x-amazon-events-source": event.source,
      properties: { detail: detailSchema, ...this.#propertiesOf(rest) },
    };
  }

  /** Adds a component under a name that is free; what refers to it. */
  add(name: string, shape: Shape): Json {
    let free = name;
    for (let number = 1; this.schemas[free] !== undefined; number += 1) {
      free = `${name}_${number}`;
    }
    this.schemas[free] = {};
    this.schemas[free] =
      shape.kind === "object" ? this.#objectOf(shape.fields) : this.#schemaOf(name, shape);
    return { $ref: `#/components/schemas/${free}` };
  }

  #objectOf(fields: Readonly<Record<string, Field>>): Json {
    const required = requiredOf(fields);
    return {
      type: "object",
      ...(required.length > 0 && { required }),
      properties: this.#propertiesOf(fields),
    };
  }

  #propertiesOf(fields: Readonly<Record<string, Field>>): Json {
    const names = Object.keys(fields).sort();
    return Object.fromEntries(
      names.map((name) => [name, this.#schemaOf(titleOf(name), fields[name]?.shape)]),
    );
  }

  #schemaOf(name: string, shape: Shape | undefined): Json {
    switch (shape?.kind) {
      case "object":
        return this.add(name || "Object", shape);
      case "array":
        return { type: "array", items: this.#schemaOf(`${name}Item`, shape.items) };
      case "dateTime":
        return { type: "string", format: "date-time" };
      case "integer":
        return { type: "integer", format: "int64" };
      case "string":
      case "number":
      case "boolean":
        return { type: shape.kind };
      default:
        return {};
    }
  }
}

function requiredOf(fields: Readonly<Record<string, Field>>): readonly string[] {
  return Object.keys(fields)
    .filter((name) => fields[name]?.isRequired)
    .sort();
}

/** An OpenAPI document as JSON Schema Draft 4; `undefined` when it has no schemas. */
export function draft4Of(openApi: Json): Json | undefined {
  const components = openApi["components"] as { readonly schemas?: Json } | undefined;
  const schemas = components?.schemas;
  const rootName = schemas && ("AWSEvent" in schemas ? "AWSEvent" : Object.keys(schemas)[0]);
  if (schemas === undefined || rootName === undefined) {
    return undefined;
  }
  const info = openApi["info"] as { readonly title?: string } | undefined;
  const definitions = Object.fromEntries(
    Object.entries(schemas)
      .filter(([name]) => name !== rootName)
      .map(([name, schema]) => [name, redirected(schema, rootName)]),
  );
  return {
    $schema: "http://json-schema.org/draft-04/schema#",
    title: info?.title ?? rootName,
    definitions,
    ...(redirected(schemas[rootName], rootName) as Json),
  };
}

const COMPONENTS = "#/components/schemas/";

function redirected(value: unknown, rootName: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => redirected(item, rootName));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) =>
      name === "$ref" && typeof member === "string" && member.startsWith(COMPONENTS)
        ? [name, reference(member.slice(COMPONENTS.length), rootName)]
        : [name, redirected(member, rootName)],
    ),
  );
}

function reference(name: string, rootName: string): string {
  return name === rootName ? "#" : `#/definitions/${name}`;
}
