import type { Input } from "../../../wire/operations.ts";
import { contentStream } from "../content.ts";
import type { S3Operation } from "../ports.ts";
import { readObject } from "../read-object.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: S3Operation<"GetObject"> = async (ctx, input) => {
  const { head, slices } = await ctx.store.read((tx) => readObject(tx, "GetObject", input));
  return { ...head, ...overrides(input), Body: contentStream(ctx.blobs, slices) };
};

type GetObjectInput = Input<"s3", "GetObject">;

/** What the caller wants the headers of the response to be. */
function overrides(input: GetObjectInput): Readonly<Record<string, unknown>> {
  const wanted = {
    CacheControl: input.ResponseCacheControl,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ContentType: input.ResponseContentType,
    Expires: input.ResponseExpires,
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}
