/** Pages of names. */
import type { ReadTx } from "../../store/store.ts";
import { type PageSource, pageOf } from "../pages.ts";
import { invalidNextToken } from "./errors.ts";
import { PAGE_MAX } from "./limits.ts";

export function namesOf<T>(
  tx: ReadTx,
  source: PageSource<T>,
  token: string | undefined,
): { readonly names: readonly string[]; readonly nextToken: string | undefined } {
  const page = pageOf(tx, source, { token: checkedToken(token), limit: PAGE_MAX });
  return { names: page.items.map(({ name }) => name), nextToken: page.token };
}

export function checkedToken(token: string | undefined): string | undefined {
  if (token !== undefined && !/^[A-Za-z0-9+/]+={0,2}$/.test(token)) {
    throw invalidNextToken();
  }
  return token;
}
