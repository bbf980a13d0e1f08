/** What a definition of an API says, whatever version of Swagger or OpenAPI it is written in. */

import type { Authorizer } from "../../../wire/models/apigateway.gen.ts";
import type { GatewayResponseRecord, MethodRecord, RestApiRecord } from "../keys.ts";

export interface Definition {
  readonly settings: Partial<RestApiRecord["settings"]> & { readonly name: string };
  readonly models: readonly DefinedModel[];
  readonly validators: readonly DefinedValidator[];
  readonly authorizers: readonly DefinedAuthorizer[];
  readonly gatewayResponses: readonly GatewayResponseRecord[];
  /** Paths that have no method are in it as well. */
  readonly paths: readonly string[];
  readonly methods: readonly DefinedMethod[];
}

export interface DefinedModel {
  readonly name: string;
  readonly description?: string | undefined;
  readonly contentType: string;
  /** With references as they are written. */
  readonly schema: Json;
}

export interface DefinedValidator {
  readonly name: string;
  readonly validateRequestBody: boolean;
  readonly validateRequestParameters: boolean;
}

export type DefinedAuthorizer = Omit<Authorizer, "id"> & {
  readonly name: string;
  readonly type: string;
};

export interface DefinedMethod {
  readonly path: string;
  readonly method: Omit<MethodRecord, "authorizerId" | "requestValidatorId">;
  readonly authorizerName?: string | undefined;
  readonly validatorName?: string | undefined;
}

export type Json = Readonly<Record<string, unknown>>;
