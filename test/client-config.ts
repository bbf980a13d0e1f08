/** What every client of AWS's SDK needs to reach an engine. */
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from "../src/wire/identity.ts";

export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function clientConfig(endpoint: string): ClientConfig {
  const credentials = { accessKeyId: DEFAULT_ACCOUNT, secretAccessKey: "any" };
  return { endpoint, region: DEFAULT_REGION, credentials };
}
