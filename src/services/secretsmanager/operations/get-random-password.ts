import { randomPassword } from "../password.ts";
import type { SecretsManagerOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
export const getRandomPassword: SecretsManagerOperation<"GetRandomPassword"> = async (
  ctx,
  input,
) => ({ RandomPassword: randomPassword(ctx.random, input) });
