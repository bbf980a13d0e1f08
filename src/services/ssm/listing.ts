/** Pages of parameters in the order of their names. */
import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import type { ReadTx } from "../../store/store.ts";
import { invalidNextToken } from "./errors.ts";
import type { Candidate, Filter } from "./filters.ts";
import { type Place, parameters, placeKey } from "./keys.ts";
import { isName } from "./name.ts";
import { requireVersion } from "./parameter.ts";

export interface Listing {
  readonly place: Place;
  /** What names start with. */
  readonly prefix: string;
  readonly filter: Filter;
  readonly token: string | undefined;
  readonly limit: number;
}

export interface Listed {
  readonly items: readonly Candidate[];
  /** Absent when nothing comes behind this page. */
  readonly token: string | undefined;
}

export function listParameters(tx: ReadTx, listing: Listing): Listed {
  const { place, prefix, filter, limit } = listing;
  const scope = placeKey(place);
  const after = listing.token ? utf8Decode(fromBase64(listing.token)) : undefined;
  if (after !== undefined && !isName(after)) {
    throw invalidNextToken();
  }
  const bound = after !== undefined ? { after: [...scope, after] } : { from: [...scope, prefix] };
  const items: Candidate[] = [];
  for (const { id, record } of parameters.list(tx, { prefix: scope, ...bound })) {
    const name = String(id[scope.length]);
    if (!name.startsWith(prefix)) {
      break;
    }
    const version = requireVersion(tx, place, { name, number: record.latest });
    const candidate = { name, parameter: record, version };
    if (!filter(candidate)) {
      continue;
    }
    if (items.length === limit) {
      return { items, token: toBase64(utf8Encode(items.at(-1)?.name ?? "")) };
    }
    items.push(candidate);
  }
  return { items, token: undefined };
}
