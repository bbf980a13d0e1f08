/**
 * Discoverers: each listens to a bus and keeps a schema for each source and detail type it sees, in
 * the registry `discovered-schemas`. A schema gets a new version when an event does not fit it.
 *
 * As on AWS a rule of the bus, `Schemas-<id>`, hands the events over; stopping the discoverer
 * disables the rule.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-schema-create.html
 */
import { formatArn, parseArn } from "../../base/arn.ts";
import { parseJson } from "../../base/json.ts";
import { merged, shapeOf } from "../../languages/event-schema/event-shape.ts";
import {
  discoveredName,
  eventIn,
  openApiOf,
} from "../../languages/event-schema/schema-document.ts";
import { ACCEPTED, type Sink } from "../../outbox/sink.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { badRequest, discovererNotFound } from "./errors.ts";
import { type Discoverer, discoverers, type Owner, ownerKey, registries, shapes } from "./keys.ts";
import { DISCOVERED, putRegistry } from "./registry.ts";
import { addVersion, findSchema, schemaKey } from "./schema.ts";

const CONTENT_LENGTH_MAX = 100_000;

/** `arn:...:event-bus/orders` makes `events-event-bus-orders`. */
export function discovererIdOf(sourceArn: string): string {
  const arn = parseArn(sourceArn);
  if (arn?.service !== "events" || !/^event-bus\/[\w./-]+$/.test(arn.resource)) {
    throw badRequest("SourceArn must be the ARN of an event bus.");
  }
  return `events-${arn.resource.replaceAll("/", "-")}`;
}

export function discovererArn({ accountId, region }: Owner, id: string): string {
  return formatArn({ service: "schemas", region, accountId, resource: `discoverer/${id}` });
}

export function ruleNameOf(id: string): string {
  return `Schemas-${id}`.slice(0, 64);
}

export function requireDiscoverer(tx: ReadTx, owner: Owner, id: string): Discoverer {
  const discoverer = discoverers.get(tx, [...ownerKey(owner), id]);
  if (discoverer === undefined) {
    throw discovererNotFound(id);
  }
  return discoverer;
}

export function putDiscoverer(tx: WriteTx, owner: Owner, id: string, record: Discoverer): void {
  discoverers.put(tx, [...ownerKey(owner), id], record);
}

export interface DiscovererAnswer {
  readonly DiscovererId: string;
  readonly DiscovererArn: string;
  readonly SourceArn: string;
  readonly State: string;
  readonly CrossAccount: boolean;
  readonly Tags: Readonly<Record<string, string>>;
}

export function describedDiscoverer(
  owner: Owner,
  id: string,
  discoverer: Discoverer,
): DiscovererAnswer {
  return {
    DiscovererId: id,
    DiscovererArn: discovererArn(owner, id),
    SourceArn: discoverer.sourceArn,
    State: discoverer.state,
    CrossAccount: discoverer.crossAccount,
    Tags: discoverer.tags,
  };
}

/** What the rule of a discoverer delivers to. */
export const schemasSink: Sink = {
  accept(tx, target, envelope) {
    const { accountId, region } = target;
    const [, id = ""] = target.resource.split("/");
    const discoverer = discoverers.get(tx, [accountId, region, id]);
    if (discoverer?.state === "STARTED") {
      discover(tx, { accountId, region }, envelope.payload);
    }
    return ACCEPTED;
  },
};

function discover(tx: WriteTx, owner: Owner, text: string): void {
  const value = parseJson(text);
  const event = eventIn(value);
  if (event === undefined) {
    return;
  }
  const name = { registry: DISCOVERED, name: discoveredName(event) };
  const key = schemaKey(owner, name);
  const known = shapes.get(tx, key);
  const seen = shapeOf(value);
  const shape = known === undefined ? seen : merged(known, seen);
  const content = JSON.stringify(openApiOf({ event, shape }));
  const isNew =
    known === undefined || content !== JSON.stringify(openApiOf({ event, shape: known }));
  if (!isNew || content.length > CONTENT_LENGTH_MAX) {
    return;
  }
  shapes.put(tx, key, shape);
  addVersion(tx, owner, name, {
    before: findSchema(tx, owner, name),
    changes: { type: "OpenApi3" },
    content,
  });
}

export function ensureDiscovered(tx: WriteTx, owner: Owner): void {
  if (registries.get(tx, [...ownerKey(owner), DISCOVERED]) === undefined) {
    putRegistry(tx, owner, DISCOVERED, { tags: {} });
  }
}
