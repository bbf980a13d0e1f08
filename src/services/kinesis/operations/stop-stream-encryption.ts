import { changeEncryption } from "../encryption.ts";
import type { KinesisOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StopStreamEncryption.html */
export const stopStreamEncryption: KinesisOperation<"StopStreamEncryption"> = async (
  ctx,
  input,
) => {
  await changeEncryption(ctx, "StopStreamEncryption", input);
};
