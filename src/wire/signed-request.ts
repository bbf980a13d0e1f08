/**
 * The form of a request's signature, and who it says signs: for endpoints that ask for AWS_IAM.
 *
 * The signature itself is not verified: the engine knows no secrets, for it takes every access key
 * (`identity.ts`). Shared by function URLs and by the HTTP APIs and REST APIs of API Gateway.
 */
import type { HttpRequest } from "./http.ts";
import { identityOf } from "./identity.ts";

/** What is wrong with the form: `undefined` for a request that is signed for this service here. */
export function signatureProblem(
  request: HttpRequest,
  wanted: { readonly signingName: string; readonly region: string },
): "unsigned" | "service" | "region" | undefined {
  if (!isSigned(request)) {
    return "unsigned";
  }
  const { signingName, region } = identityOf(request);
  if (signingName !== wanted.signingName) {
    return "service";
  }
  return region !== wanted.region && !isWithoutRegion(request) ? "region" : undefined;
}

function isSigned({ headers, query }: HttpRequest): boolean {
  const { authorization } = headers;
  return authorization === undefined
    ? /(^|&)X-Amz-Signature=./.test(query)
    : /^AWS4-.*Credential=.*Signature=./.test(authorization);
}

/** SigV4a names its regions in a header. */
function isWithoutRegion({ headers, query }: HttpRequest): boolean {
  return /AWS4-ECDSA-/.test(headers["authorization"] ?? query);
}

/** As `requestContext.authorizer.iam` tells it. */
export interface IamCaller {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

/** Who signed, as far as a key tells. */
export function iamCallerOf(request: HttpRequest): IamCaller {
  const { accessKeyId = "", accountId } = identityOf(request);
  return {
    accessKey: accessKeyId,
    accountId,
    callerId: accountId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: `arn:aws:iam::${accountId}:root`,
    userId: accountId,
  };
}
