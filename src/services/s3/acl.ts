/**
 * Access control lists: kept and told, as grants. They decide nothing.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 */
import type { AccessControlPolicy, Grant, Grantee } from "../../wire/models/s3.gen.ts";
import { type Bucket, canonicalUser } from "./bucket.ts";
import { malformedAcl } from "./configuration-errors.ts";
import {
  accessDenied,
  aclNotSupported,
  bucketAclWithOwnerEnforced,
  invalidArgument,
  invalidRequest,
} from "./errors.ts";

export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

/** Who has which permission; the owner is known elsewhere. */
export type Grants = readonly Grant[];

const GROUPS = "http://acs.amazonaws.com/groups/";
const ALL_USERS = `${GROUPS}global/AllUsers`;
const AUTHENTICATED_USERS = `${GROUPS}global/AuthenticatedUsers`;
const LOG_DELIVERY = `${GROUPS}s3/LogDelivery`;
/** The canonical user of Amazon EC2, which reads bundles. */
const EC2 = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";
const PERMISSIONS = ["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"];
const GRANTS_MAX = 100;

const HEADERS = {
  GrantFullControl: "FULL_CONTROL",
  GrantRead: "READ",
  GrantReadACP: "READ_ACP",
  GrantWrite: "WRITE",
  GrantWriteACP: "WRITE_ACP",
} as const;

export function ownerGrants(accountId: string): Grants {
  return [{ Grantee: userOf(canonicalUser(accountId).ID), Permission: "FULL_CONTROL" }];
}

function userOf(ID: string): Grantee {
  return { Type: "CanonicalUser", ID };
}

function group(URI: string, ...permissions: readonly string[]): Grants {
  return permissions.map((Permission) => ({ Grantee: { Type: "Group", URI }, Permission }));
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
function cannedGrants(acl: string, accountId: string, bucketAccountId: string): Grants | undefined {
  const bucketOwner = userOf(canonicalUser(bucketAccountId).ID);
  const others: Readonly<Record<string, Grants>> = {
    private: [],
    "public-read": group(ALL_USERS, "READ"),
    "public-read-write": group(ALL_USERS, "READ", "WRITE"),
    "authenticated-read": group(AUTHENTICATED_USERS, "READ"),
    "aws-exec-read": [{ Grantee: userOf(EC2), Permission: "READ" }],
    "bucket-owner-read":
      accountId === bucketAccountId ? [] : [{ Grantee: bucketOwner, Permission: "READ" }],
    "bucket-owner-full-control":
      accountId === bucketAccountId ? [] : [{ Grantee: bucketOwner, Permission: "FULL_CONTROL" }],
    "log-delivery-write": group(LOG_DELIVERY, "WRITE", "READ_ACP"),
  };
  const found = Object.hasOwn(others, acl) ? others[acl] : undefined;
  return found && [...ownerGrants(accountId), ...found];
}

/** `undefined`: the request says nothing of access. */
export function grantsOf(
  input: AclInput,
  accountId: string,
  bucketAccountId: string,
): Grants | undefined {
  const granted = Object.entries(HEADERS).flatMap(([name, Permission]) =>
    granteesOf(input[name as keyof typeof HEADERS]).map((Grantee) => ({ Grantee, Permission })),
  );
  if (input.ACL === undefined) {
    return granted.length === 0 ? undefined : granted;
  }
  if (granted.length > 0) {
    throw invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
  }
  const canned = cannedGrants(input.ACL, accountId, bucketAccountId);
  if (canned === undefined) {
    throw invalidArgument("Argument format not recognized", {
      name: "x-amz-acl",
      value: input.ACL,
    });
  }
  return canned;
}

/** `id="...", uri="...", emailAddress="..."` */
function granteesOf(header: string | undefined): readonly Grantee[] {
  return (header ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const [, kind, value] = /^(id|uri|emailAddress)\s*=\s*"?([^"]*)"?$/i.exec(part) ?? [];
      if (kind === undefined || value === undefined) {
        throw invalidArgument("Argument format not recognized", {
          name: "x-amz-grant",
          value: part,
        });
      }
      return granteeOf(kind.toLowerCase(), value);
    });
}

function granteeOf(kind: string, value: string): Grantee {
  if (kind === "id") {
    return checkedGrantee({ Type: "CanonicalUser", ID: value });
  }
  return kind === "uri"
    ? checkedGrantee({ Type: "Group", URI: value })
    : { Type: "AmazonCustomerByEmail", EmailAddress: value };
}

function checkedGrantee(grantee: Grantee): Grantee {
  if (
    grantee.URI !== undefined &&
    ![ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY].includes(grantee.URI)
  ) {
    throw invalidArgument("Invalid group uri", { name: "uri", value: grantee.URI });
  }
  if (grantee.ID !== undefined && !/^[0-9a-f]{64}$/.test(grantee.ID)) {
    throw invalidArgument("Invalid id", { name: "id", value: grantee.ID });
  }
  return grantee;
}

/** The list in the body of PutBucketAcl and PutObjectAcl. */
export function grantsOfPolicy(policy: AccessControlPolicy): Grants {
  const grants = policy.Grants ?? [];
  if (policy.Owner === undefined || grants.length > GRANTS_MAX) {
    throw malformedAcl();
  }
  for (const { Grantee: grantee, Permission: permission } of grants) {
    if (grantee === undefined || permission === undefined || !PERMISSIONS.includes(permission)) {
      throw malformedAcl();
    }
    checkedGrantee(grantee);
  }
  return grants;
}

/**
 * Throws when the bucket does not take these grants.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export function checkGrants(bucket: Bucket, grants: Grants): void {
  const [owner] = ownerGrants(bucket.accountId);
  const isOwnersOnly =
    grants.length === 1 &&
    grants[0]?.Permission === "FULL_CONTROL" &&
    grants[0].Grantee?.ID === owner?.Grantee?.ID;
  if (enforcesOwner(bucket) && !isOwnersOnly) {
    throw aclNotSupported();
  }
  if (bucket.publicAccessBlock?.BlockPublicAcls === true && isPublic(grants)) {
    throw accessDenied();
  }
}

export function enforcesOwner(bucket: Bucket): boolean {
  return bucket.ownership?.Rules[0]?.ObjectOwnership === "BucketOwnerEnforced";
}

export function isPublic(grants: Grants): boolean {
  return grants.some(
    ({ Grantee: grantee }) => grantee?.URI === ALL_USERS || grantee?.URI === AUTHENTICATED_USERS,
  );
}

/** Those of an upload, checked; `undefined` stands for the owner alone. */
export function grantsOfUpload(
  input: AclInput,
  bucket: Bucket,
  accountId: string,
): Grants | undefined {
  const grants = grantsOf(input, accountId, bucket.accountId);
  if (grants === undefined) {
    return undefined;
  }
  // `private` says who may read, which is what a bucket without lists does not let anybody say.
  if (enforcesOwner(bucket) && input.ACL !== "bucket-owner-full-control") {
    throw aclNotSupported();
  }
  checkGrants(bucket, grants);
  return grants;
}

/** Of a new bucket. */
export function grantsOfNewBucket(input: AclInput, bucket: Bucket): Grants | undefined {
  const grants = grantsOf(input, bucket.accountId, bucket.accountId);
  if (grants === undefined || input.ACL === "private") {
    return undefined;
  }
  if (enforcesOwner(bucket)) {
    throw bucketAclWithOwnerEnforced();
  }
  checkGrants(bucket, grants);
  return grants;
}
