import { notSupported } from "../../../wire/aws-error.ts";
import type { GetSessionTokenResponse } from "../../../wire/models/sts.gen.ts";
import { accessDenied } from "../errors.ts";
import { ROOT_SESSION_SECONDS_MAX } from "../limits.ts";
import type { StsOperation } from "../ports.ts";
import { principalOf } from "../principal.ts";
import { startSession } from "../session.ts";

/**
 * A session of the caller. Root's lasts an hour at most, however long is asked for.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export const getSessionToken: StsOperation<"GetSessionToken"> = (ctx, input) => {
  const { SerialNumber, TokenCode, DurationSeconds = ROOT_SESSION_SECONDS_MAX } = input;
  if (SerialNumber !== undefined || TokenCode !== undefined) {
    throw notSupported("sts:GetSessionToken", "multi-factor authentication");
  }
  return ctx.store.write((tx): GetSessionTokenResponse => {
    const principal = principalOf(tx, ctx);
    if (principal.isRole) {
      throw accessDenied("Cannot call GetSessionToken with session credentials");
    }
    const seconds = Math.min(DurationSeconds, ROOT_SESSION_SECONDS_MAX);
    return { Credentials: startSession(tx, principal, seconds) };
  });
};
