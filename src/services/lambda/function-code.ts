/**
 * The code of a function: a package, kept as a blob and unpacked, or an image, kept unpacked.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html
 */
import { ImageError } from "../../functions/images/image-error.ts";
import type { Settled, WriteTx } from "../../store/store.ts";
import { invalidParameterValue } from "./errors.ts";
import type { FunctionCode } from "./function.ts";
import { type PackageSource, withPackage } from "./package.ts";
import type { LambdaContext } from "./ports.ts";

export interface WantedCode {
  readonly operation: string;
  readonly source: PackageSource;
  readonly architecture: FunctionCode["architecture"];
  readonly isImage: boolean;
}

/** What was stored, and how to let go of it when the transaction does not retain it. */
export interface StoredCode {
  readonly code: FunctionCode;
  forget(): void;
}

/** Stores code and runs a transaction that retains it, or lets go of it. */
export function withCode<T>(
  ctx: LambdaContext,
  wanted: WantedCode,
  body: (tx: WriteTx, stored: StoredCode) => Settled<T>,
): Promise<T> {
  const { operation, source, architecture } = wanted;
  return wanted.isImage
    ? withImage(ctx, wanted, body)
    : withPackage(ctx, operation, source, (tx, stored) =>
        body(tx, {
          code: { ...stored, architecture, sourceKeyArn: source.SourceKMSKeyArn },
          forget: () => ctx.blobs.release(tx, stored.blobId),
        }),
      );
}

/** What is not used then is swept with the next package that is let go of. */
async function withImage<T>(
  ctx: LambdaContext,
  { source, architecture }: WantedCode,
  body: (tx: WriteTx, stored: StoredCode) => Settled<T>,
): Promise<T> {
  const { ImageUri: imageUri = "" } = source;
  try {
    return await ctx.images.withImage({ uri: imageUri, architecture }, ({ digest }) => {
      const sha256 = Buffer.from(digest, "hex").toString("base64");
      const code: FunctionCode = { sizeBytes: 0, sha256, architecture, imageUri };
      return ctx.store.write<T>((tx) => body(tx, { code, forget: () => undefined }));
    });
  } catch (error) {
    if (error instanceof ImageError) {
      const what = `Source image ${imageUri} is not valid. Provide a valid source image.`;
      throw invalidParameterValue(`${what} ${error.message}`);
    }
    throw error;
  }
}
