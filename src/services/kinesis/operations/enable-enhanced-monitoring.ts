import { changeMonitoring } from "../monitoring.ts";
import type { KinesisOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_EnableEnhancedMonitoring.html */
export const enableEnhancedMonitoring: KinesisOperation<"EnableEnhancedMonitoring"> = (
  ctx,
  input,
) => changeMonitoring(ctx, "EnableEnhancedMonitoring", input);
