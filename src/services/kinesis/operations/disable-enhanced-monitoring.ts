import { changeMonitoring } from "../monitoring.ts";
import type { KinesisOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DisableEnhancedMonitoring.html */
export const disableEnhancedMonitoring: KinesisOperation<"DisableEnhancedMonitoring"> = (
  ctx,
  input,
) => changeMonitoring(ctx, "DisableEnhancedMonitoring", input);
