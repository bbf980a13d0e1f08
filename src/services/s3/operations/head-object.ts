import { AwsError } from "../../../wire/aws-error.ts";
import { notFound } from "../errors.ts";
import type { S3Operation } from "../ports.ts";
import { readObject } from "../read-object.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: S3Operation<"HeadObject"> = async (ctx, input) => {
  try {
    const { head } = await ctx.store.read((tx) => readObject(tx, "HeadObject", input));
    return head;
  } catch (error) {
    throw error instanceof AwsError && error.status === 404 ? notFound(error.headers) : error;
  }
};
