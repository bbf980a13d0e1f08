import { utf8Decode } from "../../../base/bytes.ts";
import { badRequest } from "../errors.ts";
import { usagePlanKeys, usagePlansByKey } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { addApiKey } from "../usage/api-key.ts";
import { requireUsagePlan } from "../usage/usage-plan.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-file-format.html */
export const importApiKeys: ApiOperation<"ImportApiKeys"> = async (ctx, input) => {
  if (input.format !== "csv") {
    throw badRequest(`Invalid format specified: ${input.format}`);
  }
  const [header = [], ...rows] = rowsOf(utf8Decode(input.body));
  const names = header.map((name) => name.toLowerCase());
  if (!names.includes("name") || !names.includes("key")) {
    throw badRequest("CSV is missing required columns: name, key");
  }
  const owner = [ctx.accountId, ctx.region];
  const ids = await ctx.store.write((tx) =>
    rows.map((row) => {
      const cell = (name: string): string | undefined => row[names.indexOf(name)] || undefined;
      const { settings } = addApiKey(tx, ctx, {
        name: cell("name"),
        value: cell("key"),
        description: cell("description"),
        enabled: cell("enabled")?.toLowerCase() !== "false",
      });
      for (const planId of cell("usageplanids")?.split(",") ?? []) {
        const { id } = requireUsagePlan(tx, ctx, planId.trim());
        usagePlanKeys.put(tx, [...owner, id, settings.id], true);
        usagePlansByKey.put(tx, [...owner, settings.id, id], true);
      }
      return settings.id;
    }),
  );
  return { ids, warnings: [] };
};

/** Cells may stand in quotes, with doubled quotes inside. */
function rowsOf(text: string): readonly (readonly string[])[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = ""]) =>
        (quoted?.replaceAll('""', '"') ?? plain).trim(),
      ),
    );
}
