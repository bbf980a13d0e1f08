/**
 * X.509 certificates that sign themselves: what signs the messages of SNS, and what tests speak TLS
 * with. The same key, name and times give the same certificate, for RSA signatures have no chance in
 * them, so a certificate need not be kept.
 *
 * Source: RFC 5280, section 4.1; ITU-T X.690 for the encoding.
 */
import { createPublicKey, hash, type KeyObject, sign } from "node:crypto";

export interface CertificateOptions {
  /** An RSA key. */
  readonly privateKey: KeyObject;
  readonly commonName: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** IPv4 addresses and host names of a server. */
  readonly addresses?: readonly string[];
  readonly hostNames?: readonly string[];
}

/** The certificate as PEM. */
export function selfSignedCertificate(options: CertificateOptions): string {
  const { privateKey } = options;
  const body = tbsCertificate(options);
  const signature = sign("sha256", body, privateKey);
  const der = sequence(body, SHA256_WITH_RSA, bitString(signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  hostName: 0x82,
  ipAddress: 0x87,
  version: 0xa0,
  extensions: 0xa3,
} as const;

function tbsCertificate(options: CertificateOptions): Buffer {
  const { privateKey, commonName, notBeforeMs, notAfterMs } = options;
  const spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  const name = sequence(
    der(TAG.set, sequence(COMMON_NAME, der(TAG.utf8, Buffer.from(commonName)))),
  );
  return sequence(
    der(TAG.version, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, serialNumber(spki)),
    SHA256_WITH_RSA,
    name,
    sequence(time(notBeforeMs), time(notAfterMs)),
    name,
    spki,
    ...extensions(options),
  );
}

/** Positive, and different for different keys. */
function serialNumber(spki: Buffer): Buffer {
  const digest = Buffer.from(hash("sha256", spki), "hex").subarray(0, 16);
  digest[0] = ((digest[0] ?? 0) & 0x7f) | 0x40;
  return digest;
}

function extensions({ addresses = [], hostNames = [] }: CertificateOptions): readonly Buffer[] {
  const names = [
    ...hostNames.map((host) => der(TAG.hostName, Buffer.from(host))),
    ...addresses.map((address) => der(TAG.ipAddress, Buffer.from(address.split(".").map(Number)))),
  ];
  if (names.length === 0) {
    return [];
  }
  const value = der(TAG.octetString, sequence(...names));
  return [der(TAG.extensions, sequence(sequence(SUBJECT_ALTERNATIVE_NAME, value)))];
}

/** `20260101000000Z` */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d{3}/g, "");
  return der(TAG.generalizedTime, Buffer.from(text));
}

function bitString(bytes: Uint8Array): Buffer {
  return der(TAG.bitString, Buffer.concat([Buffer.from([0]), bytes]));
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(TAG.sequence, Buffer.concat(parts));
}

function der(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

const SHORT_LENGTH_MAX = 0x7f;

function lengthOf({ length }: Uint8Array): Buffer {
  if (length <= SHORT_LENGTH_MAX) {
    return Buffer.from([length]);
  }
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function oid(hex: string): Buffer {
  return der(TAG.oid, Buffer.from(hex, "hex"));
}

/** 1.2.840.113549.1.1.11 */
const SHA256_WITH_RSA = sequence(oid("2a864886f70d01010b"), der(TAG.null, Buffer.alloc(0)));
/** 2.5.4.3 */
const COMMON_NAME = oid("550403");
/** 2.5.29.17 */
const SUBJECT_ALTERNATIVE_NAME = oid("551d11");
