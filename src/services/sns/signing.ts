/**
 * Signatures of notifications. The engine has one RSA key, made when its first topic is; it lets
 * message validators run as they do against AWS. It guards nothing: whoever can read the store can
 * sign. Hence 1024 bits: a signature costs a publish a third of what 2048 bits would.
 *
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
import { createPrivateKey, generateKeyPair, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { assert } from "../../base/assert.ts";
import { selfSignedCertificate } from "../../base/self-signed-certificate.ts";
import type { ReadTx, Store, WriteTx } from "../../store/store.ts";
import { signingKeys } from "./keys.ts";

export interface SigningKey {
  /** Names the key in `SigningCertURL`. */
  readonly id: string;
  readonly privatePem: string;
  readonly publicPem: string;
}

export type SignatureVersion = "1" | "2";

const KEY_BITS = 1024;
const DIGESTS: Readonly<Record<SignatureVersion, string>> = { "1": "sha1", "2": "sha256" };
const generateKeys = promisify(generateKeyPair);

/** Gives the store a key unless it has one. The key itself is chance that no seed governs. */
export async function ensureSigningKey(store: Store): Promise<void> {
  if ((await store.read((tx) => signingKeys.get(tx, []))) !== undefined) {
    return;
  }
  const pair = await generateKeys("rsa", { modulusLength: KEY_BITS });
  const privatePem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const publicPem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
  await store.write((tx) => {
    if (signingKeys.get(tx, []) === undefined) {
      signingKeys.put(tx, [], { id: keyId(tx), privatePem, publicPem });
    }
  });
}

function keyId(tx: WriteTx): string {
  return tx.random.uuid().replaceAll("-", "");
}

export interface Signature {
  readonly keyId: string;
  readonly base64: string;
}

const CERTIFICATE_PATH = /^\/SimpleNotificationService-([0-9a-f]+)\.pem$/;
/** The certificate holds for as long as anybody may want to check an old message. */
const CERTIFICATE_BEGINS_MS = Date.UTC(2010, 2, 31);
const CERTIFICATE_ENDS_MS = Date.UTC(2110, 2, 31);

/** The certificate behind a path of `SigningCertURL`, as PEM, if there is one. */
export async function readCertificate(store: Store, path: string): Promise<string | undefined> {
  const id = CERTIFICATE_PATH.exec(path)?.[1];
  const key = id && (await store.read((tx) => signingKeys.get(tx, [])));
  return !key || key.id !== id
    ? undefined
    : selfSignedCertificate({
        privateKey: createPrivateKey(key.privatePem),
        commonName: "sns.amazonaws.com",
        notBeforeMs: CERTIFICATE_BEGINS_MS,
        notAfterMs: CERTIFICATE_ENDS_MS,
      });
}

/** Signs with the store's key; parsed keys are kept, for a process sees one or two. */
export class Signer {
  readonly #keys = new Map<string, KeyObject>();

  sign(tx: ReadTx, version: SignatureVersion, text: string): Signature {
    const key = signingKeys.get(tx, []);
    assert(key !== undefined, "a topic exists, so a signing key does");
    const signed = sign(DIGESTS[version], Buffer.from(text), this.#parsed(key));
    return { keyId: key.id, base64: signed.toString("base64") };
  }

  #parsed(key: SigningKey): KeyObject {
    const known = this.#keys.get(key.id);
    if (known !== undefined) {
      return known;
    }
    const parsed = createPrivateKey(key.privatePem);
    this.#keys.clear();
    this.#keys.set(key.id, parsed);
    return parsed;
  }
}
