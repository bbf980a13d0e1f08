import { changeEncryption } from "../encryption.ts";
import type { KinesisOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartStreamEncryption.html */
export const startStreamEncryption: KinesisOperation<"StartStreamEncryption"> = async (
  ctx,
  input,
) => {
  await changeEncryption(ctx, "StartStreamEncryption", input);
};
