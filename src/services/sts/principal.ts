/** Who a request comes from: the account's root, or a session of a role. */
import type { ReadTx } from "../../store/store.ts";
import { accountOfAccessKey } from "../../wire/access-key.ts";
import type { RequestContext } from "../service.ts";
import { expiredToken, invalidToken } from "./errors.ts";
import { findSession } from "./session.ts";

export interface Principal {
  readonly accountId: string;
  readonly arn: string;
  /** The account of root, `AROA...:session` of a role. */
  readonly userId: string;
  readonly isRole: boolean;
}

/**
 * Temporary credentials are known by their access key and are no longer good when they have ended.
 * All others are the account's root.
 */
export function principalOf(tx: ReadTx, ctx: RequestContext): Principal {
  const { accessKeyId = "", accountId } = ctx;
  if (!isTemporary(accessKeyId)) {
    const arn = `arn:aws:iam::${accountId}:root`;
    return { accountId, arn, userId: accountId, isRole: false };
  }
  const session = findSession(tx, accessKeyId);
  if (session === undefined) {
    throw invalidToken();
  }
  if (session.expiresMs <= tx.nowMs) {
    throw expiredToken();
  }
  return session.principal;
}

/** A key that the engine has issued, not one of AWS's. */
function isTemporary(accessKeyId: string): boolean {
  return accessKeyId.startsWith("ASIA") && accountOfAccessKey(accessKeyId) !== undefined;
}
