/** Decides whether a request may use a route that is not open to everybody. */
import { iamCallerOf, signatureProblem } from "../../../wire/signed-request.ts";
import type { ServePorts } from "../function-call.ts";
import type { ApiRecord, RouteAuthorization } from "../keys.ts";
import type { RoutedRequest } from "../payload.ts";
import type { AuthorizerContext } from "./authorizer-context.ts";
import type { AuthorizerResults } from "./authorizer-results.ts";
import type { JwtCheck } from "./jwt-authorizer.ts";
import { askFunction } from "./request-authorizer.ts";

export interface AuthorizePorts extends ServePorts {
  readonly jwtCheck: JwtCheck;
  readonly authorizerResults: AuthorizerResults;
}

export type Verdict = { readonly context: AuthorizerContext } | Refusal;

export interface Refusal {
  readonly status: 401 | 403 | 500;
  /** The `www-authenticate` header, where there is one. */
  readonly challenge?: string;
  /** For access logs: `$context.authorizer.error`. */
  readonly error?: string;
}

export async function authorize(
  ports: AuthorizePorts,
  routed: RoutedRequest,
  at: { readonly api: ApiRecord; readonly authorization: RouteAuthorization },
): Promise<Verdict> {
  const { type, authorizer, scopes } = at.authorization;
  if (type === "AWS_IAM") {
    return checkSignature(routed, at.api.region);
  }
  if (authorizer === undefined) {
    return { status: 500, error: "The authorizer of the route does not exist." };
  }
  return type === "JWT"
    ? ports.jwtCheck(routed, { authorizer, scopes })
    : askFunction(ports, routed, { api: at.api, authorizer });
}

function checkSignature({ request }: RoutedRequest, region: string): Verdict {
  const problem = signatureProblem(request, { signingName: "execute-api", region });
  return problem === undefined
    ? { context: { kind: "iam", caller: iamCallerOf(request) } }
    : { status: 403, error: SIGNATURE_PROBLEMS[problem] };
}

const SIGNATURE_PROBLEMS = {
  unsigned: "The request is not signed.",
  service: "The signature is not for execute-api.",
  region: "The signature is for another region.",
};
