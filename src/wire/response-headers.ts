/** Headers that every response of a protocol has. */
import { crc32 } from "node:zlib";
import type { ProtocolName, ServiceModel } from "./model.ts";

export type Header = readonly [name: string, value: string];

export const CONTENT_TYPES: Readonly<Record<ProtocolName, string>> = {
  awsCbor1_1: "application/x-amz-cbor-1.1",
  awsJson1_0: "application/x-amz-json-1.0",
  awsJson1_1: "application/x-amz-json-1.1",
  awsQuery: "text/xml",
  restJson1: "application/json",
  restXml: "application/xml",
  rpcv2Cbor: "application/cbor",
};

export function requestIdHeaders(protocol: ProtocolName, requestId: string): readonly Header[] {
  return protocol === "restXml"
    ? [
        ["x-amz-request-id", requestId],
        ["x-amz-id-2", hostIdOf(requestId)],
      ]
    : [["x-amzn-RequestId", requestId]];
}

/** S3's second identifier: opaque, and here a function of the first. */
export function hostIdOf(requestId: string): string {
  return Buffer.from(`millrace/${requestId}`).toString("base64");
}

/** DynamoDB's clients check the CRC-32 of the body. */
export function bodyHeaders(
  model: ServiceModel | undefined,
  protocol: ProtocolName,
  body: Uint8Array,
): readonly Header[] {
  const type: Header = ["Content-Type", CONTENT_TYPES[protocol]];
  if (protocol === "rpcv2Cbor") {
    return [type, ["smithy-protocol", "rpc-v2-cbor"]];
  }
  return model?.name === "dynamodb" ? [type, ["x-amz-crc32", String(crc32(body))]] : [type];
}

/** SQS left its namespace out of the model when it moved to JSON. */
const SQS_NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/";

export function queryNamespace(model: ServiceModel): string {
  return model.xmlNamespace ?? SQS_NAMESPACE;
}
