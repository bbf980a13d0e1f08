/** The services and protocols that the SDK can speak, with arbitrary inputs that it sends as given. */
import type * as fc from "fast-check";
import type { ProtocolName, ServiceModel, ServiceName } from "../../src/wire/model.ts";
import { SERVICE_NAMES } from "../../src/wire/model.ts";
import { loadModel } from "../../src/wire/models.ts";
import {
  anyText,
  comparable,
  structureArbitrary,
  trimmedText,
  withoutEmpty,
} from "./arbitraries.ts";
import type { ForcedProtocol } from "./sdk.ts";

export interface Case {
  readonly service: ServiceName;
  readonly forced?: ForcedProtocol;
  readonly protocol: ProtocolName;
}

export const CASES: readonly Case[] = [
  ...SERVICE_NAMES.map((service) => ({
    service,
    protocol: loadModel(service).protocols[0] ?? "awsJson1_0",
  })),
  { service: "sqs", forced: "AwsQueryProtocol", protocol: "awsQuery" },
  { service: "cloudwatch", forced: "AwsQueryProtocol", protocol: "awsQuery" },
  { service: "cloudwatch", forced: "AwsSmithyRpcV2CborProtocol", protocol: "rpcv2Cbor" },
];

/** Members that the client does not send as they are given. */
const LEFT_OUT: Partial<Record<ServiceName, readonly string[]>> = {
  // It needs SigV4a, which needs a native library.
  events: ["EndpointId"],
  // The client knows the algorithms it computes, and adds the MD5 of keys; digests are verified.
  s3: [
    "ChecksumAlgorithm",
    "ContentMD5",
    "SSECustomerKey",
    "CopySourceSSECustomerKey",
    ...["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"].map((name) => `Checksum${name}`),
  ],
};

/** In a form both are `AttributeName.N`, so that each reads as either. */
const ALIASES = ["AttributeNames", "MessageSystemAttributeNames"];

/** Its host is the caller's own. */
const LEFT_OUT_OPERATIONS = ["WriteGetObjectResponse"];

export function operationsOf(model: ServiceModel): readonly string[] {
  return Object.keys(model.operations).filter((name) => !LEFT_OUT_OPERATIONS.includes(name));
}

export function inputArbitrary(
  { service, protocol }: Case,
  operation: string,
): fc.Arbitrary<Record<string, unknown>> {
  const model = loadModel(service);
  const isForm = service === "sqs" && protocol === "awsQuery";
  return structureArbitrary(model, model.operations[operation]?.input, {
    hasEmpty: isDocument(protocol),
    text: isDocument(protocol) ? anyText : trimmedText,
    isOutput: false,
    without: new Set([...(LEFT_OUT[service] ?? []), ...(isForm ? ALIASES : [])]),
  });
}

export function outputArbitrary(
  { service, protocol }: Case,
  operation: string,
): fc.Arbitrary<Record<string, unknown>> {
  const model = loadModel(service);
  return structureArbitrary(model, model.operations[operation]?.output, {
    hasEmpty: isDocument(protocol),
    text: isDocument(protocol) ? anyText : trimmedText,
    isOutput: true,
    // The client gives it a second time, as it was sent.
    without: new Set(service === "s3" ? ["Expires"] : []),
  });
}

/** `value` as the protocol can say it, in a form that compares. */
export function comparableIn(protocol: ProtocolName, value: unknown): object {
  const plain = comparable(value);
  return (isDocument(protocol) ? plain : withoutEmpty(plain)) as object;
}

/** All of the input or output is one JSON or CBOR document. */
function isDocument(protocol: ProtocolName): boolean {
  return protocol.startsWith("awsJson") || protocol === "rpcv2Cbor";
}

/** `value` with its streams read to their end, and JSON that the SDK parses lazily as it came. */
export async function drained(value: unknown): Promise<unknown> {
  const out: Record<string, unknown> = { ...(value as object) };
  for (const [name, member] of Object.entries(out)) {
    if (typeof member === "object" && member !== null && "deserializeJSON" in member) {
      out[name] = String(member);
    }
    if (typeof member === "object" && member !== null && Symbol.asyncIterator in member) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of member as AsyncIterable<Uint8Array>) {
        chunks.push(chunk);
      }
      out[name] = Buffer.concat(chunks);
    }
  }
  return out;
}
