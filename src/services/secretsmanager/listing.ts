/** Lists of the secrets of a place, replicas among them, in pages. */
import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import type { ReadTx } from "../../store/store.ts";
import { invalidNextToken } from "./errors.ts";
import type { SecretFilter } from "./filters.ts";
import { type Place, placeKey, replicas, secrets } from "./keys.ts";
import { type Located, primaryOf } from "./locate.ts";
import { secretArn } from "./secret.ts";

export interface Listing {
  readonly place: Place;
  readonly filter: SecretFilter;
  /** As the API has it: `created-date`, `name`, ... */
  readonly sortBy?: string | undefined;
  readonly isDescending?: boolean;
  readonly token: string | undefined;
  readonly limit: number;
}

export interface Listed {
  readonly items: readonly Located[];
  /** Absent when nothing comes behind this page. */
  readonly token: string | undefined;
}

/** Where an item stands: by the sort key, and by name among equals. */
type Position = readonly [key: number | string, name: string];

/** The token stands for the position of the last item of a page. */
export function listSecrets(tx: ReadTx, listing: Listing): Listed {
  const { place, filter, sortBy = "created-date", isDescending = false, limit } = listing;
  const after = listing.token === undefined ? undefined : readToken(listing.token);
  const direction = isDescending ? -1 : 1;
  const order = (a: Position, b: Position): number => direction * compare(a, b);
  const found = [...secretsOf(tx, place)]
    .filter(filter)
    .map((located) => ({ located, position: positionOf(located, sortBy) }))
    .filter(({ position }) => after === undefined || order(position, after) > 0)
    .sort((a, b) => order(a.position, b.position));
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(({ located }) => located),
    token: last && toBase64(utf8Encode(JSON.stringify(last.position))),
  };
}

function* secretsOf(tx: ReadTx, place: Place): Iterable<Located> {
  const { accountId, region } = place;
  const here = { accountId, region };
  const prefix = placeKey(place);
  for (const { record: secret } of secrets.list(tx, { prefix })) {
    const arn = secretArn(here, secret);
    yield { place: here, home: here, secret, replica: undefined, arn };
  }
  for (const { id, record: replica } of replicas.list(tx, { prefix })) {
    yield primaryOf(tx, here, { name: String(id[prefix.length]), replica });
  }
}

function positionOf({ secret, replica }: Located, sortBy: string): Position {
  const { name } = secret;
  switch (sortBy) {
    case "name":
      return [name, name];
    case "last-changed-date":
      return [secret.changedMs, name];
    case "last-accessed-date":
      return [(replica ?? secret).accessedMs ?? 0, name];
    default:
      return [secret.createdMs, name];
  }
}

function compare([a, aName]: Position, [b, bName]: Position): number {
  if (a !== b) {
    return a < b ? -1 : 1;
  }
  return aName === bName ? 0 : aName < bName ? -1 : 1;
}

function readToken(token: string): Position {
  try {
    const position: unknown = JSON.parse(utf8Decode(fromBase64(token)));
    if (Array.isArray(position) && position.length === 2) {
      return position as unknown as Position;
    }
  } catch {
    // Refused below, like JSON that is no position.
  }
  throw invalidNextToken();
}
