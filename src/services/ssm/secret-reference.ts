/**
 * Parameters that stand for secrets of Secrets Manager: `/aws/reference/secretsmanager/NAME`, with a
 * version or a staging label behind a colon.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
 */
import { toBase64 } from "../../base/bytes.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { Parameter } from "../../wire/models/ssm.gen.ts";
import type { Output } from "../../wire/operations.ts";
import { secretNotDecrypted, secretNotFound } from "./errors.ts";
import type { SsmContext } from "./ports.ts";

const PREFIX = "/aws/reference/secretsmanager/";
/** Ids of versions have 32 characters or more, labels mostly less. */
const VERSION_ID = /^[0-9a-fA-F-]{32,64}$/;

export function isSecretReference(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The secret as a parameter. Throws when it is not to be decrypted, or not there. */
export async function referencedSecret(
  ctx: SsmContext,
  text: string,
  options: { readonly isDecrypted: boolean },
): Promise<Parameter> {
  if (!options.isDecrypted) {
    throw secretNotDecrypted();
  }
  const [id = "", selector] = text.slice(PREFIX.length).split(":");
  const secret = await secretOf(ctx, text, { id, selector });
  return {
    Name: `${PREFIX}${id}`,
    Type: "SecureString",
    Value: secret.SecretString ?? toBase64(secret.SecretBinary ?? new Uint8Array(0)),
    Version: 0,
    Selector: selector === undefined ? undefined : `:${selector}`,
    SourceResult: JSON.stringify({
      ...secret,
      SecretBinary: secret.SecretBinary && toBase64(secret.SecretBinary),
    }),
    LastModifiedDate: secret.CreatedDate,
    ARN: secret.ARN,
    DataType: "text",
  };
}

async function secretOf(
  ctx: SsmContext,
  text: string,
  { id, selector }: { readonly id: string; readonly selector: string | undefined },
): Promise<Output<"secretsmanager", "GetSecretValue">> {
  const isVersion = selector !== undefined && VERSION_ID.test(selector);
  const { accountId, region } = ctx;
  try {
    return await ctx.dispatcher.call({ accountId, region }, "secretsmanager", "GetSecretValue", {
      SecretId: id,
      VersionId: isVersion ? selector : undefined,
      VersionStage: isVersion ? undefined : selector,
    });
  } catch (error) {
    throw error instanceof AwsError ? secretNotFound(text, error) : error;
  }
}
