/** The certificate and key with which an engine answers TLS. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { EXIT_USAGE, OperatorError } from "../base/operator-error.ts";

export interface TlsOptions {
  /** Files in PEM. */
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** `undefined` when neither file is named. Throws an `OperatorError` for files that are no pair. */
export function readTlsFiles({ tlsCert, tlsKey }: TlsOptions): TlsFiles | undefined {
  if (tlsCert === undefined && tlsKey === undefined) {
    return undefined;
  }
  if (tlsCert === undefined || tlsKey === undefined) {
    throw unusable("One of --tls-cert and --tls-key is missing.");
  }
  try {
    const files = { cert: readFileSync(tlsCert, "utf8"), key: readFileSync(tlsKey, "utf8") };
    if (new X509Certificate(files.cert).checkPrivateKey(createPrivateKey(files.key))) {
      return files;
    }
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error));
  }
  throw unusable("The key is not that of the certificate.");
}

function unusable(why: string): OperatorError {
  return new OperatorError({
    what: "The engine cannot answer TLS with these files.",
    why,
    fix: "Name a certificate and its key, both in PEM: --tls-cert cert.pem --tls-key key.pem.",
    exitCode: EXIT_USAGE,
  });
}
