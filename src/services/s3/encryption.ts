/**
 * Server-side encryption as clients see it: which algorithm and key an object is said to have.
 *
 * Content is not encrypted with these keys, and KMS keys are not looked up. Of a customer's key its
 * MD5 is kept, so that reads need the same key, as on AWS.
 *
 * Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 */
import { createHash } from "node:crypto";
import type { Bucket } from "./bucket.ts";
import { accessDenied, invalidArgument, invalidRequest } from "./errors.ts";

export interface ObjectEncryption {
  /** `AES256`, `aws:kms`, `aws:kms:dsse`. */
  readonly algorithm: string;
  readonly keyId?: string | undefined;
  readonly hasBucketKey?: boolean | undefined;
  readonly context?: string | undefined;
  /** Base64: of a key that the customer holds. */
  readonly customerKeyMd5?: string | undefined;
}

export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

export interface EncryptionInput extends CustomerKeyInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

export interface EncryptionFields {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

interface Place {
  readonly accountId: string;
  readonly region: string;
}

const CUSTOMER_KEY_BYTES = 32;
const ALGORITHMS = ["AES256", "aws:kms", "aws:kms:dsse"];

/** What an upload asks for, else the bucket's default. */
export function encryptionOf(input: EncryptionInput, bucket: Bucket): ObjectEncryption {
  const customerKeyMd5 = customerKeyOf(input);
  if (customerKeyMd5 !== undefined) {
    if (input.ServerSideEncryption !== undefined) {
      throw invalidArgument(
        "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
        { name: "x-amz-server-side-encryption", value: input.ServerSideEncryption },
      );
    }
    return { algorithm: "AES256", customerKeyMd5 };
  }
  checkAlgorithm(input);
  const rule = bucket.encryption.Rules[0];
  const byDefault = rule?.ApplyServerSideEncryptionByDefault;
  const algorithm = input.ServerSideEncryption ?? byDefault?.SSEAlgorithm ?? "AES256";
  if (algorithm === "AES256") {
    return { algorithm };
  }
  const isOwnChoice = input.ServerSideEncryption !== undefined;
  const key = isOwnChoice ? input.SSEKMSKeyId : byDefault?.KMSMasterKeyID;
  return {
    algorithm,
    keyId: keyArn(bucket, key),
    hasBucketKey: input.BucketKeyEnabled ?? rule?.BucketKeyEnabled === true,
    context: input.SSEKMSEncryptionContext,
  };
}

function checkAlgorithm({ ServerSideEncryption: algorithm, SSEKMSKeyId }: EncryptionInput): void {
  if (algorithm !== undefined && !ALGORITHMS.includes(algorithm)) {
    throw invalidArgument("The encryption method specified is not supported", {
      name: "x-amz-server-side-encryption",
      value: algorithm,
    });
  }
  if (SSEKMSKeyId !== undefined && (algorithm === undefined || algorithm === "AES256")) {
    throw invalidArgument(
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
      { name: "x-amz-server-side-encryption", value: algorithm ?? "null" },
    );
  }
}

/** A key named by its id is told by its ARN; without a name it is the account's key for S3. */
function keyArn({ accountId, region }: Place, key: string | undefined): string {
  if (key?.startsWith("arn:")) {
    return key;
  }
  const prefix = `arn:aws:kms:${region}:${accountId}:`;
  if (key !== undefined) {
    return prefix + (key.startsWith("alias/") ? key : `key/${key}`);
  }
  const digits = createHash("sha256").update(`${accountId} ${region} aws/s3`).digest("hex");
  const id = digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
  return `${prefix}key/${id}`;
}

/** The MD5 of the customer's key, when one is given. */
export function customerKeyOf(input: CustomerKeyInput): string | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input;
  if (algorithm === undefined && key === undefined && md5 === undefined) {
    return undefined;
  }
  const wrong = (message: string, header: string, value: string): never => {
    throw invalidArgument(message, {
      name: `x-amz-server-side-encryption-customer-${header}`,
      value,
    });
  };
  if (algorithm === undefined) {
    return wrong(
      "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.",
      "algorithm",
      "null",
    );
  }
  if (algorithm !== "AES256") {
    return wrong("The encryption method specified is not supported", "algorithm", algorithm);
  }
  if (key === undefined) {
    return wrong(
      "Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.",
      "key",
      "null",
    );
  }
  const bytes = Buffer.from(key, "base64");
  if (bytes.length !== CUSTOMER_KEY_BYTES) {
    return wrong("The secret key was invalid for the specified algorithm.", "key", "null");
  }
  const digest = createHash("md5").update(bytes).digest("base64");
  if (md5 !== undefined && md5 !== digest) {
    return wrong(
      "The calculated MD5 hash of the key did not match the hash that was provided.",
      "key-MD5",
      md5,
    );
  }
  return digest;
}

/** A read has to bring the key with which the object was written, and no other may. */
export function checkCustomerKey(
  input: CustomerKeyInput,
  { customerKeyMd5: wanted }: ObjectEncryption,
): void {
  const given = customerKeyOf(input);
  if (wanted === given) {
    return;
  }
  if (given === undefined) {
    throw invalidRequest(
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
    );
  }
  if (wanted === undefined) {
    throw invalidRequest("The encryption parameters are not applicable to this object.");
  }
  throw accessDenied();
}

export function encryptionFields(encryption: ObjectEncryption): EncryptionFields {
  const { algorithm, customerKeyMd5, keyId, hasBucketKey, context } = encryption;
  if (customerKeyMd5 !== undefined) {
    return { SSECustomerAlgorithm: algorithm, SSECustomerKeyMD5: customerKeyMd5 };
  }
  if (algorithm === "AES256") {
    return { ServerSideEncryption: algorithm };
  }
  return {
    ServerSideEncryption: algorithm,
    SSEKMSKeyId: keyId,
    BucketKeyEnabled: hasBucketKey === true ? true : undefined,
    SSEKMSEncryptionContext: context,
  };
}
