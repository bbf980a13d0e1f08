/**
 * Server-side encryption, as far as it can be seen from outside: by which key, and which records
 * came in the meantime. What is on the disk is as safe as the disk.
 */
import { invalidArgument } from "./errors.ts";
import type { KinesisContext } from "./ports.ts";
import { activeStream, type StreamReference } from "./stream.ts";
import { putStream } from "./transition.ts";

interface Request extends StreamReference {
  readonly EncryptionType: string;
  readonly KeyId: string;
}

export async function changeEncryption(
  ctx: KinesisContext,
  operation: "StartStreamEncryption" | "StopStreamEncryption",
  input: Request,
): Promise<void> {
  if (input.EncryptionType !== "KMS") {
    throw invalidArgument(`EncryptionType ${input.EncryptionType} is not valid; it must be KMS.`);
  }
  await ctx.store.write((tx) => {
    const { keyId: _, ...stream } = activeStream(tx, ctx, operation, input);
    const changed =
      operation === "StartStreamEncryption" ? { ...stream, keyId: input.KeyId } : stream;
    putStream(tx, changed, "UPDATING", ctx.transitions);
  });
}
