import { badRequest } from "../errors.ts";
import { given } from "../given.ts";
import { newId, PART_ID_LENGTH } from "../ids.ts";
import { authorizers } from "../keys.ts";
import { AUTHORIZERS_MAX } from "../limits.ts";
import { checkAuthorizer, DEFAULT_TTL } from "../parts.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const createAuthorizer: ApiOperation<"CreateAuthorizer"> = async (ctx, input) => {
  const { restApiId, ...members } = input;
  checkAuthorizer("CreateAuthorizer", members);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const others = [...authorizers.list(tx, { prefix: [restApiId] })];
    if (others.some(({ record }) => record.name === input.name)) {
      throw badRequest(
        `Authorizer name must be unique. Authorizer ${input.name} already exists in this RestApi.`,
      );
    }
    if (others.length >= AUTHORIZERS_MAX) {
      throw badRequest("Maximum number of Authorizers for this API has been reached");
    }
    const authorizer = {
      authType: "custom",
      authorizerResultTtlInSeconds: DEFAULT_TTL,
      ...given(members),
      id: newId(tx, PART_ID_LENGTH),
      type: input.type,
    };
    authorizers.put(tx, [restApiId, authorizer.id], authorizer);
    return authorizer;
  });
};
