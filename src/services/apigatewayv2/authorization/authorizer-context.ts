/**
 * What an authorizer found out about a caller, as integrations, logs and mappings are told of it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import type { JsonObject } from "../../../base/json.ts";
import type { IamCaller } from "../../../wire/signed-request.ts";

export type AuthorizerContext =
  | { readonly kind: "iam"; readonly caller: IamCaller }
  | {
      readonly kind: "jwt";
      /** Texts all of them. */
      readonly claims: Readonly<Record<string, string>>;
      /** `null` where the route asks for none. */
      readonly scopes: readonly string[] | null;
    }
  | {
      readonly kind: "lambda";
      /** `null` when the function gave none. */
      readonly context: JsonObject | null;
      readonly principalId: string | undefined;
    };

/** `requestContext.authorizer` of format 2.0. */
export function authorizerV2(context: AuthorizerContext | undefined): unknown {
  switch (context?.kind) {
    case undefined:
      return undefined;
    case "iam":
      return { iam: context.caller };
    case "jwt":
      return { jwt: { claims: context.claims, scopes: context.scopes } };
    case "lambda":
      return { lambda: context.context };
  }
}

/** `requestContext.authorizer` of format 1.0; a signer is told of in `identity`. */
export function authorizerV1(context: AuthorizerContext | undefined): unknown {
  switch (context?.kind) {
    case undefined:
    case "iam":
      return undefined;
    case "jwt":
      return { claims: context.claims, scopes: context.scopes };
    case "lambda":
      return { ...context.context, principalId: context.principalId };
  }
}

/** Members of `requestContext.identity` of format 1.0. */
export function identityV1(
  context: AuthorizerContext | undefined,
): Readonly<Record<string, string>> | undefined {
  if (context?.kind !== "iam") {
    return undefined;
  }
  const { accessKey, accountId, callerId, userArn, userId } = context.caller;
  return { accessKey, accountId, caller: callerId, user: userId, userArn };
}

/** By the names behind `$context.`: `authorizer.claims.sub`, `authorizer.key`, `identity.caller`. */
export function authorizerVariables(
  context: AuthorizerContext | undefined,
): Readonly<Record<string, string | number>> {
  switch (context?.kind) {
    case undefined:
      return {};
    case "iam":
      return prefixed("identity.", identityV1(context) ?? {});
    case "jwt":
      return prefixed("authorizer.claims.", context.claims);
    case "lambda": {
      const { principalId } = context;
      const own = principalId === undefined ? {} : { principalId };
      return prefixed("authorizer.", { ...context.context, ...own });
    }
  }
}

function prefixed(prefix: string, values: JsonObject): Record<string, string> {
  const entries = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === null
      ? []
      : [[prefix + name, typeof value === "object" ? JSON.stringify(value) : String(value)]],
  );
  return Object.fromEntries(entries);
}
