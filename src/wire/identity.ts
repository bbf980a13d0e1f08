/**
 * Who sends a request, and to which region and service, as its signature says. Signatures are not
 * verified: the engine serves one developer, on loopback.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
import { accountOfAccessKey } from "./access-key.ts";
import type { HttpRequest } from "./http.ts";

export interface Identity {
  readonly accountId: string;
  readonly region: string;
  /** The service of the credential scope; absent in unsigned requests and SigV2. */
  readonly signingName: string | undefined;
  readonly accessKeyId: string | undefined;
}

export const DEFAULT_ACCOUNT = "000000000000";
export const DEFAULT_REGION = "us-east-1";

const ANONYMOUS: Identity = {
  accountId: DEFAULT_ACCOUNT,
  region: DEFAULT_REGION,
  signingName: undefined,
  accessKeyId: undefined,
};

/** An algorithm with `Credential=<key>/<date>/<region>/<service>/aws4_request`. */
const CREDENTIAL = "Credential=";
const SIGV2 = "AWS ";
/** Presigned: SigV4's credential or SigV2's bare key, in a query string. */
const PRESIGNED = /(?:^|&)(?:X-Amz-Credential|AWSAccessKeyId)=([^&]*)/;

export function identityOf(request: HttpRequest): Identity {
  const authorization = request.headers["authorization"];
  if (authorization !== undefined) {
    return identityOfHeader(authorization);
  }
  const presigned = PRESIGNED.exec(request.query);
  return presigned === null ? ANONYMOUS : identityOfScope(decoded(presigned[1] ?? ""));
}

function identityOfHeader(authorization: string): Identity {
  const start = authorization.indexOf(CREDENTIAL);
  if (start !== -1) {
    const from = start + CREDENTIAL.length;
    const comma = authorization.indexOf(",", from);
    return identityOfScope(authorization.slice(from, comma === -1 ? undefined : comma).trim());
  }
  if (authorization.startsWith(SIGV2)) {
    const key = authorization.slice(SIGV2.length).split(":", 1)[0] ?? "";
    return identityOfScope(key);
  }
  return ANONYMOUS;
}

/** SigV4a's scope lacks the region: `<key>/<date>/<service>/aws4_request`. */
function identityOfScope(scope: string): Identity {
  const parts = scope.split("/");
  const [accessKeyId = ""] = parts;
  const signingName = parts.at(-2);
  return {
    accountId: accountOfAccessKey(accessKeyId) ?? DEFAULT_ACCOUNT,
    region: (parts.length >= 5 && parts[2]) || DEFAULT_REGION,
    signingName: parts.length >= 4 ? signingName : undefined,
    accessKeyId: accessKeyId === "" ? undefined : accessKeyId,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
